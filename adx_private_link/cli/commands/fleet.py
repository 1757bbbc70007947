"""`adx-private-link fleet`: write, check and run the stacks of an inventory."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ...counts import plural
from ...policies.policy_file import ActiveRule
from ..check.policies import read_policies
from ..errors import CommandError
from ..files import path_from_here
from ..fleet.check import CheckedFleet, check_fleet
from ..fleet.operator import OBJECTS, objects_text
from ..fleet.reading import Fleet, read_fleet
from ..fleet.writing import find_changed, find_unwritable, plan_files, write_files
from ..terminal.styled_lines import print_line, styled
from .check_output import print_check
from .fleet_page import page
from .fleet_report import report
from .fleet_runs import drift, preview, refresh, status, up
from .options import epilog, format_option, policies_option


@click.group(
    epilog=epilog(
        "adx-private-link fleet check",
        "adx-private-link fleet write",
        exits={
            0: "Everything is right.",
            1: "The inventory has problems, or files differ from it.",
            2: "The inventory cannot be read.",
        },
    )
)
def fleet() -> None:
    """
    Write, check and run the stacks of many clusters.

    The inventory `fleet.yaml` has the clusters and consumers. Each cluster gets a place in a stack, and keeps it.
    """


@fleet.command(
    epilog=epilog(
        "adx-private-link fleet check",
        "adx-private-link fleet check --format github",
        "adx-private-link fleet check --policies policies.json",
        exits={0: "The inventory has no problems.", 1: "It has problems.", 2: "It cannot be checked."},
    )
)
@format_option(
    "text", "json", "github", help="Lines for people and editors, JSON, or annotations for pull requests on GitHub."
)
@policies_option
def check(form: str, policies: Path | None) -> None:
    """
    Report every problem of all stacks at once, without Pulumi and Azure.

    Each problem is a line of `fleet.yaml`: `file:line: setting: problem; remedy`. Conflicts between stacks are
    reported, too, such as a zone that two of them create.
    """
    checked = _check(read_fleet(), read_policies(policies) if policies else [])
    print_check(form, checked.stacks, checked.mistakes, checked.notes)
    if checked.mistakes:
        sys.exit(1)


@fleet.command(
    epilog=epilog(
        "adx-private-link fleet write",
        "adx-private-link fleet write --check",
        "adx-private-link fleet write --format operator",
        exits={
            0: "The files are written, or were right.",
            1: "The inventory has problems, or files differ (`--check`).",
            2: "The files cannot be written.",
        },
    )
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing, and list the files that differ.")
@format_option(
    "stacks",
    "operator",
    help="The files of the stacks; or, beside them, Stack objects of the Pulumi Kubernetes Operator "
    "(`fleet.operator.yaml`).",
)
def write(form: str, *, only_check: bool) -> None:
    """
    Write the file of each stack, and record which cluster is in which stack.

    New clusters get a place in an open stack of their group; no other cluster moves. The assignments are in
    `fleet.stacks.yaml`: commit it with the stack files. What Pulumi and you have added to a stack file stays, such as
    the key of its secrets. Nothing is written while the inventory has problems.
    """
    read = read_fleet()
    checked = _check(read)
    if checked.mistakes:
        print_check("text", checked.stacks, checked.mistakes, checked.notes)
        sys.exit(1)
    texts = plan_files(read)
    if form == "operator":
        texts[read.directory / OBJECTS] = _objects(read)
    changed = find_changed(texts)
    if not only_check:
        write_files(changed)
    for path in changed:
        print_line(f"{'differs' if only_check else 'written'}  {styled(path_from_here(path))}")
    files, stacks = plural(len(changed), "file"), plural(checked.stacks, "stack")
    if only_check and changed:
        print_line(styled(f"{stacks}, {files} to write: run `adx-private-link fleet write`", fg="red", bold=True))
        sys.exit(1)
    print_line(styled(f"{stacks}, {files} {'to write' if only_check else 'written'}", fg="green", bold=True))


fleet.add_command(preview)
fleet.add_command(up)
fleet.add_command(refresh)
fleet.add_command(drift)
fleet.add_command(status)
fleet.add_command(report)
fleet.add_command(page)


def _check(read: Fleet, rules: Sequence[ActiveRule] = ()) -> CheckedFleet:
    checked = check_fleet(read, rules)
    mistakes = sorted({*checked.mistakes, *find_unwritable(read)})
    return CheckedFleet(checked.stacks, mistakes, checked.notes)


def _objects(read: Fleet) -> str:
    if read.inventory is None or read.inventory.operator is None:
        raise CommandError(
            "The inventory has no `operator`, which says where the Pulumi Kubernetes Operator finds the program. Write "
            "`operator: {repository: URL}`."
        )
    return objects_text(read.stacks, read.inventory.operator)
