"""The project's own program on the real engine, with a sandbox of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from azure_sandbox import testing
from azure_sandbox.home import Home
from azure_sandbox.testing import Run

PROJECT = Path(__file__).parents[2]

__all__ = ["PROJECT", "Run", "Stack", "copy_program", "succeeded"]


def copy_program(program: Path, directory: Path) -> None:
    """Two files are the program; the rest of the project it imports."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(program / name, directory / name)


def succeeded(run: Run) -> Run:
    assert run.succeeded, run.output
    return run


class Stack(testing.Stack):
    """A stack of a program (the project's own, or an example) that deploys into a world of its own."""

    def __init__(self, directory: Path, world: Path | None, program: Path = PROJECT) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        copy_program(program, directory)
        home = Home(directory / ".sandbox")
        home.reset(world)
        super().__init__(directory, home)
        self.pulumi("stack", "init", "test")

    @staticmethod
    def opened(directory: Path) -> testing.Stack:
        """A stack that is there already, such as a copy of another one's directory."""
        return testing.Stack(directory, Home(directory / ".sandbox"))
