"""Endpoints that the sandbox cannot have, because it rejects what no public source shows of Azure."""

from __future__ import annotations

from typing import Any

from adx_private_link import parse
from adx_private_link.cli.adoption.adoptable_endpoints import find_adoptable
from adx_private_link.cli.adoption.found_objects import FoundEndpoint
from adx_private_link.cli.adoption.inventory import Inventory, PublishedCluster
from adx_private_link.cli.adoption.services import ClusterServices
from adx_private_link.cli.adoption.suggestions import Suggestions

from .conftest import CLIENTS, CLIENTS_SUBNET, NATIVE


def test_an_endpoint_with_static_addresses_is_left_alone() -> None:
    """No setting describes eight of them, and more come when the cluster grows."""
    state = {"privateLinkServiceConnectionState": {"status": "Approved"}}
    properties: dict[str, Any] = {
        "subnet": {"id": CLIENTS_SUBNET},
        "privateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": NATIVE, **state}}],
        "ipConfigurations": [{"name": "engine", "properties": {"privateIPAddress": "10.3.0.10"}}],
    }
    id = f"{CLIENTS}/providers/Microsoft.Network/privateEndpoints/static"
    endpoint = FoundEndpoint.model_validate({"id": id, "properties": properties})
    cluster = PublishedCluster("newadx", "adx", "zone", {}, "", {}, native_id=NATIVE, is_native=True)
    inventory = Inventory((cluster,), (), (endpoint,), {}, (), {}, frozenset())
    settings = {"clusters": {"newadx": {"id": NATIVE}}, "consumers": {}}
    suggestions = Suggestions(settings)
    services = [ClusterServices(cluster, {})]
    assert find_adoptable(services, parse(settings), inventory, frozenset(), suggestions) == []
    [left_alone] = suggestions.left_alone
    assert left_alone.reason.startswith("has static addresses")
