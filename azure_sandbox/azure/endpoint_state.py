"""What a private endpoint stands for: the state of its connection, and its host names with their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from .bodies import Json, properties, read_object, read_objects
from .resource_ids import ResourceId
from .resource_type import ResourceManager
from .store import Stored
from .type_names import CONNECTION_TYPES


@dataclass(frozen=True)
class HostName:
    """A public host name that an endpoint answers for, with the group id and the address behind it."""

    fqdn: str
    group: str
    address: str

    def record_in(self, zone: str) -> str | None:
        """
        The name of its record in a zone; None for any zone but the one that Azure recommends.

        `data.blob.core.windows.net` is `data` in `privatelink.blob.core.windows.net`.
        """
        service = self.group.removesuffix("_secondary")
        label, _, suffix = self.fqdn.partition(f".{service}.")
        return label if zone.lower() == f"privatelink.{service}.{suffix}" else None


def list_connections(arm: ResourceManager, endpoint: ResourceId) -> list[Stored]:
    """The connection of an endpoint, whatever its target is; none when the owner has removed it."""
    return [each for type in CONNECTION_TYPES for each in arm.store.referrers(endpoint.key, type)]


def read_connection_state(arm: ResourceManager, endpoint: ResourceId) -> Json:
    """What both sides show of an endpoint's connection."""
    for connection in list_connections(arm, endpoint):
        return properties(connection.body)["privateLinkServiceConnectionState"]
    return {"status": "Disconnected", "description": "", "actionsRequired": "None"}


def list_host_names(arm: ResourceManager, endpoint: Json) -> list[HostName]:
    """The host names of an endpoint, as its network interface has them; a private link service has none."""
    interface = arm.store.get(properties(endpoint)["networkInterfaces"][0]["id"])
    return [
        HostName(fqdn, link["groupId"], properties(each)["privateIPAddress"])
        for each in (read_objects(interface.body, "ipConfigurations") if interface else [])
        if (link := read_object(properties(each), "privateLinkConnectionProperties"))
        for fqdn in link["fqdns"]
    ]
