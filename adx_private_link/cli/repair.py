"""`adx-private-link repair`: after an update that was killed, back to where `pulumi up` converges."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import yaml
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from .pulumi_cli import PulumiError, pulumi
from .repair_state import Backup, Checkpoint, Preview, Resource, adopted, candidates, differences


class _Lock(BaseModel):
    """Who holds a stack, as a backend of files writes it."""

    pid: int
    username: str
    hostname: str
    timestamp: str

    def __str__(self) -> str:
        return f"held by {self.username}@{self.hostname} (pid {self.pid}) since {self.timestamp}"

    @property
    def is_alive(self) -> bool:
        if self.hostname != platform.node():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True


class _Project(BaseModel):
    name: str


@dataclass(frozen=True)
class _Files:
    """Where a backend of files keeps a stack."""

    root: Path
    project: str
    stack: str

    def lock(self) -> _Lock | None:
        held = sorted((self.root / "locks" / "organization" / self.project / self.stack).glob("*.json"))
        return _Lock.model_validate_json(held[0].read_text()) if held else None

    @property
    def backup(self) -> Path:
        """The state before it was last written."""
        return self.root / "stacks" / self.project / f"{self.stack}.json.bak"

    def restore(self) -> None:
        """Put the backup in the place of a state that was cut off: either of its two files may be."""
        for attributes in ("", ".attrs"):
            shutil.copy(f"{self.backup}{attributes}", f"{self.backup.with_suffix('')}{attributes}")


@dataclass
class _Findings:
    """What an interrupted update has left, and the state that is right."""

    lock: _Lock | None
    torn: Path | None
    """The backup of a state that was cut off while it was written."""
    begun: list[str]
    """Operations that the engine had begun."""
    repaired: Checkpoint
    taken_over: list[Resource] = field(default_factory=list[Resource])
    gone: list[Resource] = field(default_factory=list[Resource])
    strangers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of what exists under a planned name and is not ours, and where it differs."""

    @property
    def nothing(self) -> bool:
        return not (self.lock or self.torn or self.begun or self.taken_over or self.gone)


