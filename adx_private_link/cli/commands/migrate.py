"""`adx-private-link migrate`: take a cluster out of its virtual network."""

from __future__ import annotations

import click

from ..cluster_changes.owner import Owner
from ..migration.choices import Choices
from ..migration.direction import LEAVE
from .moving import move_options, run_move
from .options import epilog, stack_option, yes_option


@click.command(
    epilog=epilog(
        "adx-private-link migrate myadx --stack prod",
        "adx-private-link migrate myadx --bridge --owner nobody",
        "adx-private-link migrate myadx --elsewhere",
        exits={
            0: "The cluster has left its network, and its names lead to it itself.",
            1: "You answered no, or something must be done first; nothing was changed.",
            2: "The move stopped. The message says where, and what to do.",
        },
    )
)
@stack_option
@move_options
@click.option("--unprepared", is_flag=True, help="Move although endpoints of the cluster itself do not exist yet.")
@yes_option
@click.argument("cluster")
def migrate(  # noqa: PLR0913 - one for each option
    cluster: str,
    stack: str | None,
    owner: Owner | None,
    timeout: float,
    *,
    bridge: bool,
    elsewhere: bool,
    resume: bool,
    unprepared: bool,
    yes: bool,
) -> None:
    """
    Take a CLUSTER (its key) out of its virtual network, and lead its names to the cluster itself.

    Shows the plan: what is prepared, what is missing, and who notices the move. After you confirm, the command changes
    `virtualNetworkConfiguration.state` and nothing else, waits until Azure has moved the cluster, runs `pulumi up`, and
    checks the access. Before that, write `targets: both` and run `pulumi up`, which prepares the endpoints. The private
    link services stay until you write `targets: cluster`; `roll-back` is the way back.
    """
    choices = Choices(
        owner=owner, elsewhere=elsewhere, timeout=timeout, bridge=bridge, resume=resume, yes=yes, unprepared=unprepared
    )
    run_move(LEAVE, cluster, stack, choices)
