"""`adx-private-link fleet preview`, `up`, `refresh`, `drift` and `status`: one operation on many stacks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ...counts import plural
from ...plain_text import escaped_line
from ..errors import CommandError
from ..files import path_from_here
from ..fleet.engine import start_engine
from ..fleet.outcomes import OUTCOMES, Outcome, StackOutcome
from ..fleet.reading import Fleet, read_fleet, read_valid_fleet
from ..fleet.results import OPERATIONS, Operation, Results, StackResult
from ..fleet.runs import Options, Plan, plan_run, run_waves
from ..fleet.selection import Shard, parse_labels, select
from ..fleet.stacks import FleetStack
from ..fleet.summary import group_rows, needs_person, result_line, status_rows, summarise_groups
from ..fleet.writing import find_changed, plan_files
from ..terminal.console import console
from ..terminal.interruption import explain_interruption
from ..terminal.tables import table
from .options import confirm, epilog, yes_option
from .risk_codes import RiskCodes

_Command = TypeVar("_Command", bound=Callable[..., Any])

_EXITS = {
    0: "Every stack has a result, and none needs you.",
    1: "A stack has a risk of --fail-on; or you answered no.",
    2: "A stack has failed, or the work cannot be done.",
}


_QUESTIONS: dict[Operation, str] = {
    "preview": "Preview",
    "up": "Update",
    "refresh": "Refresh the states of",
    "drift": "Compare with Azure",
}


@dataclass(frozen=True)
class _Chosen:
    """The options that several runs have."""

    results: Path
    selected: tuple[str, ...]
    shard: Shard | None
    canary: tuple[str, ...]
    workers: int | None
    scheduler: str | None
    wait: float
    policy_pack: Path | None = None
    policy_pack_config: Path | None = None


class _ShardType(click.ParamType[Shard]):
    name = "n/of"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """Convert a shard."""
        try:
            return Shard.parse(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a shard. Write the number of this part and of all parts: 3/8.", param, ctx)


def results_option(command: _Command) -> _Command:
    """Give a command the option `results`."""
    directory = click.Path(file_okay=False, path_type=Path)
    help = "Directory of the results, one file for each stack."
    return click.option("--results", type=directory, default=Path("fleet-results"), show_default=True, help=help)(
        command
    )


def selection_options(command: _Command) -> _Command:
    """Give a command the options that select stacks."""
    shard = "Take one of several equal parts of the stacks, such as 3/8: for the jobs of a pipeline."
    command = click.option("--shard", type=_ShardType(), help=shard)(command)
    select = "Take the stacks with this label, `name=value`; `stack` and `group` are labels, too. Repeatable."
    return click.option("--select", "selected", metavar="LABEL", multiple=True, help=select)(command)


def _run_options(command: _Command) -> _Command:
    wait = "Seconds for which another update of a stack is waited for."
    command = click.option("--wait", type=click.FloatRange(0), default=600, show_default=True, help=wait)(command)
    scheduler = "Address of a Dask scheduler, whose workers are used instead of processes on this machine."
    command = click.option("--scheduler", metavar="ADDRESS", help=scheduler)(command)
    workers = "Processes on this machine. Default: one for each processor."
    command = click.option("--workers", type=click.IntRange(1), help=workers)(command)
    canary = "Begin with the stacks with this label, and stop if one of them fails or has a risk. Repeatable."
    command = click.option("--canary", metavar="LABEL", multiple=True, help=canary)(command)
    return results_option(selection_options(command))


def _policy_options(command: _Command) -> _Command:
    config = "The policy file: levels and parameters of rules, as Pulumi's option of this name takes them."
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    command = click.option("--policy-pack-config", type=file, help=config)(command)
    pack = "A policy pack for each stack, such as .venv-policies/bin/adx-private-link-policies."
    return click.option("--policy-pack", type=click.Path(exists=True, path_type=Path), help=pack)(command)


def _fail_on_option(help: str) -> Callable[[_Command], _Command]:
    return click.option("--fail-on", type=RiskCodes(), default="", help=help)


@click.command(
    epilog=epilog(
        "adx-private-link fleet preview",
        "adx-private-link fleet preview --select team=data --fail-on any",
        "adx-private-link fleet report",
        exits=_EXITS,
    )
)
@_run_options
@_fail_on_option(
    "Exit with 1 if a stack has one of these risks, or `any`; `adx-private-link report --help` lists them."
)
@_policy_options
def preview(fail_on: list[str], **options: Any) -> None:
    """
    Preview the stacks of a fleet.

    The previews are in the directory of the results: `adx-private-link fleet report` reports all of them, and
    `adx-private-link report` a single one. Stacks with a result of the same settings and program are left out.
    """
    _run("preview", _Chosen(**options), fail_on=fail_on)


@click.command(
    epilog=epilog(
        "adx-private-link fleet up --select group=zones",
        "adx-private-link fleet up --canary team=test --fail-on endpoint-replaced,zone-removed",
        exits=_EXITS,
    )
)
@_run_options
@_fail_on_option("Preview each stack first, and update no stack that has one of these risks, or `any`.")
@click.option("--create", "creates", is_flag=True, help="Create missing stacks. Commit their files afterwards.")
@_policy_options
@yes_option
def up(fail_on: list[str], *, creates: bool, yes: bool, **options: Any) -> None:
    """
    Update the stacks of a fleet.

    Stacks with shared zones come first, then canaries, then all others. If a worker or this machine is killed, run the
    command again: finished stacks are left out, and the state of interrupted ones is repaired first.
    """
    _run("up", _Chosen(**options), fail_on=fail_on, creates=creates, yes=yes)


@click.command(epilog=epilog("adx-private-link fleet refresh --select region=westeurope", exits=_EXITS))
@_run_options
@yes_option
def refresh(*, yes: bool, **options: Any) -> None:
    """Refresh the states of a fleet's stacks from Azure."""
    _run("refresh", _Chosen(**options), yes=yes)


