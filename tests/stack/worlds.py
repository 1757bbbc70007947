"""The ids of `worlds/two_by_two.yaml` and `worlds/both_kinds.yaml`, and settings of stacks in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_WORLDS = Path(__file__).parents[1] / "worlds"
TWO_BY_TWO = _WORLDS / "two_by_two.yaml"
BOTH_KINDS = _WORLDS / "both_kinds.yaml"
"""The networks of `TWO_BY_TWO`, its first cluster, two native clusters, and a hub's zones that `blue` sees."""

_FIRST = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/first"
_SECOND = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/second"
RED = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/red"
BLUE = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/blue"

CLUSTER_ONE = f"{_FIRST}/providers/Microsoft.Kusto/Clusters/adxone"
CLUSTER_TWO = f"{_SECOND}/providers/Microsoft.Kusto/Clusters/adxtwo"
NATIVE_ONE = f"{_FIRST}/providers/Microsoft.Kusto/Clusters/newone"
NATIVE_TWO = f"{_SECOND}/providers/Microsoft.Kusto/Clusters/newtwo"
HUB = "/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/hub"
GUARDED_SUBNET = f"{_FIRST}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/guarded"
RED_NETWORK = f"{RED}/providers/Microsoft.Network/virtualNetworks/red"
BLUE_NETWORK = f"{BLUE}/providers/Microsoft.Network/virtualNetworks/blue"
OUTSIDE_NETWORK = f"{RED}/providers/Microsoft.Network/virtualNetworks/outside"


_ZONE = "privatelink.westus.kusto.windows.net"
RED_ZONE = f"{_ZONE}@red.33333333-3333-3333-3333-333333333333"
BLUE_ZONE = f"{_ZONE}@dns.44444444-4444-4444-4444-444444444444"
"""Keys of zones: the logical name of a record is its host name's first label and the key of its zone."""
STORAGE_ZONES = tuple(f"privatelink.{kind}.core.windows.net" for kind in ("blob", "queue", "table"))
NATIVE_ZONES = (_ZONE, *STORAGE_ZONES)
"""The names of the zones that a native cluster needs."""


def two_by_two() -> dict[str, Any]:
    """Two clusters and two consumers; blue's zone is in another resource group than its network."""
    return {
        "clusters": {"one": {"id": CLUSTER_ONE}, "two": {"id": CLUSTER_TWO}},
        "consumers": {
            "red": {"subnet_id": f"{RED_NETWORK}/subnets/clients", "dns": {"resource_group": "red"}},
            "blue": {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"resource_group": "dns"}},
        },
    }


def one_and_red() -> dict[str, Any]:
    """The smallest stack: one cluster, one consumer."""
    settings = two_by_two()
    return {"clusters": {"one": settings["clusters"]["one"]}, "consumers": {"red": settings["consumers"]["red"]}}


def two_natives() -> dict[str, Any]:
    """Two native clusters and two consumers: red has zones of its own, and blue uses the hub's."""
    return {
        "clusters": {"one": {"id": NATIVE_ONE}, "two": {"id": NATIVE_TWO}},
        "consumers": {
            "red": {
                "subnet_id": f"{RED_NETWORK}/subnets/clients",
                "dns": {"resource_group": "red", "storage_zones": "made"},
            },
            "blue": {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"zones_in": [HUB]}},
        },
    }


def native_and_red() -> dict[str, Any]:
    """The smallest stack of a native cluster: one consumer with zones of its own."""
    settings = two_natives()
    return {"clusters": {"one": settings["clusters"]["one"]}, "consumers": {"red": settings["consumers"]["red"]}}


def both_kinds() -> dict[str, Any]:
    """An injected cluster and a native one, and two consumers that reach both."""
    return {**two_natives(), "clusters": {"old": {"id": CLUSTER_ONE}, "new": {"id": NATIVE_ONE}}}


# `worlds/two_hubs.yaml`

TWO_HUBS = TWO_BY_TWO.parent / "two_hubs.yaml"

_ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
NATIVE_CLUSTER = f"{_ADX}/providers/Microsoft.Kusto/Clusters/newadx"
INJECTED_CLUSTER = f"{_ADX}/providers/Microsoft.Kusto/Clusters/myadx"
ANALYTICS_NETWORK = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network/"
    "virtualNetworks/analytics-vnet"
)
OTHERS_NETWORK = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network/"
    "virtualNetworks/others-vnet"
)
OLD_HUB = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/hub"
NEW_HUB = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/new-hub"


def two_hubs() -> dict[str, Any]:
    """A native and an injected cluster; one consumer with the hub's storage zones, and one whose zones are made."""
    hub = {"resource_group": "analytics", "zones_in": [OLD_HUB]}
    made = {"resource_group": "others", "storage_zones": "made"}
    return {
        "clusters": {"new": {"id": NATIVE_CLUSTER}, "old": {"id": INJECTED_CLUSTER}},
        "consumers": {
            "analytics": {"subnet_id": f"{ANALYTICS_NETWORK}/subnets/clients", "dns": hub},
            "others": {"subnet_id": f"{OTHERS_NETWORK}/subnets/clients", "dns": made},
        },
    }
