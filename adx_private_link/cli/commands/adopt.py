"""`adx-private-link adopt`: take over what people have made by hand, as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import yaml
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from ...problems import format_problems
from ...resource_ids import ClusterId
from ...settings import Settings, parse_settings
from ...settings.secrets import secret_problems
from ...untrusted import InputError, parse_json
from ..adoption.discovery import discover
from ..adoption.import_file import ImportFile
from ..adoption.inference import infer
from ..adoption.suggestions import Suggestions
from ..adoption.trial import Trial, prepare_import, try_import
from ..files import write_file
from ..pulumi.backend import StateOf, cancel_dead_locks, copy_of, files_of, read_state, restore
from ..pulumi.config import settings_copy, write_settings
from ..pulumi.project import project_file
from ..pulumi.run import pulumi, require_version, selected
from ..pulumi.state import Checkpoint
from ..pulumi.state_files import Files
from ..terminal.console import confirm, console, table, yes_option
from ..terminal.progress import progress
from ..tool_output import OF_AZ, understood, unexpected
from ..yaml.documents import mapping, read

_NAMESPACE = "adx-private-link"
_SECTIONS = tuple(Settings.model_fields)


@dataclass(frozen=True)
class _Findings:
    are_new: bool
    """Whether the settings say more than before."""
    suggestions: Suggestions
    trial: Trial
    file: ImportFile


class _Value(BaseModel):
    """A value of `pulumi config --json`."""

    value: str = ""
    object_value: Any = Field(default=None, alias="objectValue")
    secret: bool = False

    @property
    def content(self) -> Any:
        """An object, or its text: `pulumi config set` without `--path` writes the latter."""
        if self.object_value is not None:
            return self.object_value
        try:
            return parse_json(self.value)
        except InputError:
            return self.value  # which the settings' own models refuse


class _ClusterId(click.ParamType[ClusterId]):
    name = "cluster id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> ClusterId:
        try:
            return ClusterId.parse(value)
        except PydanticCustomError as error:
            self.fail(f"{value} {error.message()}: {(error.context or {}).get('remedy')}", param, ctx)


@click.command(
    epilog="Example: adx-private-link adopt --stack prod --subscription 22222222-2222-2222-2222-222222222222"
)
@click.option("-s", "--stack", help="The stack that is to have it all. Default: the selected one.")
@click.option(
    "--subscription",
    "subscriptions",
    metavar="ID",
    multiple=True,
    help="Look for endpoints and zones there, beside the subscriptions of the settings. Can be repeated.",
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="adopt.json",
    show_default=True,
    help="Where to write Pulumi's import file.",
)
@yes_option
@click.argument("clusters", metavar="[CLUSTER-ID]...", nargs=-1, type=_ClusterId())
def adopt(
    clusters: tuple[ClusterId, ...], stack: str | None, subscriptions: tuple[str, ...], file: Path, *, yes: bool
) -> None:
    """
    Take over private link services, endpoints, zones, records and links that were made by hand.

    Looks up what there is for the clusters of the stack's settings, or for each CLUSTER-ID; completes the settings so
    that they say the same; tries the import on a copy of the state; and tells all of it before it does anything.
    Nothing in Azure is changed. If it is interrupted, run it again.
    """
    _require_free(file)
    require_version((3, 259, 0), "an import that states what it imports")
    name = selected(stack)
    files = files_of(name)
    state, given = _state_of(name, files), settings_of(name)
    suggestions = suggestions_for(with_clusters(given, clusters), subscriptions, state)
    findings = _try(name, given, suggestions, state)
    _tell(findings)
    if not findings.trial.objects:
        return
    confirm(f"Write the settings of {name}, and import?", yes=yes)
    write_file(file, findings.file.text())
    if findings.are_new:
        write_settings(name, findings.suggestions.settings)
    if cancel_dead_locks(name, files):
        click.echo("the lock of an update that was killed is cancelled")
    with progress(f"importing {len(findings.trial.objects)} objects ({file})"):
        StateOf(name).take_in(file)
    does = "does what is listed above" if findings.trial.left_to_do else "changes nothing in Azure"
    click.echo(
        f"It is taken over. Next: `pulumi up`, which {does}, and writes down what depends on what. {file} has served "
        "its purpose: delete it, or keep it as a record of what was imported."
    )


def _require_free(file: Path) -> None:
    """An import file of an earlier run is written again; anything else of that name is somebody's."""
    if file.exists() and "resources" not in mapping(read(file).content):
        raise click.ClickException(f"{file} is no import file of Pulumi, and is not overwritten; name another: --file")


def _state_of(stack: str, files: Files | None) -> Checkpoint:
    """The state; where it is damaged, the newest whole copy is restored first: Pulumi imports into nothing else."""
    state, loss = read_state(stack, files)
    if files is not None and loss:
        cancel_dead_locks(stack, files)
        restore(stack, files, loss)
        click.echo(f"{loss.damage}: {loss.remedy}")
    return state


# Settings


