"""`azure-sandbox portal`."""

from __future__ import annotations

from typing import Literal

import click

from ... import portal_changes
from ...azure import ResourceId
from ...sandbox_home import SandboxHome
from ..parameters import RESOURCE_ID

_id_argument = click.argument("id", metavar="ID", type=RESOURCE_ID)
_connection_argument = click.argument("id", metavar="ENDPOINT-OR-CONNECTION", type=RESOURCE_ID)
_description_option = click.option("--description", default="", help="The description that the consumer sees.")


@click.group()
def portal() -> None:
    """
    Change resources by hand, as people do in the portal.

    \b
    Examples:
      azure-sandbox portal reject ENDPOINT-ID
      azure-sandbox portal edit-record ZONE-ID/A/myadx 10.0.0.9
      azure-sandbox portal policies SUBNET-ID service --enable
    """


@portal.command()
@_connection_argument
@_description_option
@click.pass_obj
def approve(home: SandboxHome, id: ResourceId, description: str) -> None:
    """Approve a connection, as the owner of its target."""
    portal_changes.decide_connection(home.existing_azure, id, "Approved", description)
    _report(id, "the connection is approved")


@portal.command()
@_connection_argument
@_description_option
@click.pass_obj
def reject(home: SandboxHome, id: ResourceId, description: str) -> None:
    """Reject a connection for good, as the owner of its target."""
    portal_changes.decide_connection(home.existing_azure, id, "Rejected", description)
    _report(id, "the connection is rejected")


@portal.command()
@_connection_argument
@click.pass_obj
def remove(home: SandboxHome, id: ResourceId) -> None:
    """Remove a connection; its endpoint stays Disconnected."""
    portal_changes.remove_connection(home.existing_azure, id)
    _report(id, "the connection is removed")


@portal.command()
@_id_argument
@click.pass_obj
def delete(home: SandboxHome, id: ResourceId) -> None:
    """Delete the resource ID."""
    portal_changes.delete_resource(home.existing_azure, id)
    _report(id, "deleted")


@portal.command()
@_id_argument
@click.argument("addresses", nargs=-1, required=True)
@click.option("--ttl", type=int, help="The new TTL in seconds. Default: unchanged.")
@click.pass_obj
def edit_record(home: SandboxHome, id: ResourceId, addresses: tuple[str, ...], ttl: int | None) -> None:
    """Change the addresses of the A record ID."""
    portal_changes.edit_record(home.existing_azure, id, list(addresses), ttl)
    _report(id, f"the record points to {', '.join(addresses)}")


@portal.command()
@_id_argument
@click.argument("new_id", metavar="NEW-ID", type=RESOURCE_ID)
@click.pass_obj
def move_record(home: SandboxHome, id: ResourceId, new_id: ResourceId) -> None:
    """Move the record ID to another name or zone."""
    portal_changes.move_record(home.existing_azure, id, new_id)
    _report(id, f"moved to {new_id.text}")


@portal.command()
@_id_argument
@click.option("--read-only", is_flag=True, help="Lock it against changes too.")
@click.pass_obj
def lock(home: SandboxHome, id: ResourceId, *, read_only: bool) -> None:
    """Lock ID against deletion, with everything in it."""
    portal_changes.lock(home.existing_azure, id, read_only=read_only)
    _report(id, "locked against changes and deletion" if read_only else "locked against deletion")


@portal.command()
@_id_argument
@click.pass_obj
def unlock(home: SandboxHome, id: ResourceId) -> None:
    """Remove the lock from ID."""
    portal_changes.unlock(home.existing_azure, id)
    _report(id, "unlocked")


@portal.command()
@_id_argument
@click.pass_obj
def leave_network(home: SandboxHome, id: ResourceId) -> None:
    """Take the cluster ID out of its virtual network."""
    portal_changes.leave_network(home.existing_azure, id)
    _report(id, "the cluster has left its network")


@portal.command()
@_id_argument
@click.pass_obj
def return_to_network(home: SandboxHome, id: ResourceId) -> None:
    """Put the cluster ID back into the virtual network that it has left."""
    portal_changes.return_to_network(home.existing_azure, id)
    _report(id, "the cluster is in its network again")


@portal.command()
@_id_argument
@click.pass_obj
def stop(home: SandboxHome, id: ResourceId) -> None:
    """Stop the cluster ID."""
    portal_changes.stop_cluster(home.existing_azure, id)
    _report(id, "the cluster is stopped")


@portal.command()
@_id_argument
@click.pass_obj
def start(home: SandboxHome, id: ResourceId) -> None:
    """Start the cluster ID, or finish its creation."""
    portal_changes.start_cluster(home.existing_azure, id)
    _report(id, "the cluster is running")


@portal.command()
@_id_argument
@click.pass_obj
def scale_out(home: SandboxHome, id: ResourceId) -> None:
    """Add a storage account to the cluster ID, as Azure does under load."""
    endpoints = portal_changes.scale_out(home.existing_azure, id)
    _report(id, "the cluster has one more storage account")
    for endpoint in endpoints:
        click.echo(f"{endpoint}: the subnet has no room for its addresses")


@portal.command()
@_id_argument
@click.argument("kind", type=click.Choice(["service", "endpoint"]))
@click.option("--enable/--disable", "enabled", required=True, help="Enable or disable them.")
@click.pass_obj
def policies(home: SandboxHome, id: ResourceId, kind: Literal["service", "endpoint"], *, enabled: bool) -> None:
    """
    Enable or disable network policies of the subnet ID.

    Policies are separate for private link services (`service`) and private endpoints (`endpoint`). Azure creates a
    private link service only in a subnet whose policies for services are disabled.
    """
    portal_changes.set_network_policies(home.existing_azure, id, kind, enabled=enabled)
    resources = "private link services" if kind == "service" else "private endpoints"
    _report(id, f"network policies for {resources} are {'enabled' if enabled else 'disabled'}")


def _report(id: ResourceId, result: str) -> None:
    click.echo(f"{id.text}: {result}")
