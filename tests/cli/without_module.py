"""
Runs console scripts in a Python that lacks one module, and prints how each command line ended, by module (JSON).

Usage: without_module.py MODULE…, and in standard input a list of command lines (JSON). Each runs in a fork of its own,
once for each module, so that Python and the library start once.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module
from importlib.abc import MetaPathFinder

import adx_private_link.__main__
import azure_sandbox.__main__

SCRIPTS = {"adx-private-link": adx_private_link.__main__.main, "azure-sandbox": azure_sandbox.__main__.main}


class _Without(MetaPathFinder):
    def __init__(self, module: str) -> None:
        self.module = module

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname.partition(".")[0] == self.module:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def _run(line: list[str], module: str) -> tuple[int, str]:
    with tempfile.TemporaryFile() as output:
        if (child := os.fork()) == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            sys.meta_path.insert(0, _Without(module))
            sys.argv = line
            SCRIPTS[line[0]]()
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return os.waitstatus_to_exitcode(status), output.read().decode()


if __name__ == "__main__":
    for package in ("adx_private_link.settings", "adx_private_link.topology", "adx_private_link.outputs"):
        import_module(package)  # once, as no extra has to do with it
    lines = json.load(sys.stdin)
    sys.stdout.write(json.dumps({module: [_run(line, module) for line in lines] for module in sys.argv[1:]}))
