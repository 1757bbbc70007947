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

__all__ = ["COMMAND", "PROJECT", "Run", "Stack", "copy_program", "expect_success"]

COMMAND = ("python3", "-P", "-m", "adx_private_link")
"""`adx-private-link`; the variables of a warm stack give it a warm interpreter."""


def copy_program(program: Path, directory: Path) -> None:
    """Copy the two files of a program; it imports the rest of the project."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(program / name, directory / name)


@functools.cache
def _create_stack(program: Path) -> tempfile.TemporaryDirectory[str]:
    """Create a stack once for each program, to be copied: Pulumi takes longer for it than for many previews."""
    directory = tempfile.TemporaryDirectory()
    copy_program(program, Path(directory.name))
    stack = testing.Stack(Path(directory.name), SandboxHome(Path(directory.name) / ".sandbox"))
    stack.init()
    return directory


def expect_success(run: Run) -> Run:
    """Return a run that succeeded; fail with its output if it did not."""
    assert run.succeeded, run.output
    return run


class Stack(testing.Stack):
    """A stack of a program (the project's own, or an example) that deploys into a world of its own."""

    def __init__(self, directory: Path, world: Path | None, program: Path = PROJECT) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        copy_program(program, directory)
        home = SandboxHome(directory / ".sandbox")
        home.reset(world)
        created = Path(_create_stack(program).name)
        shutil.copytree(created / ".sandbox" / "stacks", home.directory / "stacks")
        shutil.copy(created / "Pulumi.test.yaml", directory)
        super().__init__(directory, home)

    @staticmethod
    def open(directory: Path) -> testing.Stack:
        """Open a stack that exists already, such as a copy of another stack's directory."""
        return testing.Stack(directory, SandboxHome(directory / ".sandbox"))
