"""A sandbox on disk: one directory with Azure's state and with the state of the stacks that are deployed into it."""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path

from .azure import Azure, DamagedStateError, StoreFile
from .world_files import load_world


class HomeError(Exception):
    """A directory that cannot hold a sandbox."""


class NoSandboxError(HomeError):
    """A directory without a sandbox."""


class SandboxHome:
    """The directory of one sandbox; the sandbox writes nothing outside it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.state = self.directory / "azure.db"
        """The file of Azure's resources."""
        self.stacks = self.directory / "stacks"
        """The directory of Pulumi's state files."""

    @property
    def azure(self) -> Azure:
        """The sandbox's Azure; a new sandbox gets the default world."""
        azure = self._open()
        if azure.is_new:
            azure.start_from(load_world(None), only_if_new=True)
        return azure

    @property
    def existing_azure(self) -> Azure:
        """
        The Azure of an existing sandbox.

        Raises:
            NoSandboxError: The directory has no sandbox; `reset` creates one.
        """
        if not self.state.exists() or (azure := self._open()).is_new:
            raise NoSandboxError(
                f"There is no sandbox in {self.directory}. Change to its directory, name it with --home, or run "
                "`azure-sandbox reset` to create one."
            )
        return azure

    def state_of(self, project: str, stack: str) -> Path:
        """The state file of a stack."""
        return self.stacks / ".pulumi" / "stacks" / project / f"{stack}.json"

    def reset(self, world_file: Path | None) -> None:
        """Starts over from a world, by default the default one, and deletes the state of all stacks."""
        world = load_world(world_file)
        try:
            self._open().start_from(world)
        except DamagedStateError:
            self._remove_state()
            Azure(self._store_file).start_from(world)
        shutil.rmtree(self.stacks, ignore_errors=True)

    def _remove_state(self) -> None:
        if self.state.is_dir():
            self.state.rmdir()  # the sandbox creates no such directory, so its files belong to the user
        else:
            self.state.with_name(f"{self.state.name}-journal").unlink(missing_ok=True)
            self.state.unlink()

    def _open(self) -> Azure:
        # `reset` deletes everything in a sandbox's directory, so no sandbox is created among other files.
        entries = list(self.directory.iterdir()) if self.directory.exists() else []
        if entries and not self.state.exists():
            raise HomeError(
                f"{self.directory} is not a sandbox and contains other files. Name a new directory with --home."
            )
        return Azure(self._store_file)

    @cached_property
    def _store_file(self) -> StoreFile:
        return StoreFile(self.state)
