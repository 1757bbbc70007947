"""Where a stack's state lies: its lock and its files, reading and writing it, and a copy to try things out on."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import click
from pydantic import BaseModel, TypeAdapter

from ..tool_output import understood
from ..yaml.documents import read
from .integrity import broken_rule
from .project import Project, project_file
from .run import UNREADABLE, PulumiError, pulumi
from .state import Backup, Checkpoint, Preview
from .state_files import Copy, Damage, Files, Lock

# Locks and history of an update, beside the state and its backup.
_ROOM = 1 << 16
_LOCAL = "file://"
# The copy's file is read and written as it is, whatever the user's own backend does.
_UNCOMPRESSED = {"PULUMI_DIY_BACKEND_GZIP": "false", "PULUMI_DIY_BACKEND_ZSTD": "false"}


class _Backend(BaseModel):
    url: str


def files_of(stack: str) -> Files | None:
    """A stack's files in a backend of local files; other backends tell of their locks when they are in the way."""
    answer = pulumi("whoami", "--json", "--verbose")
    backend = understood(TypeAdapter(_Backend), answer, "`pulumi whoami --json --verbose`").url
    if not backend.startswith(_LOCAL):
        return None
    # `stack`, `organization/stack` or `organization/project/stack`
    *project, name = stack.split("/")[1:] if "/" in stack else [stack]
    # Pulumi shows the address as it was written: `file://~`, `file://./state`, `file:///srv/state?metadata=skip`.
    root = Path(unquote(backend.removeprefix(_LOCAL).partition("?")[0])).expanduser()
    return Files(root.absolute() / ".pulumi", project[0] if project else _project_name(), name)


def _project_name() -> str:
    return Project(read(project_file())).name


def dead_locks(stack: str, files: Files | None) -> dict[Path, Lock]:
    """The locks of updates that were killed. Raises `click.ClickException` for an update that is running."""
    locks = files.locks() if files else {}
    for each in locks.values():
        if each.is_alive:
            raise click.ClickException(
                f"an update of {stack} is running: the stack is {each}. Wait, or end it first; if that process is no "
                "Pulumi, run `pulumi cancel` and try again"
            )
    return locks


def cancel_dead_locks(stack: str, files: Files | None) -> bool:
    """Free a stack whose update was killed, if any. Raises `click.ClickException` for an update that is running."""
    locks = dead_locks(stack, files)
    if files and locks:
        try:
            files.cancel(locks)
        except OSError as error:
            raise click.ClickException(
                f"cannot delete the lock {error.filename}: {error.strerror}. Delete it, then run this again."
            ) from None
    return bool(locks)


@dataclass(frozen=True)
class StateOf:
    """The state of a stack, in the backend of an environment."""

    stack: str
    environment: dict[str, str] | None = None

    def read(self) -> Checkpoint:
        return understood(TypeAdapter(Checkpoint), self._pulumi("stack", "export"), "`pulumi stack export`")

    def write(self, state: Checkpoint) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(state.json_text())
            file.flush()
            try:
                self._pulumi("stack", "import", "--file", file.name)
            except PulumiError as error:
                if "--force" in error.said:
                    raise _rejected(self.stack, error) from None
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
        return understood(TypeAdapter(Preview), self._pulumi("preview", "--json", *flags), "`pulumi preview --json`")

    def take_in(self, file: Path) -> None:
        """`pulumi import`, of all that an import file names."""
        self._pulumi(
            "import", "--file", str(file), "--yes", "--skip-preview", "--protect=false", "--generate-code=false"
        )

    def _pulumi(self, *arguments: str) -> str:
        return pulumi(*arguments, "--stack", self.stack, environment=self.environment)


def _rejected(stack: str, error: PulumiError) -> click.ClickException:
    """Pulumi's reasons against a state, without the flag that makes it accept the state anyway."""
    reasons = "\n".join(line for line in error.said.splitlines() if "--force" not in line)
    return click.ClickException(
        f"Pulumi rejects the state of {stack}: {reasons}\n"
        f"Run `pulumi state repair --stack {stack}`, then run this again."
    )


@dataclass(frozen=True)
class Loss:
    """A state that Pulumi cannot read, and the copy that takes its place."""

    damage: Damage
    copy: Copy | None
    """None where no copy is whole: then the state starts empty."""

    @property
    def remedy(self) -> str:
        if self.copy is None:
            return "no copy is whole: replaced by an empty state"
        return f"restored from {self.copy.file}, written {self.copy.written[0]:%Y-%m-%d %H:%M} UTC"


