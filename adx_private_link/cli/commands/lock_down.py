"""`adx-private-link lock-down`: make the access of a cluster as the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from ...facts.cluster_access import in_words
from ...resource_ids import ClusterId
from ..cluster_changes.live_cluster import read_cluster
from ..cluster_changes.owner import Owner
from ..cluster_changes.patch import ClusterChange, apply_change, require_running, wait_for_owner
from ..errors import CommandError
from ..lock_down.changes import plan_changes, plan_opening
from ..lock_down.evidence import Gap, find_gaps
from ..lock_down.owner_lines import write_owner_lines
from ..lock_down.situation import Situation, read_situation
from ..pulumi.run import selected_stack
from ..terminal.console import console
from ..terminal.interruption import explain_interruption
from ..terminal.progress import progress
from ..terminal.tables import table
from ..verify.proof import read_proof
from .options import confirm, epilog, stack_option, yes_option
from .owner_question import owner_options, require_owner, settle_owner


@click.command(
    epilog=epilog(
        "adx-private-link lock-down myadx --proof analytics.json --proof reports.json --stack prod",
        "adx-private-link lock-down myadx --owner terraform",
        "adx-private-link lock-down myadx --open",
        exits={
            0: "The cluster is as the settings say; with `--open`, it is open.",
            1: "You answered no, or something must be done first; nothing was changed.",
            2: "The change stopped. The message says where, and what to do.",
        },
    )
)
@stack_option
@click.option(
    "--proof",
    "proofs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A report of `verify --format json` from a consumer's network. Repeatable: each consumer needs one.",
)
@click.option(
    "--max-age",
    type=click.FloatRange(min=0, min_open=True),
    default=24.0,
    show_default=True,
    help="Hours for which a report is a proof: enough for several teams to send theirs, and too few for networks to "
    "change much.",
)
@click.option(
    "--open",
    "is_emergency",
    is_flag=True,
    help="Let everyone reach the cluster at its public address, whatever the settings say: for an emergency.",
)
@owner_options
@yes_option
@click.argument("cluster")
def lock_down(  # noqa: PLR0913 - one for each option
    cluster: str,
    stack: str | None,
    proofs: tuple[Path, ...],
    max_age: float,
    owner: Owner | None,
    timeout: float,
    *,
    is_emergency: bool,
    elsewhere: bool,
    yes: bool,
) -> None:
    """
    Make the access of a CLUSTER (its key or id) as its settings say: `trusted_tenants`, `outbound`, `public_access`.

    Shows what differs and who loses access. After you confirm, the command changes one property after the other and
    nothing else, public access last. Before it takes public access away, it needs a proof for each consumer whose names
    this stack manages: a report of `verify` from the consumer's network, without faults, about the addresses of now.
    With `--open` and an id, the command works without a stack.
    """
    if is_emergency:
        if proofs or owner or elsewhere:
            raise click.UsageError("--open needs no proof and asks for no owner: leave the other options out.")
        _open(cluster, stack, timeout, yes=yes)
        return
    require_owner(owner, elsewhere=elsewhere)
    name = selected_stack(stack)
    with progress("looking at the settings and at Azure"):
        situation = read_situation(name, cluster)
    if situation.is_decided_elsewhere:
        click.echo(
            f"{situation.live.id.name} is injected in a virtual network: its network security groups decide who "
            "reaches its public address. `public_access` is not applied before the cluster is native."
        )
    if not situation.differences:
        click.echo(f"The access of {situation.live.id.name} is as the settings say.")
        return
    require_running(situation.live)
    _show(situation)
    _require_proof(situation, proofs, timedelta(hours=max_age))
    settle_owner(owner, write_owner_lines(situation.desired.values()), elsewhere=elsewhere)
    if elsewhere:
        _wait_for_owner(situation, timeout)
    else:
        confirm(f"Change the access of {situation.live.id.name}?", yes=yes)
        _apply(plan_changes(situation), timeout)
    _finish(situation)


def _show(situation: Situation) -> None:
    rows = [
        (difference.path, difference.property, in_words(difference.actual), in_words(difference.desired))
        for differences in situation.differences.values()
        for difference in differences
    ]
    out = console()
    out.print(table(("setting", "property", "now", "then"), rows))
    for setting in situation.differences:
        for loss in situation.find_losses(setting):
            out.print(f"Loses access by {setting}: {loss}.")
    if "outbound" in situation.differences and situation.live.is_injected:
        out.print("The outbound access of an injected cluster changes at once, too.")


def _require_proof(situation: Situation, files: Sequence[Path], max_age: timedelta) -> None:
    """End if public access would be taken away from a consumer that is not proven to have private access."""
    proofs = [read_proof(file) for file in files]
    if not situation.narrows("public_access"):
        return
    if gaps := find_gaps(situation, proofs, max_age):
        _show_gaps(gaps)
        raise click.exceptions.Exit(1)


def _show_gaps(gaps: Sequence[Gap]) -> None:
    out = console()
    out.print("\nNothing was changed: private access is not proven for every consumer.")
    for gap in gaps:
        out.print(f"  {gap.consumer}: {gap.reason}. {gap.remedy}.")
    out.print("Then run this command again, with `--proof FILE` for each of them.")


def _apply(changes: Sequence[ClusterChange], timeout: float) -> None:
    for change in changes:
        explain = partial(_interrupted, change)
        with explain_interruption(explain):
            apply_change(change, timeout)


def _interrupted(change: ClusterChange) -> str:
    return (
        f"Stopped in this step: {change.says}. Azure goes on with what it has begun.\n"
        "Next: run this command again; it does what is missing."
    )


def _wait_for_owner(situation: Situation, timeout: float) -> None:
    """Wait until the owner's own program has changed the cluster."""
    wanted = [change.properties for change in plan_changes(situation)]
    wait_for_owner(
        situation.live.id,
        lambda cluster: all(cluster.has(properties) for properties in wanted),
        timeout,
        "change its access",
    )


