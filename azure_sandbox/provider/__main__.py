"""What the plugin's executable runs: `python -m azure_sandbox.provider STATE VERSION [ENGINE]`."""

import sys
from pathlib import Path

from .server import serve

serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
