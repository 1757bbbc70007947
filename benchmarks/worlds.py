"""Worlds with any number of clusters of a kind and two networks, and the settings that connect them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml

OWNER = "11111111-1111-1111-1111-111111111111"
CONSUMERS = {"analytics": "22222222-2222-2222-2222-222222222222"}
_GROUP = f"/subscriptions/{OWNER}/resourceGroups/adx"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"

Json = dict[str, Any]
Kind = Literal["injected", "native"]
"""The kind of all clusters of a world."""


def settings(clusters: int, kind: Kind) -> Json:
    """The settings with which both consumers reach all clusters."""
    storage: Json = {"storage_zones": "made"} if kind == "native" else {}
    return {
        "clusters": {
            _name(number): {"id": f"{_GROUP}/providers/Microsoft.Kusto/Clusters/{_name(number)}"}
            for number in range(clusters)
        },
        "consumers": {
            name: {
                "subnet_id": f"{network_id(name, subscription)}/subnets/clients",
                "dns": {"resource_group": name, **storage},
            }
            for name, subscription in CONSUMERS.items()
        },
    }


def write_world(file: Path, clusters: int, kind: Kind, consumers: Mapping[str, str] = CONSUMERS) -> None:
    """Write the world file with the resources that the settings refer to; `consumers` have a subscription each."""
    resources = [{"id": _GROUP, "location": "westus"}]
    for number in range(clusters):
        resources += _cluster(_name(number), number) if kind == "injected" else [_native_cluster(_name(number))]
    for network in (network_id(name, subscription) for name, subscription in consumers.items()):
        resources += [
            {"id": network.partition("/providers/")[0], "location": "westus"},
            {
                "id": network,
                "location": "westus",
                "properties": {
                    "addressSpace": {"addressPrefixes": ["10.8.0.0/16"]},
                    "subnets": [{"name": "clients", "properties": {"addressPrefix": "10.8.0.0/16"}}],
                },
            },
        ]
    file.write_text(yaml.safe_dump({"resources": resources}, sort_keys=False))


def _name(number: int) -> str:
    return f"adx{number:03}"


def network_id(consumer: str, subscription: str) -> str:
    """The id of a consumer's network."""
    group = f"/subscriptions/{subscription}/resourceGroups/{consumer}"
    return f"{group}/providers/Microsoft.Network/virtualNetworks/{consumer}"


def _native_cluster(name: str) -> Json:
    return {
        "id": f"{_GROUP}/providers/Microsoft.Kusto/Clusters/{name}",
        "location": "westus",
        "sku": {"name": "Standard_E8ads_v5", "tier": "Standard", "capacity": 2},
    }


def _cluster(name: str, number: int) -> list[Json]:
    """The resources of an injected cluster: its network, load balancers and public addresses."""
    subnet = f"{_NETWORK}/virtualNetworks/{name}/subnets/adx"
    ids = {role: f"{_NETWORK}/publicIPAddresses/{name}-{role}" for role in ("engine", "ingestion")}
    delegation = {"name": "kusto", "properties": {"serviceName": "Microsoft.Kusto/clusters"}}
    return [
        {
            "id": f"{_NETWORK}/virtualNetworks/{name}",
            "location": "westus",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.1.0.0/24"]},
                "subnets": [
                    {
                        "name": "adx",
                        "properties": {
                            "addressPrefix": "10.1.0.0/24",
                            "privateLinkServiceNetworkPolicies": "Disabled",
                            "delegations": [delegation],
                        },
                    }
                ],
            },
        },
        *(
            {
                "id": id,
                "location": "westus",
                "sku": {"name": "Standard"},
                "properties": {"publicIPAllocationMethod": "Static", "ipAddress": f"40.{place}.{number}.1"},
            }
            for place, id in enumerate(ids.values(), 1)
        ),
        {
            "id": f"{_GROUP}/providers/Microsoft.Kusto/Clusters/{name}",
            "location": "westus",
            "sku": {"name": "Standard_D13_v2", "tier": "Standard", "capacity": 2},
            "properties": {
                "virtualNetworkConfiguration": {
                    "subnetId": subnet,
                    "enginePublicIpId": ids["engine"],
                    "dataManagementPublicIpId": ids["ingestion"],
                }
            },
        },
        *(
            {
                "id": f"{_NETWORK}/loadBalancers/{prefix}-{name}-elb",
                "location": "westus",
                "sku": {"name": "Standard"},
                "properties": {
                    "frontendIPConfigurations": [
                        {"name": "public", "properties": {"publicIPAddress": {"id": ids[role]}}}
                    ]
                },
            }
            for role, prefix in (("engine", "kucompute"), ("ingestion", "kudatamgmt"))
        ),
    ]
