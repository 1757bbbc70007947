"""Clusters with managed private endpoints, and their targets, as ids and bodies."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Json

from ...small_world import CONSUMER, OWNER, SKU
from .storage_bodies import ACCOUNT

CLUSTERS = f"{OWNER}/providers/Microsoft.Kusto/Clusters"
CLUSTER = f"{CLUSTERS}/adx1"
MANAGED = f"{CLUSTER}/ManagedPrivateEndpoints/to-data"
EVENT_HUBS = f"{CONSUMER}/providers/Microsoft.EventHub/namespaces/telemetry"


def native_cluster(location: str = "West US") -> Json:
    return {"location": location, "sku": SKU}


def to_target(target: str = ACCOUNT, group: str = "blob", **more: Any) -> Json:
    properties = {"privateLinkResourceId": target, "groupId": group, "requestMessage": "adx1 to-data", **more}
    return {"properties": {name: value for name, value in properties.items() if value is not None}}


def event_hubs(location: str = "westus") -> Json:
    return {"location": location, "sku": {"name": "Standard"}}
