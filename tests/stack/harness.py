"""The project's own program on the real engine, with a sandbox of its own."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from azure_sandbox import testing
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Run

PROJECT = Path(__file__).parents[2]

__all__ = ["COMMAND", "PROJECT", "Run", "Stack", "copy_program", "succeeded"]

COMMAND = ("python3", "-P", "-m", "adx_private_link")
"""`adx-private-link`; with the variables of a warm stack in its interpreter."""


def copy_program(program: Path, directory: Path) -> None:
    """Two files are the program; the rest of the project it imports."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(program / name, directory / name)


@functools.cache
def _created(program: Path) -> tempfile.TemporaryDirectory[str]:
    """A stack that Pulumi has just created, to be copied: that takes longer than many a preview."""
    directory = tempfile.TemporaryDirectory()
    copy_program(program, Path(directory.name))
    stack = testing.Stack(Path(directory.name), SandboxHome(Path(directory.name) / ".sandbox"))
    stack.init()
    return directory


def succeeded(run: Run) -> Run:
    assert run.succeeded, run.output
    return run


class Stack(testing.Stack):
    """A stack of a program (the project's own, or an example) that deploys into a world of its own."""

    def __init__(self, directory: Path, world: Path | None, program: Path = PROJECT) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        copy_program(program, directory)
        home = SandboxHome(directory / ".sandbox")
        home.reset(world)
        created = Path(_created(program).name)
        shutil.copytree(created / ".sandbox" / "stacks", home.directory / "stacks")
        shutil.copy(created / "Pulumi.test.yaml", directory)
        super().__init__(directory, home)

    @staticmethod
    def opened(directory: Path) -> testing.Stack:
        """A stack that is there already, such as a copy of another one's directory."""
        return testing.Stack(directory, SandboxHome(directory / ".sandbox"))
