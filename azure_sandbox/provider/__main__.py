"""The plugin's process: `python -m azure_sandbox.provider STATE VERSION [ENGINE]`."""

import gc
import importlib.util
import signal
import sys
from pathlib import Path
from types import ModuleType

# The engine interrupts its plugins one after the other, and gives all of them five seconds together (pulumi/pulumi
# pkg/host/host.go, ReleaseContext): a plugin that has no Cancel by then is reported as "exited prematurely". So each
# plugin ends at once, without Python's orderly end; all state is already written.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# The protocol's stubs need nothing from the packages that contain them. To import all of Pulumi for them takes half of
# a provider's start.
for _name in ("pulumi", "pulumi.runtime"):
    if _name in sys.modules:
        continue  # the warm interpreter has imported it
    _package = ModuleType(_name)
    _spec = importlib.util.find_spec(_name)
    _package.__path__ = list(_spec.submodule_search_locations or ()) if _spec else []
    sys.modules[_name] = _package

# Imports leave no garbage; a search for it takes a tenth of the start.
gc.disable()
from .server import serve  # noqa: E402 - after the packages above

gc.freeze()
gc.enable()
serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