@click.command(
    epilog=epilog(
        "adx-private-link fleet drift --results drift",
        exits={
            0: "No stack differs from Azure.",
            1: "A stack differs from Azure.",
            2: "A stack has failed, or the work cannot be done.",
        },
    )
)
@_run_options
def drift(**options: Any) -> None:
    """
    Compare the stacks of a fleet with Azure, and change nothing.

    Azure may change without a commit, so an old result says little: use a new directory of results each time.
    """
    _run("drift", _Chosen(**options))


@click.command(
    epilog=epilog(
        "adx-private-link fleet status",
        "adx-private-link fleet status --select team=data",
        exits={0: "The results are shown.", 2: "The inventory cannot be read."},
    )
)
@results_option
@selection_options
def status(results: Path, selected: tuple[str, ...], shard: Shard | None) -> None:
    """List the stacks of a fleet with their last results. Neither Pulumi nor Azure is asked."""
    read = read_fleet()
    stacks = select(read.stacks, parse_labels(selected), shard)
    console().print(table(("stack", *OPERATIONS), status_rows(stacks, Results(results))))


def _run(
    operation: Operation, chosen: _Chosen, *, fail_on: Sequence[str] = (), creates: bool = False, yes: bool = True
) -> None:
    if chosen.policy_pack_config and not chosen.policy_pack:
        raise click.UsageError("--policy-pack-config configures the rules of a pack. Give --policy-pack, too.")
    fleet = _read_written()
    stacks = select(fleet.stacks, parse_labels(chosen.selected), chosen.shard)
    options = Options(
        operation,
        chosen.results,
        tuple(fail_on),
        creates,
        chosen.wait,
        chosen.policy_pack,
        chosen.policy_pack_config,
    )
    plan = plan_run(fleet, stacks, parse_labels(chosen.canary), options)
    count = len(plan.tasks)
    if plan.done:
        click.echo(f"{plural(len(plan.done), 'stack')} already done in {path_from_here(chosen.results)}", err=True)
    if count:
        confirm(f"{_QUESTIONS[operation]} {plural(count, 'stack')}?", yes=yes)
    with explain_interruption(lambda: "Run the command again for the stacks that are not done."):
        found = _work(plan, min(chosen.workers or os.cpu_count() or 1, max(count, 1)), chosen.scheduler)
    _finish(operation, stacks, {result.stack: result for result in (*plan.done, *found)})


def _work(plan: Plan, workers: int, scheduler: str | None) -> list[StackResult]:
    if not plan.tasks:
        return []
    with start_engine(workers, scheduler) as engine:
        return [*_with_progress(run_waves(plan, engine), len(plan.tasks))]


def _read_written() -> Fleet:
    """Read the fleet; its stack files must be those of its inventory, because they are what Pulumi deploys."""
    fleet = read_valid_fleet()
    if changed := find_changed(plan_files(fleet)):
        first = path_from_here(next(iter(changed)))
        raise CommandError(
            f"{plural(len(changed), 'file')} of the fleet differ from the inventory, such as {first}. Run "
            "`adx-private-link fleet write` first, and commit what it writes."
        )
    return fleet


def _with_progress(results: Iterable[StackResult], total: int) -> Iterator[StackResult]:
    """Show each result as its stack ends: a bar and what is wrong on a terminal, a line for each stack in a pipe."""
    out = console(stderr=True)
    if not out.is_terminal:
        for number, result in enumerate(results, start=1):
            out.print(result_line(result, number, total))
            yield result
        return
    yield from _with_bar(out, results, total)


def _with_bar(out: Console, results: Iterable[StackResult], total: int) -> Iterator[StackResult]:
    text = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), TimeElapsedColumn(), MofNCompleteColumn(), text)
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("", total=total)
        for number, result in enumerate(results, start=1):
            if not result.is_final:
                out.print(result_line(result, number, total))
            bar.update(task, advance=1, description=escaped_line(f"last: {result.stack}"))
            yield result


def _finish(operation: Operation, stacks: list[FleetStack], results: dict[str, StackResult]) -> None:
    out = console()
    columns: list[Outcome] = [*reversed(OUTCOMES)]
    summaries = summarise_groups(StackOutcome(stack, results.get(stack.name)) for stack in stacks)
    out.print(table(("group", "stacks", *(OUTCOMES[column] for column in columns)), group_rows(summaries, columns)))
    noticed = [result for result in results.values() if needs_person(operation, result)]
    if noticed:
        rows = [(result.stack, result.status, result.words) for result in noticed]
        out.print(table(("stack", "status", "reason"), rows))
    if any(result.status == "failed" for result in noticed):
        raise CommandError("Stacks have failed. Their results have the whole error.")
    if noticed:
        raise click.exceptions.Exit(1)
