"""Bodies of virtual networks."""

from __future__ import annotations

from typing import Any

from ...places import (
    OWNER,
)
from ...places import network as in_network

NEW_NETWORK = in_network(OWNER, "virtualNetworks", "new")


def virtual_network(*prefixes: str, **properties: Any) -> dict[str, Any]:
    return {"location": "westus", "properties": {"addressSpace": {"addressPrefixes": list(prefixes)}, **properties}}
