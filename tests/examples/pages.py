"""The commands on the page of the examples, run as they are written."""

from __future__ import annotations

import subprocess
from pathlib import Path

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import environment
from tests.docs.pages import page


def list_commands() -> list[str]:
    """List the shell blocks of examples/README.md that run in the sandbox."""
    return [block.text for block in page("examples/README.md").blocks_in("sh") if block.is_run]


def run(commands: str, directory: Path, home: Path) -> str:
    """Run commands of a shell block in a directory, and return their output."""
    completed = subprocess.run(
        ["bash", "-euc", commands],
        cwd=directory,
        env={**environment(SandboxHome(home)), "AZURE_SANDBOX_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout
