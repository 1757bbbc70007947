"""`adx-private-link release`: remove other stacks' connections to services and native clusters."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..access.foreign_connections import (
    ForeignConnection,
    build_connections_state,
    find_foreign_connections,
)
from ..access.release_targets import find_target
from ..pulumi.other_objects import CLUSTER
from ..pulumi.run import selected_stack
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..terminal.console import console
from ..terminal.progress import progress
from ..terminal.tables import table
from .options import confirm, epilog, stack_option, yes_option


@click.command(
    epilog=epilog(
        "adx-private-link release pls-myadx-engine",
        "adx-private-link release mynativeadx",
        exits={
            0: "The connections are removed, or none exist.",
            1: "You answered no, and nothing was changed.",
            2: "The stack has no such service or cluster, or Azure rejects the request.",
        },
    )
)
@stack_option
@yes_option
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
def release(targets: tuple[str, ...], stack: str | None, *, yes: bool) -> None:
    """
    Remove connections that this stack did not create.

    A TARGET is the name or id of a private link service of the stack, or of a native cluster. Azure does not delete a
    service that has connections. The owner of a removed connection loses private access at once, and must recreate the
    private endpoint. If you can wait, ask the owner to delete the endpoint instead.
    """
    name = selected_stack(stack)
    with progress("reading the state"):
        state = PulumiStack(name).export_state()
    chosen = {target.id.lower(): target for target in (find_target(target, state) for target in targets)}
    with progress("looking up connections in Azure"):
        foreign = find_foreign_connections(name, state, chosen.values())
    if not foreign:
        click.echo("No other stack is connected. There is nothing to release.")
        return
    _show(foreign)
    confirm("Remove these connections?", yes=yes)
    of_cluster = any(connected.target.type == CLUSTER for connected in foreign)
    with (
        progress(f"removing {len(foreign)} connections"),
        stack_copy(name, build_connections_state(state, foreign)) as copy,
    ):
        # A cluster takes one write at a time (hashicorp/terraform-provider-azurerm#18501).
        copy.destroy(one_at_a_time=of_cluster)
    # The state still has the services as protected, because other stacks used them.
    click.echo("The connections are removed. Next, run `pulumi up`; after that, `pulumi destroy` works too.")


def _show(foreign: Iterable[ForeignConnection]) -> None:
    rows = [
        (
            connected.target.id.rsplit("/", 1)[-1],
            connected.connection.endpoint.id,
            connected.connection.state.status,
        )
        for connected in foreign
    ]
    console().print(table(("service or cluster", "connected endpoint", "connection"), rows))
