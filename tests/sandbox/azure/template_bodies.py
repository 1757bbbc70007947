"""Bodies of deployments."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Json

from ..small_world import CONSUMER, OWNER, SandboxCloud

DEPLOYMENT = f"{OWNER}/providers/Microsoft.Resources/deployments/approvals"
CONNECTIONS = "Microsoft.Network/privateLinkServices/privateEndpointConnections"


def deployment(*resources: Json, declared: Json | None = None, **parameters: Any) -> Json:
    return of_template({"parameters": declared or {}, "resources": list(resources)}, **parameters)


def of_template(template: Json, **values: Any) -> Json:
    common = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
    }
    parameters = {name: {"value": value} for name, value in values.items()}
    return {"properties": {"mode": "Incremental", "template": {**common, **template}, "parameters": parameters}}


def zone_resource(name: str) -> Json:
    return {"type": "Microsoft.Network/privateDnsZones", "apiVersion": "2024-06-01", "name": name, "location": "global"}


def endpoint_id(name: str) -> str:
    return f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/{name}"


ONE = {"one": {"type": "string"}}
SOME = zone_resource("a.example")


def zones_of(cloud: SandboxCloud) -> list[str]:
    return [id.rsplit("/", 1)[1] for id in cloud.ids() if "privateDnsZones" in id and "/SOA/" not in id]
