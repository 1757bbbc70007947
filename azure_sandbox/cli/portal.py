"""`azure-sandbox portal`: what people do by hand, beside the program."""

from __future__ import annotations

from typing import Literal

import click

from .. import portal as hands
from ..azure import ResourceId
from ..home import Home
from .parameters import RESOURCE_ID

_id = click.argument("id", metavar="ID", type=RESOURCE_ID)
_connection = click.argument("id", metavar="ENDPOINT-OR-CONNECTION", type=RESOURCE_ID)
_description = click.option("--description", default="", help="What the consumer reads.")


@click.group()
def portal() -> None:
    """
    Do what people do by hand, beside the program.

    \b
    Examples:
      azure-sandbox portal reject ENDPOINT-ID
      azure-sandbox portal edit-record ZONE-ID/A/myadx 10.0.0.9
      azure-sandbox portal policies SUBNET-ID service --enable
    """


@portal.command()
@_connection
@_description
@click.pass_obj
def approve(home: Home, id: ResourceId, description: str) -> None:
    """Approve a connection, as the owner of the service."""
    hands.decide(home.existing_azure, id, "Approved", description)
    _done(id, "the connection is approved")


@portal.command()
@_connection
@_description
@click.pass_obj
def reject(home: Home, id: ResourceId, description: str) -> None:
    """Reject a connection, as the owner of the service; there is no way back."""
    hands.decide(home.existing_azure, id, "Rejected", description)
    _done(id, "the connection is rejected")


@portal.command()
@_connection
@click.pass_obj
def remove(home: Home, id: ResourceId) -> None:
    """Remove a connection, as the owner of the service: its endpoint is Disconnected for good."""
    hands.remove_connection(home.existing_azure, id)
    _done(id, "the connection is removed")


@portal.command()
@_id
@click.pass_obj
def delete(home: Home, id: ResourceId) -> None:
    """Delete a resource, such as a record."""
    hands.delete(home.existing_azure, id)
    _done(id, "deleted")


@portal.command()
@_id
@click.argument("addresses", nargs=-1, required=True)
@click.option("--ttl", type=int, help="Seconds; default: as it is.")
@click.pass_obj
def edit_record(home: Home, id: ResourceId, addresses: tuple[str, ...], ttl: int | None) -> None:
    """Point the A record ID to other ADDRESSES."""
    hands.edit_record(home.existing_azure, id, list(addresses), ttl)
    _done(id, f"the record points to {', '.join(addresses)}")


@portal.command()
@_id
@click.argument("to", metavar="NEW-ID", type=RESOURCE_ID)
@click.pass_obj
def move_record(home: Home, id: ResourceId, to: ResourceId) -> None:
    """Move the record ID to another name or zone."""
    hands.move_record(home.existing_azure, id, to)
    _done(id, f"moved to {to.text}")


@portal.command()
@_id
@click.option("--read-only", is_flag=True, help="Against changes too.")
@click.pass_obj
def lock(home: Home, id: ResourceId, *, read_only: bool) -> None:
    """Lock the resource or group ID against deletion, with all that is in it."""
    hands.lock(home.existing_azure, id, read_only=read_only)
    _done(id, "locked against changes and deletion" if read_only else "locked against deletion")


@portal.command()
@_id
@click.pass_obj
def unlock(home: Home, id: ResourceId) -> None:
    """Remove the lock from ID."""
    hands.unlock(home.existing_azure, id)
    _done(id, "unlocked")


@portal.command()
@_id
@click.pass_obj
def leave_network(home: Home, id: ResourceId) -> None:
    """Take the cluster ID out of its virtual network."""
    hands.leave_network(home.existing_azure, id)
    _done(id, "the cluster has left its network")


@portal.command()
@_id
@click.argument("kind", type=click.Choice(["service", "endpoint"]))
@click.option("--enable/--disable", "enabled", required=True, help="One of them is required.")
@click.pass_obj
def policies(home: Home, id: ResourceId, kind: Literal["service", "endpoint"], *, enabled: bool) -> None:
    """
    Enable or disable the network policies of the subnet ID, for private link services or for private endpoints.

    Azure creates a private link service only in a subnet whose policies for services are disabled.
    """
    hands.set_policies(home.existing_azure, id, kind, enabled=enabled)
    whose = "private link services" if kind == "service" else "private endpoints"
    _done(id, f"network policies for {whose} are {'enabled' if enabled else 'disabled'}")


def _done(id: ResourceId, what: str) -> None:
    click.echo(f"{id.text}: {what}")
