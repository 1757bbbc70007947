"""State of private endpoints that several resource types read: connections, and host names with addresses."""

from __future__ import annotations

from dataclasses import dataclass

from .bodies import Json, properties, read_object, read_objects
from .resource_ids import ResourceId
from .resource_type import ResourceManager
from .store import Stored
from .type_names import CONNECTION_TYPES


@dataclass(frozen=True)
class HostName:
    """A public host name that an endpoint serves, with the group id and the address behind it."""

    fqdn: str
    group: str
    address: str


def list_connections(arm: ResourceManager, endpoint: ResourceId) -> list[Stored]:
    """The connection of an endpoint to any type of target; empty if the owner of the target has removed it."""
    return [connection for type in CONNECTION_TYPES for connection in arm.store.referrers(endpoint.key, type)]


def read_connection_state(arm: ResourceManager, endpoint: ResourceId) -> Json:
    """The state of an endpoint's connection, which both sides show."""
    for connection in list_connections(arm, endpoint):
        state = properties(connection.body)["privateLinkServiceConnectionState"]
        return {**state, "actionsRequired": state["actionsRequired"] or "None"}
    return {"status": "Disconnected", "description": "", "actionsRequired": "None"}


def list_host_names(arm: ResourceManager, endpoint: Json) -> list[HostName]:
    """The host names on an endpoint's network interface; empty if the target is a private link service."""
    interface = arm.store.get(properties(endpoint)["networkInterfaces"][0]["id"])
    return [
        HostName(fqdn, link["groupId"], properties(configuration)["privateIPAddress"])
        for configuration in (read_objects(interface.body, "ipConfigurations") if interface else [])
        if (link := read_object(properties(configuration), "privateLinkConnectionProperties"))
        for fqdn in link["fqdns"]
    ]
