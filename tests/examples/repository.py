"""A copy of an example: the program, and the folder with its settings."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

import yaml

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack

PROJECT = Path(__file__).parents[2]
EXAMPLES = PROJECT / "examples"
_NOT_COPIED = shutil.ignore_patterns(".sandbox", "__pycache__")


class Repository:
    """The program and one example, with a sandbox that starts from the example's world."""

    def __init__(self, directory: Path, example: str) -> None:
        self.directory = directory
        self.folder = directory / "examples" / example
        shutil.copytree(EXAMPLES / example, self.folder, ignore=_NOT_COPIED)
        shutil.copy(PROJECT / "__main__.py", directory)
        world = self.folder / "world.yaml"
        self.home = SandboxHome(directory / ".sandbox")
        self.home.reset(world if world.exists() else None)

    def stack(self, name: str = "example", folder: str = ".") -> Stack:
        """Create a stack of the example with the settings of its stack file."""
        stack = Stack(self.folder / folder, self.home, name)
        stack.init()
        return stack


def stack_files() -> dict[str, dict[str, Any]]:
    """Return the settings of every example, by the path of the stack file."""
    return {
        str(file.relative_to(EXAMPLES)): {
            key.removeprefix("adx-private-link:"): value
            for key, value in cast("dict[str, Any]", yaml.safe_load(file.read_text())["config"]).items()
            if key.startswith("adx-private-link:")
        }
        for file in sorted(EXAMPLES.rglob("Pulumi.*.yaml"))
    }
