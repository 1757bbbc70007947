"""Microsoft.Network/routeTables: routes, and the subnets that have them."""

from __future__ import annotations

import uuid

from ..bodies import CANNOT_PARSE, Json, properties, read_choice, read_flag
from ..errors import Rejection
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import ROUTE_TABLES, SUBNETS

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-udr-overview.md"

NEXT_HOP = Rejection(
    says="A route to a virtual appliance, and no other route, has a next hop address",
    source=f"{_OVERVIEW}; code and text are an own choice",
    code="InvalidNextHopIpAddress",
    message="Route {route} has the next hop type {type}: nextHopIpAddress is needed for VirtualAppliance, and allowed "
    "for nothing else.",
)
ROUTES_CONFLICT = Rejection(
    says="The routes of a table have different prefixes",
    source="kubernetes-sigs/cloud-provider-azure#657",
    code="RouteConflict",
    message="Route: {route} conflicts with Route: {other}. Routes cannot have the same AddressPrefix.",
)
IN_USE = Rejection(
    says="A route table of a subnet cannot be deleted",
    source="hashicorp/terraform-provider-azurerm#3780",
    code="InUseRouteTableCannotBeDeleted",
    message="Route table {table} is in use and cannot be deleted. It is used by: {users}.",
)

_APPLIANCE = "VirtualAppliance"
_NEXT_HOPS = (_APPLIANCE, "VirtualNetworkGateway", "VnetLocal", "Internet", "None")


class RouteTable(ResourceType):
    type = ROUTE_TABLES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        routes = read_named_objects(id, body, "routes")
        names_by_prefix: dict[str, str] = {}
        for route in routes:
            requested = properties(route)
            type, address = read_choice(requested, "nextHopType", _NEXT_HOPS), requested.get("nextHopIpAddress")
            if not isinstance(requested.get("addressPrefix"), str):
                raise CANNOT_PARSE()
            prefix = requested["addressPrefix"].lower()
            if other := names_by_prefix.get(prefix):
                raise ROUTES_CONFLICT(route=route["name"], other=other)
            names_by_prefix[prefix] = route["name"]
            if bool(address) != (type == _APPLIANCE):
                raise NEXT_HOP(route=route["name"], type=type)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "disableBgpRoutePropagation": read_flag(properties(body), "disableBgpRoutePropagation"),
                "routes": [
                    complete_object(id, self.type, "routes", route, _stored_properties(properties(route)))
                    for route in routes
                ],
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        subnets = [{"id": subnet.id} for subnet in arm.store.referrers(id.key, SUBNETS)]
        answer = show_etags(body, ["routes"])
        return {**answer, "properties": {**properties(answer), **({"subnets": subnets} if subnets else {})}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if subnets := arm.store.referrers(id.key, SUBNETS):
            raise IN_USE(table=id.text, users=", ".join(subnet.id for subnet in subnets))


def _stored_properties(requested: Json) -> Json:
    return {**requested, "nextHopType": read_choice(requested, "nextHopType", _NEXT_HOPS), "hasBgpOverride": False}
