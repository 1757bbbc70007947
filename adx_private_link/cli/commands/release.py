"""`adx-private-link release`: cut off other people's connections, so that a service can be deleted or made anew."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ...resource_ids import ServiceId
from ..access.foreign_connections import (
    ForeignConnection,
    foreign_connections,
    service_named,
    state_of_connections,
)
from ..pulumi.run import selected_stack
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..terminal.console import console, table
from ..terminal.progress import progress
from .options import confirm, epilog, stack_option, yes_option


@click.command(
    epilog=epilog(
        "adx-private-link release pls-myadx-engine",
        exits={
            0: "The connections are removed, or there are none.",
            1: "You said no.",
            2: "The stack has no such service, or Azure cannot be asked.",
        },
    )
)
@stack_option
@yes_option
@click.argument("services", metavar="SERVICE...", nargs=-1, required=True)
def release(services: tuple[str, ...], stack: str | None, *, yes: bool) -> None:
    """
    Remove the connections to each SERVICE (a private link service's name or id) that this stack has not made.

    Azure deletes no service that has connections. Whoever is cut off loses private access at once, and has to make the
    private endpoint anew: where there is time, let its owners delete it themselves.
    """
    name = selected_stack(stack)
    with progress("reading the state"):
        state = PulumiStack(name).export_state()
    chosen = [service_named(each, state) for each in services]
    with progress("asking Azure who is connected"):
        foreign = foreign_connections(name, state, chosen)
    if not foreign:
        click.echo("nobody else is connected: nothing to release")
        return
    _tell(foreign)
    confirm("Cut them off?", yes=yes)
    with (
        progress(f"removing {len(foreign)} connections"),
        stack_copy(name, state_of_connections(state, foreign)) as copy,
    ):
        copy.destroy()
    # The state still says that the services are protected, since others used them.
    click.echo("They are removed. Next: `pulumi up`; after that `pulumi destroy` goes through, too.")


def _tell(foreign: Iterable[ForeignConnection]) -> None:
    rows = [
        (ServiceId.parse(each.service.id).name, each.connection.endpoint.id, each.connection.state.status)
        for each in foreign
    ]
    console().print(table(("service", "connected endpoint", "connection"), rows))