def read_state(name: str, files: Files | None) -> tuple[Checkpoint, Loss | None]:
    """
    The state of a stack; where its file is damaged or missing, the newest whole copy, else an empty state.

    Raises:
        click.ClickException: There is no such stack, or a file may be whole and cannot be read here.
    """
    damage = files.damage() if files else None
    if files is None or damage is None or damage.may_be_whole:
        try:
            state = StateOf(name).read()
        except PulumiError as error:
            raise _unreadable(name, error, damage) from None
        _require_whole(name, state)
        return state, None
    if unreadable := files.unreadable():
        listed = "\n".join(f"  {each}" for each in unreadable)
        raise click.ClickException(
            f"The state of {name} is damaged ({damage}). A copy that may be newer than all others cannot be read:\n"
            f"{listed}\nMake it readable, or move it away, then run this again. Nothing has changed."
        )
    copy = files.newest_copy()
    if copy is None and damage.breaks_rule:
        raise _broken(name, str(damage), f"move {damage.file} away, so that what Azure has is imported")
    return copy.state if copy else files.empty_state, Loss(damage, copy)


def _require_whole(name: str, state: Checkpoint) -> None:
    """Raises `click.ClickException` for a state that breaks Pulumi's rules."""
    if broken := broken_rule(state.deployment):
        raise _broken(name, f"it {broken}", "restore an earlier version of it where the backend keeps it")


def _broken(name: str, why: str, otherwise: str) -> click.ClickException:
    """The error about a complete state that breaks Pulumi's rules, where no whole copy can take its place."""
    return click.ClickException(
        f"The state of {name} breaks Pulumi's rules: {why}. Run `pulumi state repair --stack {name}`, then run this "
        f"again. If that changes nothing: {otherwise}, then run this again."
    )


def _unreadable(name: str, error: PulumiError, damage: Damage | None) -> click.ClickException:
    if error.is_of_later_version:
        return error
    if damage:
        return click.ClickException(
            f"The state of {name} cannot be read: {damage}. Make it readable, or move it away, then run this again. "
            f"Nothing has changed.\nPulumi says: {error.said}"
        )
    if UNREADABLE in error.said:
        return click.ClickException(
            f"{error.said}. Restore an earlier version of it where the backend keeps it, then run this again; without "
            f"one, delete it, then `pulumi stack init {name}`, then run this again: it finds what Azure has."
        )
    if "no stack named" in error.said:
        return click.ClickException(
            f"{error.said}. If its state was lost: `pulumi stack init {name}`, then "
            f"`adx-private-link repair --stack {name}`, then `pulumi up`."
        )
    return error


def restore(name: str, files: Files, loss: Loss) -> None:
    """Put the copy in the state's place. Raises `click.ClickException` where that fails: nothing has changed then."""
    try:
        files.restore(loss.copy.content if loss.copy else files.empty)
    except OSError as error:
        raise _not_written(name, files, error) from None


def write_state(name: str, files: Files | None, state: Checkpoint) -> None:
    """
    Write a state through Pulumi, which checks it.

    Raises:
        click.ClickException: Pulumi rejects it, or there is no room: Pulumi would cut off state and backup then.
    """
    if files:
        try:
            files.require_room(_ROOM + 3 * len(state.json_text().encode()))
        except OSError as error:
            raise _not_written(name, files, error) from None
    StateOf(name).write(state)


def _not_written(name: str, files: Files, error: OSError) -> click.ClickException:
    return click.ClickException(
        f"The state of {name} cannot be written in {files.state.parent}: {error.strerror or error}. Make room, or make "
        "the directory writable, then run `adx-private-link repair` again. Its copies are kept."
    )


@dataclass(frozen=True, kw_only=True)
class StateCopy(StateOf):
    """A copy of a stack's state in a backend of its own, whose file is read and written without starting Pulumi."""

    files: Files

    def read(self) -> Checkpoint:
        return Backup.model_validate_json(self.files.state.read_bytes()).exported()

    def write(self, state: Checkpoint) -> None:
        _require_whole(self.stack, state)
        self.files.state.write_text(Backup.of(self.files.full_name, state).json_text())


@contextmanager
def copy_of(name: str, state: Checkpoint) -> Generator[StateCopy]:
    """
    A copy of the stack in a backend of its own, with the same program and settings.

    Raises:
        click.ClickException: The state breaks Pulumi's rules.
    """
    with tempfile.TemporaryDirectory(prefix="adx-private-link-") as directory:
        files = Files(Path(directory, ".pulumi"), _project_name(), name.rsplit("/", 1)[-1])
        files.state.parent.mkdir(parents=True)
        # Without it, Pulumi takes the states for those of a backend that knows no projects.
        (files.root / "meta.yaml").write_text("version: 1\n")
        environment = {"PULUMI_BACKEND_URL": Path(directory).as_uri(), **_UNCOMPRESSED}
        copy = StateCopy(files.stack, environment, files=files)
        copy.write(state.with_resources(state.deployment.resources))
        yield copy