def _finish(situation: Situation) -> None:
    """Check that everything is as the settings say, and say what comes next."""
    with progress("checking the access"):
        now = read_situation(situation.stack, situation.key)
    if now.differences:
        differing = ", ".join(difference.property for of in now.differences.values() for difference in of)
        raise CommandError(
            f"Another program has changed the cluster meanwhile: {differing} differ from the settings. Find its owner, "
            "then run this command again."
        )
    click.echo(f"The access of {now.live.id.name} is as the settings say.")
    if consumers := sorted(situation.settings.consumers_of(situation.key)):
        click.echo("Next, in the network of each consumer:")
        for consumer in consumers:
            click.echo(f"  adx-private-link verify --consumer {consumer} --stack {situation.stack}")
    click.echo(f"If anyone is cut off: adx-private-link lock-down {situation.key} --open --stack {situation.stack}")


def _open(cluster: str, stack: str | None, timeout: float, *, yes: bool) -> None:
    """Let everyone reach a cluster at its public address: without a proof, and with an id without a stack."""
    id = ClusterId.read(cluster) or _id_in_settings(cluster, stack)
    live = read_cluster(id)
    if live.is_injected:
        raise CommandError(
            f"{id.name} is injected in a virtual network: its network security groups decide who reaches its public "
            "address, and nothing of the cluster has to be opened. Change the groups."
        )
    changes = [change for change in plan_opening(id) if not live.has(change.properties)]
    if changes:
        require_running(live)
        confirm(f"Let everyone reach {id.name} at its public address?", yes=yes)
        _apply(changes, timeout)
    click.echo(
        f"{id.name} is open at its public address; roles in the cluster still decide who may do what. Settings with "
        "another `public_access` do not change it: previews warn until you change them, or run `lock-down` again. "
        "A program that deploys the cluster may close it again."
    )


def _id_in_settings(key: str, stack: str | None) -> ClusterId:
    try:
        return read_situation(selected_stack(stack), key).live.id
    except CommandError as error:
        reason = f"{error.reason}\nWith the id of the cluster, `--open` needs no stack."
        raise CommandError(reason, next_step=error.next_step) from None
