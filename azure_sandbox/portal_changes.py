"""Changes that people make by hand in the portal, under Azure's own rules."""

from __future__ import annotations

from typing import Literal

from .azure import Azure, Json, ResourceId
from .azure.bodies import linked_id, properties
from .azure.type_names import CLUSTERS, CONNECTION_TYPES, PRIVATE_ENDPOINTS, SUBNETS


class PortalError(Exception):
    """An id that a change does not apply to."""


def find_connection(azure: Azure, id: ResourceId) -> ResourceId:
    """The connection with this id, or the connection of the private endpoint with this id."""
    if id.type.lower() in {type.lower() for type in CONNECTION_TYPES}:
        return id
    if id.type.lower() != PRIVATE_ENDPOINTS.lower():
        raise PortalError(f"{id.text} is neither a private endpoint nor a connection.")
    for resource in azure.list():
        if resource["type"] not in CONNECTION_TYPES:
            continue
        if str(linked_id(properties(resource), "privateEndpoint")).lower() == id.key:
            return ResourceId.parse(resource["id"])
    raise PortalError(f"{id.text} has no connection: it was removed, or never created.")


def decide_connection(
    azure: Azure, id: ResourceId, status: Literal["Approved", "Rejected"], description: str = ""
) -> None:
    """Approve or reject a connection, as the owner of its target."""
    state = {"status": status, "description": description, "actionsRequired": "None"}
    azure.put(find_connection(azure, id), {"properties": {"privateLinkServiceConnectionState": state}})


def remove_connection(azure: Azure, id: ResourceId) -> None:
    """Remove a connection, as the owner of its target: its endpoint is Disconnected for good."""
    azure.delete(find_connection(azure, id))


def edit_record(azure: Azure, id: ResourceId, addresses: list[str], ttl: int | None = None) -> None:
    """Change the addresses of an A record, and its TTL unless that is None."""
    record = azure.get(id)
    edited: Json = {**properties(record), "aRecords": [{"ipv4Address": address} for address in addresses]}
    azure.put(id, {**record, "properties": edited if ttl is None else {**edited, "ttl": ttl}})


def move_record(azure: Azure, id: ResourceId, new_id: ResourceId) -> None:
    """Move a record to another name or zone."""
    azure.put(new_id, {"properties": properties(azure.get(id))})
    azure.delete(id)


def set_network_policies(azure: Azure, id: ResourceId, kind: Literal["service", "endpoint"], *, enabled: bool) -> None:
    """Enable or disable a subnet's network policies for private link services or for private endpoints."""
    subnet = azure.get(id)
    if subnet["type"] != SUBNETS:
        raise PortalError(f"{id.text} is not a subnet.")
    name = "privateLinkServiceNetworkPolicies" if kind == "service" else "privateEndpointNetworkPolicies"
    azure.put(id, {**subnet, "properties": {**properties(subnet), name: "Enabled" if enabled else "Disabled"}})


def leave_network(azure: Azure, id: ResourceId) -> None:
    """Take a cluster out of its virtual network, as Microsoft's migration does."""
    network = properties(azure.get(id)).get("virtualNetworkConfiguration")
    if not network or network["state"] == "Disabled":
        raise PortalError(f"{id.text} is not a cluster that is injected in a virtual network.")
    azure.patch(id, {"properties": {"virtualNetworkConfiguration": {**network, "state": "Disabled"}}})


def return_to_network(azure: Azure, id: ResourceId) -> None:
    """Put a cluster back into the virtual network that it has left, as a roll-back does."""
    network = properties(azure.get(id)).get("virtualNetworkConfiguration")
    if not network or network["state"] == "Enabled":
        raise PortalError(f"{id.text} is not a cluster that has left a virtual network.")
    azure.patch(id, {"properties": {"virtualNetworkConfiguration": {**network, "state": "Enabled"}}})


def stop_cluster(azure: Azure, id: ResourceId) -> None:
    """Stop a cluster."""
    _check_cluster(azure, id)
    azure.patch(id, {"properties": {"state": "Stopped"}})


def start_cluster(azure: Azure, id: ResourceId) -> None:
    """Start a cluster, or finish its creation."""
    _check_cluster(azure, id)
    azure.patch(id, {"properties": {"state": "Running"}})


def scale_out(azure: Azure, id: ResourceId) -> list[str]:
    """Add a storage account to a cluster, as Azure does under load. Returns the ids of endpoints without room."""
    _check_cluster(azure, id)
    return azure.add_storage_account(id)


def _check_cluster(azure: Azure, id: ResourceId) -> None:
    if azure.get(id)["type"] != CLUSTERS:
        raise PortalError(f"{id.text} is not a cluster.")


def lock(azure: Azure, id: ResourceId, *, read_only: bool = False) -> None:
    """Lock a resource or a resource group."""
    azure.put(_lock_id(id), {"properties": {"level": "ReadOnly" if read_only else "CanNotDelete"}})


def unlock(azure: Azure, id: ResourceId) -> None:
    """Remove that lock."""
    delete_resource(azure, _lock_id(id))


def _lock_id(id: ResourceId) -> ResourceId:
    return ResourceId.parse(f"{id.text}/providers/Microsoft.Authorization/locks/portal")


def delete_resource(azure: Azure, id: ResourceId) -> None:
    """Delete a resource; an id that does not exist is an error."""
    azure.get(id)
    azure.delete(id)
