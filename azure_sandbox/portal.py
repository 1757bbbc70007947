"""What people do by hand in the portal, beside any program: each under Azure's own rules."""

from __future__ import annotations

from typing import Literal

from .azure import Azure, Json, ResourceId
from .azure.bodies import linked_id, properties
from .azure.type_names import CONNECTION_TYPES, PRIVATE_ENDPOINTS, SUBNETS


class PortalError(Exception):
    """There is nothing to lay hands on."""


def connection(azure: Azure, id: ResourceId) -> ResourceId:
    """The connection that an id means: a connection's own, or that of a private endpoint."""
    if id.type.lower() in {each.lower() for each in CONNECTION_TYPES}:
        return id
    if id.type.lower() != PRIVATE_ENDPOINTS.lower():
        raise PortalError(f"neither a private endpoint nor a connection: {id.text}")
    for each in azure.list():
        if each["type"] in CONNECTION_TYPES and str(linked_id(properties(each), "privateEndpoint")).lower() == id.key:
            return ResourceId.parse(each["id"])
    raise PortalError(f"nothing has a connection of {id.text}: it was removed already, or never made")


def decide(azure: Azure, id: ResourceId, status: Literal["Approved", "Rejected"], description: str = "") -> None:
    """The owner of a service approves or rejects a connection."""
    state = {"status": status, "description": description, "actionsRequired": "None"}
    azure.put(connection(azure, id), {"properties": {"privateLinkServiceConnectionState": state}})


def remove_connection(azure: Azure, id: ResourceId) -> None:
    """The owner of a service removes a connection: its endpoint is Disconnected for good."""
    azure.delete(connection(azure, id))


def edit_record(azure: Azure, id: ResourceId, addresses: list[str], ttl: int | None = None) -> None:
    """Somebody points an A record elsewhere."""
    record = azure.get(id)
    given: Json = {**properties(record), "aRecords": [{"ipv4Address": each} for each in addresses]}
    azure.put(id, {**record, "properties": given if ttl is None else {**given, "ttl": ttl}})


def move_record(azure: Azure, id: ResourceId, to: ResourceId) -> None:
    """Somebody moves a record to another name or zone."""
    azure.put(to, {"properties": properties(azure.get(id))})
    azure.delete(id)


def set_policies(azure: Azure, id: ResourceId, policies: Literal["service", "endpoint"], *, enabled: bool) -> None:
    """Somebody switches the network policies of a subnet."""
    subnet = azure.get(id)
    if subnet["type"] != SUBNETS:
        raise PortalError(f"not a subnet: {id.text}")
    name = "privateLinkServiceNetworkPolicies" if policies == "service" else "privateEndpointNetworkPolicies"
    azure.put(id, {**subnet, "properties": {**properties(subnet), name: "Enabled" if enabled else "Disabled"}})


def leave_network(azure: Azure, id: ResourceId) -> None:
    """The owner of a cluster takes it out of its virtual network, as Microsoft's migration does."""
    cluster = azure.get(id)
    injected = properties(cluster).get("virtualNetworkConfiguration")
    if not injected or injected.get("state") == "Disabled":
        raise PortalError(f"not a cluster that is injected in a virtual network: {id.text}")
    left = {**properties(cluster), "virtualNetworkConfiguration": {**injected, "state": "Disabled"}}
    azure.put(id, {**cluster, "properties": left})


def lock(azure: Azure, id: ResourceId, *, read_only: bool = False) -> None:
    """Somebody locks a resource or a group."""
    azure.put(_lock(id), {"properties": {"level": "ReadOnly" if read_only else "CanNotDelete"}})


def unlock(azure: Azure, id: ResourceId) -> None:
    """Somebody removes that lock again."""
    delete(azure, _lock(id))


def _lock(id: ResourceId) -> ResourceId:
    return ResourceId.parse(f"{id.text}/providers/Microsoft.Authorization/locks/portal")


def delete(azure: Azure, id: ResourceId) -> None:
    """Somebody deletes a resource."""
    azure.get(id)
    azure.delete(id)
