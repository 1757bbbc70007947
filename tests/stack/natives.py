"""A native cluster and an injected one of the sandbox's default world, and settings of stacks for them."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Azure, ResourceId

_CLUSTERS = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters"
NATIVE = f"{_CLUSTERS}/newadx"
INJECTED = f"{_CLUSTERS}/myadx"
GROUP = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
ENDPOINT = f"{GROUP}/providers/Microsoft.Network/privateEndpoints/pe-new-cluster-analytics"
ZONE_GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"
HOST = "newadx.westus.kusto.windows.net"


def native_stack(**consumer: Any) -> dict[str, Any]:
    """Return settings of one native cluster, one consumer, and zones that the stack creates."""
    dns = {"resource_group": "analytics", "storage_zones": "made"}
    return {
        "clusters": {"new": {"id": NATIVE}},
        "consumers": {"analytics": {"subnet_id": f"{NETWORK}/subnets/clients", "dns": dns, **consumer}},
    }


def stack_of_both(**consumer: Any) -> dict[str, Any]:
    """Return the same settings with an injected cluster beside the native one."""
    settings = native_stack(**consumer)
    settings["clusters"]["old"] = {"id": INJECTED}
    return settings


def connect_endpoint(azure: Azure, name: str = "theirs", cluster: str = NATIVE) -> str:
    """Create an endpoint of another team, whose connection waits for approval. Returns its id."""
    endpoint = ENDPOINT.replace("pe-new-cluster-analytics", name)
    connection = {"name": name, "properties": {"privateLinkServiceId": cluster, "groupIds": ["cluster"]}}
    azure.put(
        ResourceId.parse(endpoint),
        {
            "location": "westus",
            "properties": {
                "subnet": {"id": f"{NETWORK}/subnets/clients"},
                "manualPrivateLinkServiceConnections": [connection],
            },
        },
    )
    return endpoint
