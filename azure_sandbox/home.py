"""A sandbox on disk: Azure's state, and a Pulumi home in which Azure is the sandbox."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from shlex import quote

from . import world
from .azure import Azure, DamagedStateError, StoreFile

# `-P`: the engine starts it in the program's directory, whose files must not stand in for Python's own modules.
_COMMAND = """#!/bin/sh
set -- -P -m {module} "$@"
[ -z "$AZURE_SANDBOX_WARM" ] || exec {python} -I -S {hand_over} "$@"
exec {python} "$@"
"""


class HomeError(Exception):
    """A directory that cannot hold a sandbox."""


class NoSandboxError(HomeError):
    """A directory without a sandbox."""


class Home:
    """One sandbox: everything of it lies in one directory, and nothing outside."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.state = self.directory / "azure.db"

    @property
    def azure(self) -> Azure:
        """The sandbox's Azure; at first use it starts from the default world."""
        azure = self._open()
        if azure.is_new:
            azure.start_from(world.load(None), only_if_new=True)
        return azure

    @property
    def existing_azure(self) -> Azure:
        """
        The Azure of a sandbox that was created before.

        Raises:
            NoSandboxError: There is none; `reset` creates one.
        """
        if not self.state.exists() or (azure := self._open()).is_new:
            raise NoSandboxError(
                f"There is no sandbox in {self.directory}. Change to the directory that has one, name it (--home), or "
                "create it with `azure-sandbox reset`."
            )
        return azure

    def state_of(self, project: str, stack: str) -> Path:
        """The file in which Pulumi keeps what a stack has deployed."""
        return self._stacks / ".pulumi" / "stacks" / project / f"{stack}.json"

    @property
    def _stacks(self) -> Path:
        return self.directory / "stacks"

    def reset(self, world_file: Path | None) -> None:
        """Starts over from a world: Azure's resources, and no Pulumi stack that would know of others."""
        new = world.load(world_file)
        try:
            self._open().start_from(new)
        except DamagedStateError:
            self._remove_state()
            Azure(self._file).start_from(new)
        shutil.rmtree(self._stacks, ignore_errors=True)

    def _remove_state(self) -> None:
        if self.state.is_dir():
            self.state.rmdir()  # the sandbox creates none, so the contents belong to others
        else:
            self.state.with_name(f"{self.state.name}-journal").unlink(missing_ok=True)
            self.state.unlink()

    def _open(self) -> Azure:
        # All that a sandbox's directory holds is the sandbox's own, so none is made among somebody else's files.
        held = list(self.directory.iterdir()) if self.directory.exists() else []
        if held and not self.state.exists():
            raise HomeError(f"{self.directory} is no sandbox, and it holds other files; name a new directory (--home)")
        return Azure(self._file)

    @cached_property
    def _file(self) -> StoreFile:
        return StoreFile(self.state)

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The environment for a command: the sandbox in the place of Azure, and no way to the real one."""
        _ = self.azure
        pulumi_home = self.directory / "pulumi"
        self._install_plugin(pulumi_home)
        _log_nothing(pulumi_home)
        commands = self.directory / "bin"
        self._install(commands / "az", "azure_sandbox.az", self.state)
        self._stacks.mkdir(exist_ok=True)
        first = [commands, Path(sys.executable).parent]
        if warm := environ.get("AZURE_SANDBOX_WARM"):
            first.insert(0, Path(warm).parent)
        kept = {
            name: value
            for name, value in environ.items()
            if name.startswith("AZURE_SANDBOX_") or not name.startswith(("ARM_", "AZURE_", "PULUMI_"))
        }
        return {
            **kept,
            "PATH": os.pathsep.join([*map(str, first), environ.get("PATH", os.defpath)]),
            "AZURE_SANDBOX_HOME": str(self.directory),
            "PULUMI_HOME": str(pulumi_home),
            "PULUMI_BACKEND_URL": self._stacks.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "sandbox",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def _install_plugin(self, pulumi_home: Path) -> None:
        sdk = version("pulumi-azure-native")
        plugin = pulumi_home / "plugins" / f"resource-azure-native-v{sdk}" / "pulumi-resource-azure-native"
        self._install(plugin, "azure_sandbox.provider", self.state, sdk)

    def _install(self, executable: Path, *module: str | Path) -> None:
        """An executable that runs a module, with arguments before its own."""
        text = _COMMAND.format(
            python=quote(sys.executable),
            hand_over=quote(str(Path(__file__).parent / "warm" / "hand_over.py")),
            module=" ".join(quote(str(each)) for each in module),
        )
        if executable.exists() and executable.read_text() == text:
            return
        executable.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place: nobody ever starts half of it.
        fresh = executable.with_name(f"fresh-{os.getpid()}")
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.replace(executable)


def _log_nothing(pulumi_home: Path) -> None:
    """
    Have Pulumi write no log of each operation, encrypted and for Pulumi's support, which takes a third of its time.

    Nothing else turns that off (pulumi/pulumi, `pkg/logging/encrypted.go`: `StartLogging` in what is no directory).
    """
    logs = pulumi_home / "logs"
    if not logs.exists():
        logs.write_text("Operations in the sandbox are not logged: this file stands in the directory's place.\n")
