"""The sandbox of one test."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ..azure import Azure
from ..reachability import Reach, reach
from ..resolver import resolve
from ..sandbox_home import SandboxHome
from .command_environment import environment
from .stack import Stack

_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "venv", ".sandbox", "__pycache__", ".pytest_cache", "node_modules"
)


class Sandbox:
    """A sandbox that starts with the default world; a misspelt property is an error in it."""

    def __init__(self, directory: Path) -> None:
        """
        Create a sandbox.

        Args:
            directory: A directory of the test's own, new or empty.
        """
        self._directory = directory
        self.home = SandboxHome(directory / "azure")
        self.home.reset(None)

    @property
    def azure(self) -> Azure:
        """Azure itself: read it (`get`, `list`), change it by hand (`put`, `delete`), or add trouble."""
        return self.home.azure

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment for commands and for `pulumi.automation.LocalWorkspaceOptions(env_vars=…)`."""
        return environment(self.home, attached=False)

    def start_from(self, world: Path) -> None:
        """Start over from a world file. Raises `WorldError`."""
        self.home.reset(world)

    def stack(self, program: Path, name: str = "test") -> Stack:
        """
        Create a stack of a copy of a program; nothing is written into the program's own directory.

        Args:
            program: The directory of `Pulumi.yaml`.
            name: The stack's name; its settings (`Pulumi.<name>.yaml`) are copied with the program.
        """
        directory = self._directory / f"{program.name}-{name}"
        shutil.copytree(program, directory, ignore=_NOT_COPIED)
        stack = Stack(directory, self.home, name)
        stack.init()
        return stack

    def resolve(self, network: str, host: str) -> list[str]:
        """The DNS answers for a host in a virtual network (its id): CNAME targets, then addresses."""
        return [answer.value for answer in resolve(self.azure, network, host)]

    def reach(self, network: str, host: str) -> Reach:
        """Whether a client in a virtual network (its id) connects to a host, and through what."""
        return reach(self.azure, network, host)
