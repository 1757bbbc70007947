"""The environment of commands with a warm Python, and the start of the warm interpreter."""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

IMPORTS = "AZURE_SANDBOX_IMPORTS"
"""The environment variable with more modules to import, such as a library that programs use."""

# Programs and the sandbox's own modules (`-P -m`) run warm. The list of packages, which the language host requests
# before each run, takes longer than the run, so it is kept in a file.
_PYTHON = """#!/bin/sh
case "$*" in
*pulumi-language-python-exec* | "-P -m "*) exec {python} -I -S {launcher} "$@" ;;
"-m pip list -v --format json")
    [ -e {packages} ] || {{ {python} "$@" > {packages}-$$ && mv {packages}-$$ {packages}; }} || exit
    exec cat {packages} ;;
*) exec {python} "$@" ;;
esac
"""


def with_warm_python(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment with the variable by which `sandbox_environment` uses the warm interpreter."""
    if sys.platform != "linux":  # on other systems, libraries do not survive a fork
        return environ
    return {**environ, "AZURE_SANDBOX_WARM": str(_warm_interpreter().directory / "socket")}


class _WarmInterpreter:
    """A warm interpreter that runs as long as this process, and then removes its directory."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="azure-sandbox-"))
        python = self.directory / "python3"
        python.write_text(
            _PYTHON.format(
                python=quote(sys.executable),
                launcher=quote(str(Path(__file__).with_name("launcher.py"))),
                packages=quote(str(self.directory / "packages.json")),
            )
        )
        python.chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.directory / "socket"))
            listener.listen()
            modules = os.environ.get(IMPORTS, "").split()
            # A session of its own, because Ctrl-C is for the tests; it ends when its standard input closes.
            self._process = subprocess.Popen(  # noqa: S603 - arguments, no shell
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "azure_sandbox.warm_python",
                    str(listener.fileno()),
                    str(self.directory),
                    *modules,
                ],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )


_warm_interpreter = functools.cache(_WarmInterpreter)
