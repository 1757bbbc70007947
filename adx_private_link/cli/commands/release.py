"""`adx-private-link release`: cut off other people's connections, so that a service can be deleted or made anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import click
from pydantic import BaseModel, Field, ValidationError

from ...resource_ids import ServiceId
from ..pulumi.backend import StateOf, copy_of
from ..pulumi.run import selected
from ..pulumi.state import Checkpoint, Resource
from ..terminal.console import confirm, console, table, yes_option
from ..terminal.progress import progress

_SERVICE = "azure-native:network:PrivateLinkService"
_ENDPOINT = "azure-native:network:PrivateEndpoint"
_CONNECTION = "azure-native:network:PrivateLinkServicePrivateEndpointConnection"


class _Reference(BaseModel):
    id: str = ""


class _State(BaseModel):
    status: str = "Pending"


class _Listed(BaseModel):
    """A connection as a service lists it."""

    id: str
    name: str
    endpoint: _Reference = Field(default=_Reference(), alias="privateEndpoint")
    state: _State = Field(default=_State(), alias="privateLinkServiceConnectionState")


class _Answer(BaseModel):
    connections: list[_Listed] = Field(default_factory=list[_Listed], alias="privateEndpointConnections")


@dataclass(frozen=True)
class _Foreign:
    """A connection that the stack has not made, to a service that it has."""

    service: Resource
    connection: _Listed


@click.command(epilog="Example: adx-private-link release pls-myadx-engine")
@click.option("-s", "--stack", help="The stack that has the services. Default: the selected one.")
@yes_option
@click.argument("services", metavar="SERVICE...", nargs=-1, required=True)
def release(services: tuple[str, ...], stack: str | None, *, yes: bool) -> None:
    """
    Remove the connections to each SERVICE (a private link service's name or id) that this stack has not made.

    Azure deletes no service that has connections. Whoever is cut off loses private access at once, and has to make the
    private endpoint anew: where there is time, let its owners delete it themselves.
    """
    name = selected(stack)
    with progress("reading the state"):
        state = StateOf(name).read()
    chosen = [_service(each, state) for each in services]
    with progress("asking Azure who is connected"):
        foreign = _foreign(name, state, chosen)
    if not foreign:
        click.echo("nobody else is connected: nothing to release")
        return
    _tell(foreign)
    confirm("Cut them off?", yes=yes)
    with progress(f"removing {len(foreign)} connections"), copy_of(name, _only(state, foreign)) as copy:
        copy.destroy()
    # The state still says that the services are protected, since others used them.
    click.echo("They are removed. Next: `pulumi up`; after that `pulumi destroy` goes through, too.")


def _service(wanted: str, state: Checkpoint) -> Resource:
    found = {each.id.lower(): each for each in state.deployment.resources if each.type == _SERVICE}
    matching = [each for id, each in found.items() if wanted.lower() in (id, id.rsplit("/", 1)[-1])]
    if len(matching) == 1:
        return matching[0]
    known = "\n  ".join(sorted(each.id for each in found.values())) or "none"
    raise click.ClickException(
        f"{wanted} is {'not one' if matching else 'none'} of the stack's private link services; give one of:\n  {known}"
    )


def _foreign(name: str, state: Checkpoint, services: Iterable[Resource]) -> list[_Foreign]:
    """Asked of Azure on a copy of the state, so that the stack's own stays as it is."""
    urns = [each.urn for each in services]
    own = {each.id.lower() for each in state.deployment.resources if each.type == _ENDPOINT}
    with copy_of(name, state) as copy:
        copy.refresh(only=urns)
        there = [each for each in copy.read().deployment.resources if each.urn in urns]
    return [
        _Foreign(service, connection)
        for service in there
        for connection in _connections(service)
        if connection.endpoint.id.lower() not in own
    ]


def _connections(service: Resource) -> list[_Listed]:
    try:
        return _Answer.model_validate(service.outputs).connections
    except ValidationError as error:
        raise click.ClickException(f"what Azure tells of {service.id} is not understood: {error}") from None


def _only(state: Checkpoint, foreign: Iterable[_Foreign]) -> Checkpoint:
    """A state that has nothing but the connections, with the providers that reach them."""
    kept = [each for each in state.deployment.resources if each.type.startswith("pulumi:")]
    return state.with_resources([*kept, *(_as_resource(each, kept[0]) for each in foreign)])


def _as_resource(foreign: _Foreign, stack: Resource) -> Resource:
    service, connection = ServiceId.parse(foreign.service.id), foreign.connection
    path = {
        "resourceGroupName": service.resource_group,
        "serviceName": service.name,
        "peConnectionName": connection.name,
    }
    return Resource(
        urn=f"{stack.urn.rsplit('::', 2)[0]}::{_CONNECTION}::{connection.name}",
        type=_CONNECTION,
        custom=True,
        id=connection.id,
        inputs=path,
        outputs=path,
        parent=stack.urn,
        provider=foreign.service.provider,
    )


def _tell(foreign: Iterable[_Foreign]) -> None:
    rows = [
        (ServiceId.parse(each.service.id).name, each.connection.endpoint.id, each.connection.state.status)
        for each in foreign
    ]
    console().print(table(("service", "connected endpoint", "connection"), rows))
