"""What the plugin's executable runs: `python -m azure_sandbox.provider STATE VERSION [ENGINE]`."""

import gc
import importlib.util
import signal
import sys
from pathlib import Path
from types import ModuleType

# The engine interrupts plugins to end them, one after the other, and gives all of them five seconds together
# (pulumi/pulumi pkg/host/host.go, ReleaseContext): those that have not got their Cancel by then it reports as "exited
# prematurely". So none spends time on an orderly end of Python, of which nothing is needed: what is written is written.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# The protocol's stubs need nothing of the packages that they lie in, and each provider of a stack is a process that
# would import all of Pulumi for them: half of its start.
for _name in ("pulumi", "pulumi.runtime"):
    if _name in sys.modules:
        continue  # a warm interpreter has it
    _package = ModuleType(_name)
    _found = importlib.util.find_spec(_name)
    _package.__path__ = list(_found.submodule_search_locations or ()) if _found else []
    sys.modules[_name] = _package

# Nothing of what is imported becomes garbage: to look for some takes a tenth of the start.
gc.disable()
from .server import serve  # noqa: E402 - after that

gc.freeze()
gc.enable()
serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