@click.command(epilog="Example: adx-private-link repair --stack prod")
@click.option("-s", "--stack", help="The stack. Default: the selected one.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def repair(stack: str | None, *, yes: bool) -> None:
    """
    Bring a stack whose update was killed back to where `pulumi up` converges.

    Finds out on a copy of the state, and tells before it does anything: a dead lock is cancelled, what the update has
    made in Azure is taken into the state, and what is gone is forgotten. Nothing in Azure is changed, and whatever is
    not exactly as the stack would make it is left alone.
    """
    progress = Console(stderr=True, highlight=False)
    name = stack or pulumi("stack", "--show-name").strip()
    files = _files(name)
    lock = files.lock() if files else None
    if lock is not None and lock.is_alive:
        raise click.ClickException(f"an update of {name} is running: the stack is {lock}. Wait, or end it first")
    findings = _find(name, files, progress)
    _tell(findings, name)
    if findings.nothing:
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("without a terminal to ask in, say --yes")
        click.confirm("Repair the state?", abort=True)
    if files is not None and findings.torn:
        files.restore()
    if lock is not None:
        pulumi("cancel", "--yes", "--stack", name)
    _import(findings.repaired, name)
    click.echo("The state is repaired. Next: `pulumi up`.")


def _find(name: str, files: _Files | None, progress: Console) -> _Findings:
    progress.print("reading the state")
    original, torn = _read(name, files)
    with _scratch(name, original) as (scratch, environment):
        progress.print("asking Azure what is there, and the program what it would make")
        preview = Preview.model_validate_json(
            pulumi("preview", "--refresh", "--json", "--stack", scratch, environment=environment)
        )
        planned = {each.urn: each for each in candidates(preview.created, original.deployment)}
        progress.print(f"looking for {len(planned)} objects that may have been made already")
        if planned:
            _import(original.with_resources([*original.deployment.resources, *planned.values()]), scratch, environment)
        pulumi("refresh", "--yes", "--skip-preview", "--stack", scratch, environment=environment)
        found = _export(scratch, environment)
    begun = [f"{each.type} {each.resource.name}" for each in original.deployment.pending_operations]
    findings = _Findings(files.lock() if files else None, torn, begun, found)
    kept: list[Resource] = []
    for each in found.deployment.resources:
        wanted = planned.get(each.urn)
        if wanted is None:
            kept.append(each)
        elif differing := differences(wanted, each):
            findings.strangers[each.id] = differing
        else:
            kept.append(adopted(wanted, each))
            findings.taken_over.append(each)
    present = {each.urn for each in kept}
    findings.gone = [each for each in original.deployment.resources if each.urn not in present]
    findings.repaired = found.with_resources(kept)
    return findings


def _tell(findings: _Findings, name: str) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("found", "object", "will be"):
        table.add_column(heading, overflow="fold")
    if findings.lock:
        table.add_row("dead lock", str(findings.lock), "cancelled")
    if findings.torn:
        table.add_row("a state cut off in the middle", str(findings.torn), "restored from this backup")
    for begun in findings.begun:
        table.add_row("interrupted", begun, "cleared from the state")
    for each in findings.taken_over:
        table.add_row("made, and not in the state", f"{each.name}\n{each.id}", "taken over")
    for each in findings.gone:
        table.add_row("in the state, and gone from Azure", f"{each.name}\n{each.id}", "forgotten")
    for id, paths in findings.strangers.items():
        table.add_row("somebody else's", f"{id}\ndiffers in {', '.join(paths)}", "left alone: rename or remove it")
    # A pipe has no width: nothing is wrapped there.
    console = Console(width=None if sys.stdout.isatty() else 1000, highlight=False)
    if table.row_count:
        console.print(table)
    if findings.nothing:
        console.print(f"nothing to repair in {name}")


@contextmanager
def _scratch(name: str, state: Checkpoint) -> Generator[tuple[str, dict[str, str]]]:
    """A copy of the stack in a backend of its own, with the same program and settings: its name and environment."""
    with tempfile.TemporaryDirectory(prefix="adx-private-link-") as directory:
        backend = Path(directory, "backend")
        backend.mkdir()
        environment = {"PULUMI_BACKEND_URL": backend.as_uri()}
        scratch = name.rsplit("/", 1)[-1]
        # A project of its own, since `stack init` writes into the settings of the one that it finds.
        project = Path(directory, "project")
        project.mkdir()
        shutil.copy(_project_file(), project)
        secrets = {**environment, "PULUMI_CONFIG_PASSPHRASE": os.environ.get("PULUMI_CONFIG_PASSPHRASE", "scratch")}
        pulumi("stack", "init", scratch, environment=secrets, directory=project)
        _import(state.with_resources(state.deployment.resources), scratch, environment)
        yield scratch, environment


def _project_file() -> Path:
    for directory in (Path.cwd(), *Path.cwd().parents):
        for name in ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json"):
            if (directory / name).exists():
                return directory / name
    raise click.ClickException("no Pulumi.yaml here or above; run it in the directory of the program")


def _files(name: str) -> _Files | None:
    """A stack's files in a backend of local files; other backends tell of their locks when they are in the way."""
    backend = str(json.loads(pulumi("whoami", "--json", "--verbose"))["url"])
    if not backend.startswith("file://"):
        return None
    project = _Project.model_validate(yaml.safe_load(_project_file().read_text())).name
    root = Path(unquote(urlsplit(backend).path.replace("/~", str(Path.home()), 1)))
    return _Files(root / ".pulumi", project, name.rsplit("/", 1)[-1])


def _read(name: str, files: _Files | None) -> tuple[Checkpoint, Path | None]:
    """The state; where a kill has cut off its file, the last backup, and its path."""
    try:
        return _export(name), None
    except PulumiError as error:
        if "failed to load checkpoint" not in error.said or files is None or not files.backup.exists():
            raise
        return Backup.model_validate_json(files.backup.read_text()).exported(), files.backup


def _export(name: str, environment: dict[str, str] | None = None) -> Checkpoint:
    return Checkpoint.model_validate_json(pulumi("stack", "export", "--stack", name, environment=environment))


def _import(state: Checkpoint, name: str, environment: dict[str, str] | None = None) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(state.json_text())
        file.flush()
        try:
            pulumi("stack", "import", "--file", file.name, "--stack", name, environment=environment)
        except PulumiError as error:
            if "locked" not in error.said:
                raise
            raise click.ClickException(
                f"{error.said}\nIf that update is dead: `pulumi cancel`, then repair again"
            ) from None
