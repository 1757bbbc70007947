"""`adx-private-link roll-back`: return a cluster to its virtual network."""

from __future__ import annotations

import click

from ..cluster_changes.owner import Owner
from ..migration.choices import Choices
from ..migration.direction import RETURN
from .moving import move_options, run_move
from .options import epilog, stack_option, yes_option


@click.command(
    "roll-back",
    epilog=epilog(
        "adx-private-link roll-back myadx --stack prod",
        "adx-private-link roll-back myadx --bridge --owner nobody",
        exits={
            0: "The cluster is in its network, and its names lead to private link services.",
            1: "You answered no, or something must be done first; nothing was changed.",
            2: "The return stopped. The message says where, and what to do.",
        },
    ),
)
@stack_option
@move_options
@yes_option
@click.argument("cluster")
def roll_back(
    cluster: str,
    stack: str | None,
    owner: Owner | None,
    timeout: float,
    *,
    bridge: bool,
    elsewhere: bool,
    resume: bool,
    yes: bool,
) -> None:
    """
    Return a CLUSTER (its key) to its virtual network, and lead its names to private link services again.

    Works like `migrate`, the other way round. `pulumi up` creates those services again that Azure has deleted or
    detached; they get other aliases. The endpoints of the cluster itself stay, prepared for another move.
    """
    choices = Choices(owner=owner, elsewhere=elsewhere, timeout=timeout, bridge=bridge, resume=resume, yes=yes)
    run_move(RETURN, cluster, stack, choices)
