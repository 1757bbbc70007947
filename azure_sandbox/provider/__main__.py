"""What the plugin's executable runs: `python -m azure_sandbox.provider STATE VERSION`."""

import sys
from pathlib import Path

from .server import serve

serve(Path(sys.argv[1]), sys.argv[2])
