"""`adx-private-link check`: report problems in stack files, without Pulumi and Azure."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..check.policies import check_policies, read_policies
from ..check.stack_file import check_stack_files, mistakes_of
from .check_output import print_check
from .options import epilog, format_option, policies_option, stack_files_argument


@click.command(
    epilog=epilog(
        "adx-private-link check",
        "adx-private-link check Pulumi.prod.yaml Pulumi.test.yaml",
        "adx-private-link check --format github",
        "adx-private-link check --policies policies.json",
        exits={0: "The files have no problems.", 1: "The files have problems.", 2: "The files cannot be checked."},
    )
)
@stack_files_argument
@format_option(
    "text", "json", "github", help="Lines for people and editors, JSON, or annotations for pull requests on GitHub."
)
@policies_option
def check(files: tuple[Path, ...], stack: str | None, form: str, policies: Path | None) -> None:
    """
    Report every problem in stack files at once, without Pulumi and Azure.

    Checks each FILE, or the files of all stacks of the Pulumi project in this directory. A problem is a line as
    compilers print it: `file:line: setting: problem; remedy`. Conflicts between settings are reported only for clusters
    and consumers that are valid on their own.
    """
    if files and stack:
        raise click.UsageError("Give files or --stack, not both.")
    rules = read_policies(policies) if policies else []
    stacks = check_stack_files(files, stack)
    for checked in stacks:
        check_policies(checked, rules)
    mistakes = mistakes_of(stacks)
    print_check(
        form,
        stacks=sum(1 for stack in stacks if stack.topology or stack.mistakes),
        mistakes=mistakes,
        notes=[note for stack in stacks for note in stack.notes],
        expectations=[expectation for stack in stacks for expectation in stack.expectations],
    )
    if mistakes:
        sys.exit(1)
