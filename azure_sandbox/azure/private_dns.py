"""Microsoft.Network/privateDnsZones: zones, virtual network links and record sets."""

from __future__ import annotations

import ipaddress
import uuid

from .errors import AzureError, bad_request, own_choice
from .ids import ResourceId
from .network import VirtualNetwork
from .resource_type import ResourceType, Scope, items, linked_id, properties, referenced, required_link
from .store import Json

ZONES = "Microsoft.Network/privateDnsZones"
LINKS = f"{ZONES}/virtualNetworkLinks"
A_RECORDS = f"{ZONES}/A"


class _Global(ResourceType):
    """Private DNS has no region: its resources are `global`."""

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if body["location"] != "global":
            raise bad_request(
                "LocationNotAvailableForResourceType",
                f"The provided location '{body['location']}' is not available for resource type '{self.type}'. List of "
                "available regions for the resource type is 'global'.",
            )
        return {}

    def etag(self) -> str:
        return str(uuid.uuid4())


class PrivateZone(_Global):
    type = ZONES

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        super().put(scope, id, body, old)
        if not 2 <= len(id.name.split(".")) <= 34:
            raise bad_request("BadRequest", f"The zone name '{id.name}' must have between 2 and 34 labels.")
        return {
            "properties": {
                "maxNumberOfRecordSets": 25000,
                "maxNumberOfVirtualNetworkLinks": 1000,
                "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
                "provisioningState": "Succeeded",
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        links = scope.store.children(id.key, LINKS)
        counts = {
            # The zone's own SOA record is the one that is always there.
            "numberOfRecordSets": 1 + len(scope.store.children(id.key, A_RECORDS)),
            "numberOfVirtualNetworkLinks": len(links),
            "numberOfVirtualNetworkLinksWithRegistration": sum(
                properties(each.body)["registrationEnabled"] for each in links
            ),
        }
        return {**body, "properties": {**properties(body), **counts}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        if links := scope.store.children(id.key, LINKS):
            names = ", ".join(f"'{ZONES}/{id.name}/virtualNetworkLinks/{each.body['name']}'" for each in links)
            raise AzureError(
                409,
                "CannotDeleteResource",
                "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: "
                f"{names}. Please delete all nested resources before deleting this resource.",
            )
        for record in scope.store.children(id.key, A_RECORDS):
            scope.store.delete(record.id)


class VirtualNetworkLink(_Global):
    type = LINKS

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        super().put(scope, id, body, old)
        given = properties(body)
        network = required_link(given, "virtualNetwork")
        zone = id.names[0]
        if referenced(scope, network, id).body["type"] != VirtualNetwork.type:
            raise bad_request("BadRequest", f"'{network}' is not a virtual network.")
        if old and str(linked_id(properties(old), "virtualNetwork")).lower() != network.lower():
            raise own_choice("BadRequest", f"The virtual network of link '{id.name}' cannot be changed.")
        for other in scope.store.referrers(network, LINKS):
            other_zone = ResourceId.parse(other.id).names[0]
            if other.id.lower() != id.key and other_zone.lower() == zone.lower():
                raise bad_request(
                    "BadRequest",
                    "A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to "
                    f"link virtual network with '{zone}' and '{other_zone}' zones.",
                )
        policy = given.get("resolutionPolicy") or "Default"
        if policy != "Default" and not zone.lower().startswith("privatelink."):
            raise own_choice(
                "BadRequest", f"Resolution policy '{policy}' is for privatelink zones only, not for '{zone}'."
            )
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "registrationEnabled": bool(given.get("registrationEnabled")),
                "resolutionPolicy": policy,
                "virtualNetwork": {"id": network},
                "virtualNetworkLinkState": "Completed",
            }
        }

    def refers_to(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "virtualNetwork"))]

    def etag(self) -> str:
        return f'"{uuid.uuid4()}"'


class ARecordSet(ResourceType):
    type = A_RECORDS
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        given = properties(body)
        for record in items(body, "aRecords"):
            try:
                ipaddress.IPv4Address(str(record.get("ipv4Address")))
            except ValueError:
                raise bad_request(
                    "BadRequest", f"The IPv4 address '{record.get('ipv4Address')}' is not valid."
                ) from None
        return {
            "properties": {
                **({"metadata": given["metadata"]} if given.get("metadata") else {}),
                "fqdn": f"{id.name}.{id.names[0]}.",
                "ttl": int(given.get("ttl") or 3600),
                "aRecords": items(body, "aRecords"),
                "isAutoRegistered": False,
            }
        }

    def missing(self, id: ResourceId) -> AzureError:
        return AzureError(
            404,
            "NotFound",
            f"The resource record '{id.name}' does not exist in resource group '{id.resource_group}'.",
        )

    def etag(self) -> str:
        return str(uuid.uuid4())


TYPES = (PrivateZone(), VirtualNetworkLink(), ARecordSet())
