"""The parts that `migrate` and `roll-back` share: options, the plan, the questions, and the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from rich.text import Text

from ..access.live import read_live_access
from ..access.remedies import find_remedies
from ..azure_cli import AzureRejection
from ..errors import CommandError
from ..migration.choices import Choices
from ..migration.direction import LEAVE, Direction
from ..migration.findings import Finding, Situation, find_findings
from ..migration.move import Move, require_moved
from ..migration.situation import read_situation
from ..pulumi.outputs import read_outputs
from ..pulumi.run import selected_stack
from ..pulumi.stack import PulumiStack
from ..terminal.console import console
from ..terminal.interruption import explain_interruption
from ..terminal.own_commands import this_command
from ..terminal.progress import progress
from ..terminal.tables import table
from .options import confirm
from .owner_question import owner_options, require_owner, settle_owner

_Command = TypeVar("_Command", bound=Callable[..., Any])
_DONE = {"migrate": "has left", "roll-back": "is back in"}
_IS = {"migrate": "is out of", "roll-back": "is in"}


def move_options(command: _Command) -> _Command:
    """Give a command the options of a move."""
    command = click.option("--resume", is_flag=True, help="Go on after an interruption, with the same options.")(
        command
    )
    command = click.option(
        "--bridge", is_flag=True, help="Let clients use the public endpoint while the cluster moves."
    )(command)
    return owner_options(command)


def run_move(direction: Direction, key: str, stack_name: str | None, choices: Choices) -> None:
    """
    Move a cluster: show the plan, ask, move it, publish and check.

    Raises:
        click.UsageError: The options contradict each other.
        CommandError: The move stopped; once something was changed, the message says how it goes on.
    """
    require_owner(choices.owner, elsewhere=choices.elsewhere)
    stack = PulumiStack(selected_stack(stack_name))
    try:
        situation = read_situation(direction, key, stack, choices.timeout)
    except AzureRejection as error:
        raise CommandError(f"{error.reason}\nNothing was changed.", next_step=error.next_step) from None
    cluster = situation.network.cluster.name
    if situation.has_moved and not (choices.resume or choices.elsewhere):
        _say_that_it_has_moved(situation)
        return
    if situation.has_moved and choices.bridge and not choices.resume:
        click.echo(f"{cluster} has moved already, so there was no bridge. What is left: publish its names.")
    if not situation.has_moved:
        _show_plan(situation, choices)
        settle_owner(choices.owner, direction.owner_lines(situation.network), elsewhere=choices.elsewhere)
        says = direction.says(cluster)
        confirm(f"{says[0].upper()}{says[1:]}?", yes=choices.yes)
    move = Move(situation, stack, choices.timeout)
    try:
        with explain_interruption(lambda: _explain(move, choices)):
            _move(move, choices)
    except CommandError as error:
        raise CommandError(
            f"{error.reason}{_standing(move)}", next_step=_how_to_go_on(choices, error.next_step)
        ) from None


def _say_that_it_has_moved(situation: Situation) -> None:
    """Say so, or end if an interrupted move has not published the names."""
    where = f"{situation.network.cluster.name} {_IS[situation.direction.command]} its virtual network already"
    if situation.cluster.names == "public":
        click.echo(f"{where}, and has no names (`names: public`). Next: remove the setting, then run `pulumi up`.")
        return
    if not situation.is_published:
        clients = ", and clients use the public endpoint" if situation.has_withdrawn_names else ""
        raise CommandError(
            f"{where}; its names do not lead to it yet{clients}.", next_step=f"run `{this_command('--resume')}`"
        )
    click.echo(f"{where}, and its names lead to it.")


def _standing(move: Move) -> str:
    """Say what clients have now, where that is not what they should have."""
    if move.is_bridged:
        return "\nClients may be on the public endpoint now."
    return "\nClients have no private access until the names are published." if move.awaits_names else ""


def _move(move: Move, choices: Choices) -> None:
    if not move.situation.has_moved:
        if choices.bridge:
            move.open_bridge()
        else:
            move.rehearse()
        if choices.elsewhere:
            move.wait_for_owner()
        else:
            move.move()
    move.publish()
    require_moved(move.situation.direction, move.situation.network.cluster)
    _verify(move.situation, move.stack)


def _how_to_go_on(choices: Choices, step: str) -> str:
    """Say how a move goes on after the step of an error: with the same options, because nothing remembers them."""
    again = "this command again"
    command = this_command(*([] if choices.resume else ["--resume"]))
    return (step or f"run {again}").replace(again, f"`{command}`, which goes on where Azure is")


def _explain(move: Move, choices: Choices) -> str:
    # While Azure moves the cluster, an update would lead the names to where it was.
    back = "" if move.has_begun else "; or `pulumi up`, which leads the names to where the cluster is"
    return f"Stopped in this step: {move.step}.{_standing(move)}\nNext: {_how_to_go_on(choices, '')}{back}."


def _show_plan(situation: Situation, choices: Choices) -> None:
    """Show the plan, and end if something in it must be done first."""
    findings = find_findings(situation, choices)
    if choices.resume:
        # The interrupted move has withdrawn names.
        findings = [finding for finding in findings if finding.subject != "stack"]
    _show(situation, findings)
    if any(finding.blocks for finding in findings):
        console().print("\nNothing was changed. Deal with the lines marked ! first.")
        raise click.exceptions.Exit(1)


def _show(situation: Situation, findings: Sequence[Finding]) -> None:
    out = console()
    out.print(f"Plan: {situation.direction.says(situation.network.cluster.name)}\n")
    rows = [
        (Text(f"! {finding.subject}", "bold red"), Text(finding.says, "red"))
        if finding.blocks
        else (f"  {finding.subject}", finding.says)
        for finding in findings
    ]
    out.print(table(("  about", "what"), rows))


def _verify(situation: Situation, stack: PulumiStack) -> None:
    """Check that everything is approved and published, and say what comes next."""
    with progress("checking the access"):
        live = read_live_access(stack.name, read_outputs(None, stack.name))
    hosts = [host for host in live.hosts if host.cluster == situation.key]
    if not all(host.is_well for host in hosts):
        remedies = "\n".join(find_remedies(live))
        raise CommandError(f"The cluster has moved, and its access is not as it should be.\n{remedies}")
    cluster, done = situation.network.cluster.name, _DONE[situation.direction.command]
    if situation.cluster.names == "public":
        click.echo(f"{cluster} {done} its virtual network. Next: remove `names: public`, then run `pulumi up`.")
        return
    click.echo(f"{cluster} {done} its virtual network, and its names lead to it. Next:")
    for consumer in sorted(situation.consumers):
        click.echo(
            f"  in the network of {consumer}: adx-private-link verify --consumer {consumer} --stack {stack.name}"
        )
    if situation.settings.external_consumers_of(situation.key):
        click.echo("  to external consumers: send the hand-over again; their next `pulumi up` follows the cluster")
    for consumer in situation.with_other_dns:
        click.echo(f"  for {consumer}, whose names another DNS has: adx-private-link dns diff --consumer {consumer}")
    if situation.direction == LEAVE:
        click.echo(
            f"  when you no longer want to return: write `targets: cluster` in clusters.{situation.key}, then run "
            "`pulumi up`"
        )
