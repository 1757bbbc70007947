"""Where a stack's state lies: its lock and its files, reading and writing it, and a copy to try things out on."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import psutil
import yaml
from pydantic import BaseModel, ValidationError

from .pulumi_cli import PulumiError, pulumi
from .pulumi_project import project_file
from .stack_state import Backup, Checkpoint, Preview


class Lock(BaseModel):
    """Who holds a stack, as a backend of files writes it. A kill may have cut it off: then nobody knows."""

    pid: int = 0
    username: str = "somebody"
    hostname: str = "an unknown machine"
    timestamp: str = "an unknown time"

    def __str__(self) -> str:
        return f"held by {self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp}"

    @property
    def is_of_this_machine(self) -> bool:
        return self.hostname == platform.node()

    @property
    def is_alive(self) -> bool:
        if not self.is_of_this_machine:
            return False
        try:
            # One that was killed stays in the list of processes until its parent has looked; some containers have
            # nobody who does.
            return psutil.Process(self.pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        except psutil.NoSuchProcess:
            return False


class _Project(BaseModel):
    name: str


@dataclass(frozen=True)
class Files:
    """Where a backend of files keeps a stack."""

    root: Path
    project: str
    stack: str

    def locks(self) -> list[Lock]:
        held = (self.root / "locks" / "organization" / self.project / self.stack).glob("*.json")
        return [_lock(each) for each in sorted(held)]

    @property
    def backup(self) -> Path:
        """The state before it was last written."""
        return self.root / "stacks" / self.project / f"{self.stack}.json.bak"

    def restore(self) -> None:
        """Put the backup in the place of a state that was cut off: either of its two files may be."""
        state = self.backup.with_suffix("")
        shutil.copy(self.backup, state)
        # The attributes beside it only tell what kind of file it is, and those of the backup may be cut off as well.
        Path(f"{state}.attrs").unlink(missing_ok=True)


def _lock(file: Path) -> Lock:
    try:
        return Lock.model_validate_json(file.read_text())
    except ValidationError:
        return Lock()


def files_of(stack: str) -> Files | None:
    """A stack's files in a backend of local files; other backends tell of their locks when they are in the way."""
    backend = str(json.loads(pulumi("whoami", "--json", "--verbose"))["url"])
    if not backend.startswith("file://"):
        return None
    project = _project_name()
    root = Path(unquote(urlsplit(backend).path.replace("/~", str(Path.home()), 1)))
    return Files(root / ".pulumi", project, stack.rsplit("/", 1)[-1])


def _project_name() -> str:
    return _Project.model_validate(yaml.safe_load(project_file().read_text())).name


def dead_locks(stack: str, files: Files | None) -> list[Lock]:
    """The locks of updates that were killed. Raises `click.ClickException` for one that goes on."""
    locks = files.locks() if files else []
    for each in locks:
        if each.is_alive:
            raise click.ClickException(
                f"an update of {stack} is running: the stack is {each}. Wait, or end it first; if that process is no "
                "Pulumi, run `pulumi cancel` and try again"
            )
    return locks


def cancel_dead_lock(stack: str, files: Files | None) -> bool:
    """Free a stack whose update was killed, if any. Raises `click.ClickException` for one that goes on."""
    is_held = bool(dead_locks(stack, files))
    if is_held:
        pulumi("cancel", "--yes", "--stack", stack)
    return is_held


@dataclass(frozen=True)
class StateOf:
    """The state of a stack, in the backend of an environment."""

    stack: str
    environment: dict[str, str] | None = None

    def read(self) -> Checkpoint:
        return Checkpoint.model_validate_json(self._pulumi("stack", "export"))

    def write(self, state: Checkpoint) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(state.json_text())
            file.flush()
            try:
                self._pulumi("stack", "import", "--file", file.name)
            except PulumiError as error:
                if "locked" not in error.said:
                    raise
                raise click.ClickException(
                    f"{error.said}\nIf that update is dead: `pulumi cancel`, then repair again"
                ) from None

    def refresh(self, only: Iterable[str] = ()) -> None:
        """Ask Azure for everything, or for these URNs only."""
        targets = [part for urn in only for part in ("--target", urn)]
        self._pulumi("refresh", "--yes", "--skip-preview", *targets)

    def destroy(self) -> None:
        """Delete everything that is in it."""
        self._pulumi("destroy", "--yes", "--skip-preview")

    def preview(self, *flags: str) -> Preview:
        return Preview.model_validate_json(self._pulumi("preview", "--json", *flags))

    def take_in(self, file: Path) -> None:
        """`pulumi import`, of all that an import file names."""
        self._pulumi(
            "import", "--file", str(file), "--yes", "--skip-preview", "--protect=false", "--generate-code=false"
        )

    def _pulumi(self, *arguments: str) -> str:
        return pulumi(*arguments, "--stack", self.stack, environment=self.environment)


def read_or_backup(name: str, files: Files | None) -> tuple[Checkpoint, Path | None]:
    """The state; where a kill has cut off its file, the last backup, and its path."""
    try:
        return StateOf(name).read(), None
    except PulumiError as error:
        if "failed to load checkpoint" not in error.said or files is None or not files.backup.exists():
            raise
        return Backup.model_validate_json(files.backup.read_text()).exported(), files.backup


@contextmanager
def copy_of(name: str, state: Checkpoint) -> Generator[StateOf]:
    """A copy of the stack in a backend of its own, with the same program and settings."""
    with tempfile.TemporaryDirectory(prefix="adx-private-link-") as directory:
        backend = Path(directory, "backend")
        backend.mkdir()
        environment = {"PULUMI_BACKEND_URL": backend.as_uri()}
        copy = StateOf(name.rsplit("/", 1)[-1], environment)
        # A project of its own, since `stack init` writes into the settings of the one that it finds.
        project = Path(directory, "project")
        project.mkdir()
        # Nor those in a directory that it names (`stackConfigDir`).
        (project / "Pulumi.yaml").write_text(json.dumps({"name": _project_name(), "runtime": "python"}))
        secrets = {**environment, "PULUMI_CONFIG_PASSPHRASE": os.environ.get("PULUMI_CONFIG_PASSPHRASE", "scratch")}
        pulumi("stack", "init", copy.stack, "--no-select", environment=secrets, directory=project)
        copy.write(state.with_resources(state.deployment.resources))
        yield copy
