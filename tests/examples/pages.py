"""What the page of the examples says, run word for word."""

from __future__ import annotations

import subprocess
from pathlib import Path

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import environment
from tests.docs.pages import page


def commands() -> list[str]:
    """The shell blocks of examples/README.md that run in the sandbox."""
    return [block.text for block in page("examples/README.md").blocks_in("sh") if block.is_run]


def run(words: str, directory: Path, home: Path) -> str:
    done = subprocess.run(
        ["bash", "-euc", words],
        cwd=directory,
        env={**environment(SandboxHome(home)), "AZURE_SANDBOX_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