def settings_of(stack: str) -> dict[str, Any]:
    """The sections of the settings, as the program reads them."""
    answer = pulumi("config", "--json", "--stack", stack)
    config = understood(TypeAdapter(dict[str, _Value]), answer, "`pulumi config --json`")
    found = {name: config[f"{_NAMESPACE}:{name}"] for name in _SECTIONS if f"{_NAMESPACE}:{name}" in config}
    if secret := [f"{_NAMESPACE}:{name}" for name, each in found.items() if each.secret]:
        raise click.ClickException(format_problems(secret_problems(secret, project_file().parent, stack)))
    return {name: each.content for name, each in found.items()}


def with_clusters(given: dict[str, Any], clusters: tuple[ClusterId, ...]) -> dict[str, Any]:
    """The settings with these clusters, unless they have them already."""
    if not isinstance(given.get("clusters", {}), dict):
        return given  # what is wrong with it is reported with the rest
    known = mapping(given.get("clusters"))
    ids = {str(mapping(each).get("id")).lower() for each in known.values()}
    new = {id.name: {"id": id.text} for id in clusters if id.key not in ids}
    for key in new.keys() & known.keys():
        raise click.ClickException(f"clusters.{key} is another cluster; write {new[key]['id']} under a key of its own")
    return {**given, "clusters": {**known, **new}} if new else given


def suggestions_for(given: dict[str, Any], subscriptions: tuple[str, ...], state: Checkpoint) -> Suggestions:
    if not given:
        return Suggestions({})  # a program that has its settings in its code
    given = {**given, "consumers": given.get("consumers", {})}
    settings = parse_settings(given, f"{_NAMESPACE}:")
    if not isinstance(settings, Settings):
        raise click.ClickException(format_problems(settings))
    try:
        with progress("asking Azure what there is"):
            found = discover(settings, subscriptions)
        return infer(given, settings, found, {each.id.lower() for each in state.deployment.resources if each.id})
    except (ValidationError, PydanticCustomError) as error:
        raise unexpected("Azure, asked through the Azure CLI,", error, OF_AZ) from None


# Trying it out


def _try(stack: str, given: dict[str, Any], suggestions: Suggestions, state: Checkpoint) -> _Findings:
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        trial_settings = settings_copy(stack, _with_hand_overs(suggestions.settings), Path(directory))
        with progress("trying the import on a copy of the state"), copy_of(stack, state) as copy:
            trial = try_import(copy, trial_settings)
        file = ImportFile()
        if trial.objects:
            with progress("preparing the import"):
                file = prepare_import(StateOf(stack), trial_settings, trial.resources)
    return _Findings(suggestions.settings != given, suggestions, trial, file)


def _with_hand_overs(settings: dict[str, Any]) -> dict[str, Any]:
    """The sections with the hand-overs in them: a copy of the stack has no other stacks beside it."""
    handed: dict[str, Any] = settings.get("hand_overs") or {}
    return {**settings, "hand_overs": {key: inline(key, each) for key, each in handed.items()}} if handed else settings


def inline(key: str, source: dict[str, Any]) -> dict[str, Any]:
    if "stack" not in source:
        return source
    stack, cluster = str(source["stack"]), str(source.get("cluster") or key)
    command = ["stack", "output", "hand_overs", "--json", "--stack", stack]
    handed = understood(TypeAdapter(dict[str, Any]), pulumi(*command), f"`{' '.join(['pulumi', *command])}`")
    if cluster not in handed:
        raise click.ClickException(
            f"hand_overs.{key}: stack {stack} hands over no cluster {cluster}; write one of its keys as `cluster` "
            f"({', '.join(handed) or 'there are none'}), or ask its owner to declare you in `external_consumers`"
        )
    kept = {name: each for name, each in source.items() if name not in ("stack", "cluster")}
    return {**kept, "inline": handed[cluster]}


# Telling


def _tell(findings: _Findings) -> None:
    out = console()
    for title, headings, rows in _tables(findings):
        if rows:
            out.print(table(headings, rows, title))
            out.print()
    if findings.are_new:
        sections = {f"{_NAMESPACE}:{name}": each for name, each in findings.suggestions.settings.items() if each}
        out.print("The settings that say so:\n")
        out.print(yaml.safe_dump({"config": sections}, sort_keys=False, width=float("inf")))
    if not findings.trial.objects:
        out.print("nothing to take over: whatever the stack would make is in its state, or not in Azure")
    elif not findings.trial.left_to_do:
        out.print("After the import, `pulumi preview` shows no changes.")
    out.print("Nothing in Azure will be changed.")


def _tables(findings: _Findings) -> Iterator[tuple[str, list[str], list[tuple[str, ...]]]]:
    suggestions, trial = findings.suggestions, findings.trial
    yield (
        "Will be taken over",
        ["resource", "object in Azure"],
        [(each.name, each.id) for each in trial.objects],
    )
    yield (
        "Taken over without records: Azure cannot bring these connections back, and clients cannot use them",
        ["private endpoint", "connection", "after the import, and the service owner's consent"],
        [(each.id, each.state, each.replaced_by) for each in suggestions.dead],
    )
    yield (
        "Differs",
        ["setting", "it says", "in Azure", "accepted by"],
        [(each.path, str(each.in_settings), str(each.in_azure), each.accepted_by) for each in suggestions.differences],
    )
    yield "Left alone", ["object in Azure", "why"], [(each.id, each.why) for each in suggestions.left]
    yield (
        "What the next `pulumi up` would do",
        ["operation"],
        [(each,) for each in trial.left_to_do],
    )
