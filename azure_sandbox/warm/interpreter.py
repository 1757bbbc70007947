"""The warm interpreter, as who runs `pulumi` sees it: an environment in which Python is handed over."""

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
"""The environment variable that names more modules to import once, such as a library that programs use."""

# Warm are programs, and modules that are run as the sandbox runs its own (`-P -m`). The list of packages, which the
# language host wants before each run, takes longer than the run.
_PYTHON = """#!/bin/sh
case "$*" in
*pulumi-language-python-exec* | "-P -m "*) exec {python} -I -S {hand_over} "$@" ;;
"-m pip list -v --format json")
    [ -e {packages} ] || {{ {python} "$@" > {packages}-$$ && mv {packages}-$$ {packages}; }} || exit
    exec cat {packages} ;;
*) exec {python} "$@" ;;
esac
"""


def warmed(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Environment variables by which programs and the sandbox's providers start at once (`Home.environment`)."""
    if sys.platform != "linux":  # elsewhere libraries do not survive a fork
        return environ
    return {**environ, "AZURE_SANDBOX_WARM": str(_interpreter().directory / "socket")}


class _Interpreter:
    """One that serves as long as this process, and then removes its directory."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="azure-sandbox-"))
        python = self.directory / "python3"
        python.write_text(
            _PYTHON.format(
                python=quote(sys.executable),
                hand_over=quote(str(Path(__file__).with_name("hand_over.py"))),
                packages=quote(str(self.directory / "packages.json")),
            )
        )
        python.chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.directory / "socket"))
            listening.listen()
            modules = os.environ.get(IMPORTS, "").split()
            # Ctrl-C is for the tests; it ends with its standard input.
            self._process = subprocess.Popen(  # noqa: S603 - arguments, no shell
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "azure_sandbox.warm",
                    str(listening.fileno()),
                    str(self.directory),
                    *modules,
                ],
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
                start_new_session=True,
            )


_interpreter = functools.cache(_Interpreter)
