"""Microsoft.Network/routeTables: where a subnet's traffic goes."""

from __future__ import annotations

import uuid

from ..bodies import CANNOT_PARSE, Json, properties, read_choice, read_flag
from ..errors import Refusal
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import ROUTE_TABLES, SUBNETS

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-udr-overview.md"

NEXT_HOP = Refusal(
    says="A route to a virtual appliance names the appliance's address, and no other route has one",
    source=f"{_OVERVIEW}; code and text are an own choice",
    code="InvalidNextHopIpAddress",
    message="Route {route} has the next hop type {type}: nextHopIpAddress is needed for VirtualAppliance, and allowed "
    "for nothing else.",
)
CONFLICT = Refusal(
    says="Two routes of one table never have the same prefix",
    source="kubernetes-sigs/cloud-provider-azure#657",
    code="RouteConflict",
    message="Route: {route} conflicts with Route: {other}. Routes cannot have the same AddressPrefix.",
)
IN_USE = Refusal(
    says="A route table that a subnet has is not deleted",
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
        taken: dict[str, str] = {}
        for each in routes:
            given = properties(each)
            type, address = read_choice(given, "nextHopType", _NEXT_HOPS), given.get("nextHopIpAddress")
            if not isinstance(given.get("addressPrefix"), str):
                raise CANNOT_PARSE()
            if other := taken.get(given["addressPrefix"].lower()):
                raise CONFLICT(route=each["name"], other=other)
            taken[given["addressPrefix"].lower()] = each["name"]
            if bool(address) != (type == _APPLIANCE):
                raise NEXT_HOP(route=each["name"], type=type)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "disableBgpRoutePropagation": read_flag(properties(body), "disableBgpRoutePropagation"),
                "routes": [complete_object(id, self.type, "routes", each, _shown(properties(each))) for each in routes],
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        subnets = [{"id": each.id} for each in arm.store.referrers(id.key, SUBNETS)]
        shown = show_etags(body, ["routes"])
        return {**shown, "properties": {**properties(shown), **({"subnets": subnets} if subnets else {})}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if users := arm.store.referrers(id.key, SUBNETS):
            raise IN_USE(table=id.text, users=", ".join(each.id for each in users))


def _shown(route: Json) -> Json:
    return {**route, "nextHopType": read_choice(route, "nextHopType", _NEXT_HOPS), "hasBgpOverride": False}
