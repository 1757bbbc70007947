"""Bodies of load balancers."""

from __future__ import annotations

from typing import Any

from ...small_world import OWNER, STANDARD, network

NEW_BALANCER = network(OWNER, "loadBalancers", "new")


def address(name: str) -> dict[str, Any]:
    return {"publicIPAddress": {"id": network(OWNER, "publicIPAddresses", name)}}


def balancer(*frontends: dict[str, Any], **properties: Any) -> dict[str, Any]:
    configurations = [{"name": f"fe-{number}", "properties": frontend} for number, frontend in enumerate(frontends)]
    properties = {"frontendIPConfigurations": configurations, **properties}
    return {"location": "westus", "sku": STANDARD, "properties": properties}


def rule(name: str, **links: str) -> dict[str, Any]:
    return {"name": name, "properties": {key: {"id": target} for key, target in links.items()}}
