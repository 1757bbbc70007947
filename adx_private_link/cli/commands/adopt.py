"""`adx-private-link adopt`: import objects that were created by hand, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import yaml
from pydantic_core import PydanticCustomError

from ...counts import plural
from ...resource_ids import ClusterId
from ..adoption.proposal import Proposal, propose, suggest_settings
from ..errors import CommandError
from ..files import write_file
from ..pulumi.backend import state_files_of
from ..pulumi.config import read_settings, write_settings
from ..pulumi.locks import cancel_locks
from ..pulumi.recovery import read_state, restore
from ..pulumi.run import require_version, selected_stack
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_files import PREFIX
from ..pulumi.state import ExportedState
from ..pulumi.state_files import StateFiles
from ..terminal.console import console
from ..terminal.progress import progress
from ..terminal.tables import table
from ..yaml.documents import mapping, read_yaml
from .options import confirm, epilog, stack_option, yes_option


class _ClusterId(click.ParamType[ClusterId]):
    name = "cluster id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> ClusterId:
        try:
            return ClusterId.parse(value)
        except PydanticCustomError as error:
            self.fail(f"{value} {error.message()}; {(error.context or {}).get('remedy')}", param, ctx)


@click.command(
    epilog=epilog(
        "adx-private-link adopt --stack prod --subscription 22222222-2222-2222-2222-222222222222",
        exits={
            0: "The objects are imported, or there are none to import.",
            1: "You answered no, and nothing was changed.",
            2: "The import failed; nothing in Azure has changed.",
        },
    )
)
@stack_option
@click.option(
    "--subscription",
    "subscriptions",
    metavar="ID",
    multiple=True,
    help="Also look for endpoints and zones in this subscription. Repeatable.",
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="adopt.json",
    show_default=True,
    help="The import file to write.",
)
@yes_option
@click.argument("clusters", metavar="[CLUSTER-ID]...", nargs=-1, type=_ClusterId())
def adopt(
    clusters: tuple[ClusterId, ...], stack: str | None, subscriptions: tuple[str, ...], file: Path, *, yes: bool
) -> None:
    """
    Import private link services, endpoints, zone groups, zones, records and links that were created by hand.

    Finds the objects of the clusters in the stack's settings, or of each CLUSTER-ID. Completes the settings so that
    they describe these objects, tries the import on a copy of the state, and shows everything before it asks. Nothing
    in Azure changes. If the command is interrupted, run it again.
    """
    _reject_other_file(file)
    require_version((3, 259, 0), "`adopt`")
    name = selected_stack(stack)
    files = state_files_of(name)
    state, settings = _read_or_restore_state(name, files), read_settings(name)
    suggestions = suggest_settings(settings, clusters, subscriptions, state)
    proposal = propose(name, settings, suggestions, state)
    _show(proposal)
    if not proposal.trial.objects:
        return
    confirm(f"Write the settings of {name} and import the objects?", yes=yes)
    write_file(file, proposal.file.text())
    if proposal.changes_settings:
        write_settings(name, proposal.suggestions.settings)
    if cancel_locks(name, files):
        click.echo("The lock of a killed update is cancelled.")
    with progress(f"importing {plural(len(proposal.trial.objects), 'object')} ({file})"):
        PulumiStack(name).import_resources(file)
    effect = "makes the changes listed above" if proposal.trial.operations else "changes nothing in Azure"
    click.echo(
        f"The objects are imported. Next, run `pulumi up`: it {effect} and records the dependencies in the state. "
        f"{file} is no longer needed: delete it, or keep it as a record of the import."
    )


def _reject_other_file(file: Path) -> None:
    """Raise `CommandError` for an existing file that is not an import file."""
    if file.exists() and "resources" not in mapping(read_yaml(file).content):
        raise CommandError(
            f"{file} is not an import file of Pulumi and is not overwritten. Name another file with `--file`."
        )


def _read_or_restore_state(stack: str, files: StateFiles | None) -> ExportedState:
    """Return the state; a damaged one is restored first, because Pulumi imports into whole states only."""
    state, damaged = read_state(stack, files)
    if files is not None and damaged:
        cancel_locks(stack, files)
        kept = restore(stack, files, damaged)
        click.echo(f"{damaged.damage}: {damaged.remedy}.")
        if kept:
            click.echo(f"The damaged state is kept as {kept}.")
    return state


def _show(proposal: Proposal) -> None:
    out = console()
    for title, headings, rows in _tables(proposal):
        if rows:
            out.print(table(headings, rows, title))
            out.print()
    if proposal.changes_settings:
        settings = proposal.suggestions.settings
        sections = {f"{PREFIX}{name}": section for name, section in settings.items() if section}
        out.print("Settings that describe these objects:\n")
        out.print(yaml.safe_dump({"config": sections}, sort_keys=False, width=float("inf")))
    if not proposal.trial.objects:
        out.print(
            "Nothing to adopt: everything this stack would create is already in its state or does not exist in Azure."
        )
    elif not proposal.trial.operations:
        out.print("After the import, `pulumi preview` shows no changes.")
    out.print("Nothing in Azure changes.")


def _tables(proposal: Proposal) -> Iterator[tuple[str, list[str], list[tuple[str, ...]]]]:
    """Yield the title, headings and rows of each table."""
    suggestions, trial = proposal.suggestions, proposal.trial
    yield (
        "Objects to import",
        ["resource", "object in Azure"],
        [(resource.name, resource.id) for resource in trial.objects],
    )
    yield (
        "Imported without records: clients cannot use these endpoints, and Azure cannot restore their connections",
        ["private endpoint", "connection", "to replace it after the import, if the service's owner agrees"],
        [(endpoint.id, endpoint.state, endpoint.replaced_by) for endpoint in suggestions.dead_endpoints],
    )
    yield (
        "Settings that differ from Azure",
        ["setting", "value", "in Azure", "to keep Azure's value"],
        [
            (difference.path, str(difference.in_settings), str(difference.in_azure), difference.accepted_by)
            for difference in suggestions.differences
        ],
    )
    yield (
        "Objects left alone",
        ["object in Azure", "reason"],
        [(left_alone.id, left_alone.reason) for left_alone in suggestions.left_alone],
    )
    yield (
        "Operations of the next `pulumi up`",
        ["operation"],
        [(operation,) for operation in trial.operations],
    )
