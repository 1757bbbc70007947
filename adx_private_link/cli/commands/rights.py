"""`adx-private-link rights`: the least custom roles for the identities of a stack."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ...azure_actions import IDENTITIES
from ...counts import plural
from ...rights.custom_roles import CUSTOM_ROLE_KEYS, plan_custom_roles
from ...rights.needs import find_needs, kinds_of_moves
from ...rights.records import CustomRole, Need
from ..check.notes import notes_on_used_kinds
from ..check.stack_file import CheckedStack, check_stack_file, check_stack_files, mistakes_of
from ..files import make_directory, path_from_here, write_file
from ..rights.forms import ENDINGS, Form, format_roles
from ..rights.live_clusters import LiveClusters, read_clusters
from ..rights.overview import format_overview
from ..rights.permissions import MissingRights, find_missing
from ..terminal.mistakes import print_mistakes
from ..terminal.styled_lines import print_line, styled
from .options import epilog, format_option, stack_files_argument

_OF_UPDATES = ("preview", "deploy-service", "deploy-consumer", "dns")
"""The identities that previews and updates need, which are checked by default."""
_FORMS: dict[str, Form] = {form: form for form in ENDINGS}
"""The forms of definitions."""


@click.command(
    epilog=epilog(
        "adx-private-link rights --stack prod",
        "adx-private-link rights --stack prod --for dns --format json > dns.json",
        "adx-private-link rights --stack prod --format bicep --output roles",
        "adx-private-link rights --stack prod --check",
        exits={
            0: "The roles are printed, or no right is missing.",
            1: "The file has problems, or rights are missing.",
            2: "The roles cannot be worked out, or Azure cannot be asked.",
        },
    )
)
@stack_files_argument
@click.option(
    "--for",
    "chosen",
    type=click.Choice(CUSTOM_ROLE_KEYS),
    metavar="IDENTITY",
    help="Print the roles of this identity only: " + ", ".join(IDENTITIES) + "; or one role, such as dns-on-networks. "
    "Default: all that the settings need.",
)
@format_option(
    "text",
    "json",
    "bicep",
    "pulumi",
    help="An overview with the reason for each action; or definitions for the Azure CLI, for Bicep, or for a Pulumi "
    "program in Python.",
)
@click.option("--live", is_flag=True, help="Ask Azure for the kinds and networks of the clusters, with `az`.")
@click.option(
    "--check",
    is_flag=True,
    help="Ask Azure, with `az`, what its identity may do, and report which rights are missing. Default: those for "
    "previews and updates.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory for a file of each role. Default: standard output.",
)
def rights(
    files: tuple[Path, ...],
    stack: str | None,
    chosen: str | None,
    form: str,
    *,
    live: bool,
    check: bool,
    output: Path | None,
) -> None:
    """
    Print the least custom roles for the identities that preview, deploy and change a stack.

    Works from the settings of one stack alone: each role has exactly the actions that these settings need, at the
    resource groups that they name. What an identity needs at objects of others, such as the zones of a hub, is a role
    of its own, because their owners assign it.
    """
    _check_options(files, stack, form, check=check, output=output)
    checked, clusters = _read_stack(files, stack, live=live or check)
    roles = plan_custom_roles(_find_needs(checked, clusters))
    selected = _select(roles, chosen, _OF_UPDATES if check else IDENTITIES, is_live=live or check)
    name = checked.file.stack
    if check:
        _report(find_missing(selected), selected, name, form)
    elif output:
        _write(selected, name, form, output)
    elif form == "text":
        click.echo(format_overview(selected, name), nl=False)
    else:
        definitions = selected if form == "pulumi" else _select_one(selected, chosen)
        click.echo(format_roles(definitions, name, _FORMS[form]), nl=False)


def _check_options(files: tuple[Path, ...], stack: str | None, form: str, *, check: bool, output: Path | None) -> None:
    if files and stack:
        raise click.UsageError("Give files or --stack, not both.")
    if check and (output or form not in ("text", "json")):
        raise click.UsageError("--check reports missing rights as text or JSON: leave out --output and other formats.")
    if output and form == "text":
        raise click.UsageError("--output is for definitions of roles: add --format json, bicep or pulumi.")


def _read_stack(files: tuple[Path, ...], stack: str | None, *, live: bool) -> tuple[CheckedStack, LiveClusters]:
    """Check the one stack file, with what Azure says about its clusters if it is asked."""
    clusters = LiveClusters()
    checked = _check_one(files, stack, clusters)
    if live and checked.settings:
        clusters = read_clusters(checked.settings)
        for note in clusters.notes:
            click.echo(note, err=True)
        checked = _check_one(files, stack, clusters)
    assert checked.settings is not None
    remedy = "Azure did not show their kinds" if live else "`--live` reads the kinds from Azure"
    for note in notes_on_used_kinds(checked.settings, checked.expected_kinds, "taken", remedy):
        click.echo(note, err=True)
    return checked, clusters


def _find_needs(checked: CheckedStack, clusters: LiveClusters) -> list[Need]:
    settings = checked.settings
    assert settings is not None
    moves = kinds_of_moves(settings, clusters.kinds)
    needs: list[Need] = []
    for planned in [check_stack_file(checked.file, kinds) for kinds in moves] or [checked]:
        assert planned.topology is not None
        needs += find_needs(settings, planned.topology, clusters.networks)
    return needs


def _check_one(files: tuple[Path, ...], stack: str | None, clusters: LiveClusters) -> CheckedStack:
    stacks = check_stack_files(files, stack, clusters.kinds)
    if mistakes := mistakes_of(stacks):
        print_mistakes(mistakes)
        sys.exit(1)
    with_settings = [checked for checked in stacks if checked.topology]
    if len(with_settings) > 1:
        names = ", ".join(checked.file.stack for checked in with_settings)
        raise click.UsageError(f"Roles are of one stack: name it with --stack ({names}).")
    if not with_settings:
        notes = [note for checked in stacks for note in checked.notes]
        raise click.ClickException("\n".join(["No stack with settings.", *notes]))
    return with_settings[0]


def _select(
    roles: Sequence[CustomRole], chosen: str | None, identities: Sequence[str], *, is_live: bool
) -> list[CustomRole]:
    """Select the roles of an identity, or the one of this key; without a choice, those of some identities."""
    if chosen is None:
        return [role for role in roles if role.identity in identities]
    selected = [role for role in roles if chosen in (role.identity, role.key)]
    if not selected:
        needed = ", ".join(role.key for role in roles)
        hint = "" if is_live else " `--live` asks Azure which clusters are in a network."
        raise click.UsageError(f"The settings need no role {chosen}. They need {needed}.{hint}")
    return selected


def _select_one(roles: Sequence[CustomRole], chosen: str | None) -> list[CustomRole]:
    """Select the role for a file with one: the chosen one, although the identity has others at objects of others."""
    keys = [role.key for role in roles]
    if len(roles) == 1:
        return [*roles]
    if chosen not in keys:
        raise click.UsageError(
            f"{len(roles)} roles need {len(roles)} files: add --output DIRECTORY, or name one with --for "
            f"({', '.join(keys)})."
        )
    others = ", ".join(key for key in keys if key != chosen)
    click.echo(f"{chosen} needs {others} as well: name it with --for, or add --output DIRECTORY.", err=True)
    return [role for role in roles if role.key == chosen]


def _write(roles: Sequence[CustomRole], stack: str, form: str, output: Path) -> None:
    make_directory(output)
    for role in roles:
        file = output / f"{role.key}.{ENDINGS[_FORMS[form]]}"
        write_file(file, format_roles([role], stack, _FORMS[form]))
        click.echo(f"Wrote {path_from_here(file)}.")


def _report(missing: Sequence[MissingRights], roles: Sequence[CustomRole], stack: str, form: str) -> None:
    if form == "json":
        found: list[dict[str, Any]] = [entry.model_dump() for entry in missing]
        click.echo(json.dumps({"checked": [role.key for role in roles], "missing": found}, indent=2))
    else:
        for entry in missing:
            print_line(styled(f"{entry.role} at {entry.scope}", bold=True))
            if entry.reason:
                print_line(styled(f"  Azure does not say what the user of `az` may do here: {entry.reason}"))
            else:
                for action in entry.actions:
                    print_line(styled(f"  {action} is missing"))
        count = plural(len(roles), "role")
        if missing:
            keys = list(dict.fromkeys(entry.role for entry in missing))
            print_line(
                styled(
                    f"{count} checked, rights are missing for {', '.join(keys)}.\n"
                    f"Next: `adx-private-link rights --stack {stack} --format json --output roles` writes the roles.",
                    fg="red",
                    bold=True,
                )
            )
        else:
            print_line(styled(f"{count} checked, no rights are missing", fg="green", bold=True))
    if missing:
        sys.exit(1)
