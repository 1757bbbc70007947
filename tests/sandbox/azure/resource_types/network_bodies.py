"""Bodies of virtual networks."""

from __future__ import annotations

from typing import Any

from ...small_world import OWNER, OWNER_NETWORK, network

NEW_NETWORK = network(OWNER, "virtualNetworks", "new")
NEW_SUBNET = f"{OWNER_NETWORK}/subnets/new"


def virtual_network(*prefixes: str, **properties: Any) -> dict[str, Any]:
    return {"location": "westus", "properties": {"addressSpace": {"addressPrefixes": list(prefixes)}, **properties}}
