"""`adx-private-link release`: remove other stacks' connections, so that a service can be deleted or replaced."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ...resource_ids import ServiceId
from ..access.foreign_connections import (
    ForeignConnection,
    build_connections_state,
    find_foreign_connections,
    find_service,
)
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
        exits={
            0: "The connections are removed, or none exist.",
            1: "You answered no, and nothing was changed.",
            2: "The stack has no such service, or Azure rejects the request.",
        },
    )
)
@stack_option
@yes_option
@click.argument("services", metavar="SERVICE...", nargs=-1, required=True)
def release(services: tuple[str, ...], stack: str | None, *, yes: bool) -> None:
    """
    Remove connections to each SERVICE (the name or id of a private link service) that this stack did not create.

    Azure does not delete a service that has connections. The owner of a removed connection loses private access at
    once, and must recreate the private endpoint. If you can wait, ask the owner to delete the endpoint instead.
    """
    name = selected_stack(stack)
    with progress("reading the state"):
        state = PulumiStack(name).export_state()
    chosen = [find_service(service, state) for service in services]
    with progress("looking up connections in Azure"):
        foreign = find_foreign_connections(name, state, chosen)
    if not foreign:
        click.echo("No other stack is connected. There is nothing to release.")
        return
    _show(foreign)
    confirm("Remove these connections?", yes=yes)
    with (
        progress(f"removing {len(foreign)} connections"),
        stack_copy(name, build_connections_state(state, foreign)) as copy,
    ):
        copy.destroy()
    # The state still has the services as protected, because other stacks used them.
    click.echo("The connections are removed. Next, run `pulumi up`; after that, `pulumi destroy` works too.")


def _show(foreign: Iterable[ForeignConnection]) -> None:
    rows = [
        (
            ServiceId.parse(connected.service.id).name,
            connected.connection.endpoint.id,
            connected.connection.state.status,
        )
        for connected in foreign
    ]
    console().print(table(("service", "connected endpoint", "connection"), rows))
