"""Route tables: routes, and the subnets that have them."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, bodies, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import route_tables

from ...rule_marks import holds, rejected
from ...small_world import CLIENTS, CONSUMER, SandboxCloud, network, subnet

ROUTES = network(CONSUMER, "routeTables", "routes")


def routes(*requested: Json) -> Json:
    return {"location": "westus", "properties": {"routes": list(requested)}}


def route(**requested: Any) -> Json:
    return {"name": "out", "properties": {"addressPrefix": "0.0.0.0/0", **requested}}


@holds(route_tables.IN_USE)
def test_a_route_table_shows_its_subnets(cloud: SandboxCloud) -> None:
    appliance = route(nextHopType="VirtualAppliance", nextHopIpAddress="10.3.0.4")
    answer = cloud.put(ROUTES, routes(appliance))
    assert answer["properties"]["disableBgpRoutePropagation"] is False
    cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", routeTable={"id": ROUTES}))
    with cloud.rejects("InUseRouteTableCannotBeDeleted"):
        cloud.delete(ROUTES)


@holds(references.WRONG_TYPE)
def test_a_route_table_is_not_a_security_group(cloud: SandboxCloud) -> None:
    cloud.put(ROUTES, routes())
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(CLIENTS, subnet("clients", "10.3.0.0/28", networkSecurityGroup={"id": ROUTES}))


@pytest.mark.parametrize(
    ("rejection", "id", "body"),
    [
        rejected(
            route_tables.ROUTES_CONFLICT,
            ROUTES,
            routes(
                *({**route(nextHopType="Internet"), "name": name} for name in ("a", "b")),
            ),
            id="two routes of one prefix",
        ),
        rejected(bodies.UNKNOWN_VALUE, ROUTES, routes(route(nextHopType="Nowhere")), id="an unknown next hop"),
        rejected(route_tables.NEXT_HOP, ROUTES, routes(route(nextHopType="VirtualAppliance")), id="no appliance"),
        rejected(
            route_tables.NEXT_HOP,
            ROUTES,
            routes(route(nextHopType="Internet", nextHopIpAddress="10.0.0.4")),
            id="an address of the internet",
        ),
    ],
)
def test_an_invalid_route_is_rejected(cloud: SandboxCloud, rejection: Rejection, id: str, body: Json) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(id, body)
