"""What the plugin's executable runs: `python -m azure_sandbox.provider STATE VERSION [ENGINE]`."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

# The protocol's stubs need nothing of the packages that they lie in, and each provider of a stack is a process that
# would import all of Pulumi for them: half of its start.
for _name in ("pulumi", "pulumi.runtime"):
    _package = ModuleType(_name)
    _found = importlib.util.find_spec(_name)
    _package.__path__ = list(_found.submodule_search_locations or ()) if _found else []
    sys.modules[_name] = _package

from .server import serve  # noqa: E402 - after that

serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
