"""`adx-private-link report`: report the effect of a preview on access."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import click
from pydantic import BaseModel

from ...untrusted import InputError, read_file
from ..picture.from_plan import draw
from ..picture.markdown import in_markdown
from ..report.markdown import markdown
from ..report.plan import StackPlan
from ..report.reading import read_plan
from ..report.risks import RISKS
from ..report.summary import StackReport, stack_report
from ..report.terminal import print_reports
from ..report.words.labels import PROBLEMS
from ..terminal.console import console
from .risk_codes import RiskCodes

_FAILED = "preview-failed"
"""The risk of a preview that failed."""
_RISK_LINES = textwrap.fill(", ".join(RISKS), 76, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


class _Report(BaseModel):
    stacks: list[StackReport]


@click.command(
    epilog=f"\b\nRisks:\n{_RISK_LINES}\n\n\b\nExamples:\n"
    "  pulumi preview --json --show-sames | adx-private-link report\n"
    "  adx-private-link report previews/*.json > comment.md\n"
    "  adx-private-link report prod.json --format json --fail-on service-replaced,zone-removed\n\n"
    "\b\nExit codes:\n  0  No stack has a risk of --fail-on.\n  1  A stack has a risk of --fail-on.\n"
    "  2  Not every risk is known."
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    help="The comment of a pull request, or JSON. Default: markdown.",
)
@click.option(
    "--fail-on",
    type=RiskCodes(),
    default="",
    help="Exit with 1 if a stack has one of these risks, or `any`; with 2 if a preview failed. A file that is not a "
    "preview always exits with 2.",
)
def report(files: tuple[Path, ...], form: str, fail_on: list[str]) -> None:
    """
    Report the effect of an update on access, as the comment of a pull request.

    Each of the FILES is the output of `pulumi preview --json --show-sames` for one stack. Without FILES, or for `-`,
    it is read from standard input. Neither Pulumi nor Azure is asked.

    If a file NAME.events is beside NAME.json, it is the event log of the same preview, and the report has the
    violations of policies in it: `PULUMI_DEBUG_COMMANDS=true pulumi preview … --event-log NAME.events`.
    """
    if not files and sys.stdin.isatty():
        raise click.UsageError("Give the files of previews, or pipe one in. `-` reads from the terminal.")
    plans = [_read_preview(file) for file in files or (Path("-"),)]
    reports = [stack_report(plan) for plan in plans]
    if form == "json":
        click.echo(_Report(stacks=reports).model_dump_json(indent=2))
    elif sys.stdout.isatty():
        print_reports(reports, console())
    else:
        pictures = [_draw_changes(plan, report) for plan, report in zip(plans, reports, strict=True)]
        click.echo(markdown(reports, pictures), nl=False)
    present = {risk.kind for report in reports for risk in report.risks}
    if failing := sorted(present & {*fail_on} - {_FAILED}):
        click.echo(f"Found risks of --fail-on: {', '.join(failing)}.", err=True)
        raise click.exceptions.Exit(1)
    if problems := [f"{plan.stack}: {PROBLEMS[plan.problem]}" for plan in plans if plan.problem]:
        listed = "\n".join(problems)
        raise click.ClickException(f"Not every file is a preview, so not every risk is known:\n{listed}")
    if fail_on and _FAILED in present:
        raise click.ClickException("A preview failed, so its risks are not known.")


def _draw_changes(plan: StackPlan, report: StackReport) -> str:
    """Draw the clusters that change; an empty text if none do."""
    clusters = {access.cluster for access in (*report.access, *report.external)} | {
        cluster.key for cluster in plan.clusters if any(service.operation != "same" for service in cluster.services)
    }
    return in_markdown(draw(plan, clusters)) if clusters and not plan.has_failed else ""


def _read_preview(file: Path) -> StackPlan:
    source = "standard input" if str(file) == "-" else file.stem
    try:
        events = file.with_suffix(".events")
        log = read_file(events) if source != "standard input" and events.exists() else b""
        return read_plan(read_file(file), source, log)
    except InputError as error:
        raise click.UsageError(f"{source} {error}") from None
