"""The package schema: `pulumi import` writes a program's lines by it, and YAML programs know nothing else."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from ..azure import Json
from .resource_types import RESOURCES, getter
from .schema import required_properties, schema

_PROVIDER: dict[str, Json] = {
    **{
        name: {"type": "string"}
        for name in (
            "clientCertificatePassword",
            "clientCertificatePath",
            "clientId",
            "clientSecret",
            "environment",
            "location",
            "metadataHost",
            "msiEndpoint",
            "oidcRequestToken",
            "oidcRequestUrl",
            "oidcToken",
            "oidcTokenFilePath",
            "partnerId",
            "subscriptionId",
            "tenantId",
        )
    },
    **{
        name: {"type": "boolean"}
        for name in (
            "disableInstanceDiscovery",
            "disablePulumiPartnerId",
            "useDefaultAzureCredential",
            "useMsi",
            "useOidc",
        )
    },
    "auxiliaryTenantIds": {"type": "array", "items": {"type": "string"}},
}
"""The configuration of the provider (SDK 3.29.0, `ProviderArgs`): without it, no explicit provider can be given any."""

_PLAIN: dict[str, Json] = {
    "str": {"type": "string"},
    "enum": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "any": {"$ref": "pulumi.json#/Any"},
}


@cache
def package_schema(version: str) -> str:
    """The sandbox's resource types in Pulumi's schema language."""
    return json.dumps(
        {
            "name": "azure-native",
            "version": version,
            "meta": {"moduleFormat": "(.*)"},
            "language": {"python": {"packageName": "pulumi_azure_native", "usesIOClasses": True}},
            "config": {"variables": _PROVIDER},
            "provider": {"type": "object", "properties": _texts(_PROVIDER), "inputProperties": _PROVIDER},
            "types": {
                f"azure-native:{name}": _object(name.split(":")[0], types, required_properties(*name.split(":")))
                for name, types in schema()["types"].items()
            },
            "resources": {
                token: {
                    **_object(spec.module, _without_the_engines(spec.outputs), []),
                    "inputProperties": _properties(spec.module, _without_the_engines(spec.inputs)),
                    "requiredInputs": schema()["resources"][token]["required"],
                }
                for token, spec in RESOURCES.items()
            },
            "functions": {token: _function(token, each["outputs"]) for token, each in schema()["invokes"].items()},
        }
    )


def _function(token: str, outputs: dict[str, str]) -> Json:
    spec, module = getter(token), token.split(":")[1]
    arguments = re.findall(r"{(\w+)}", spec.path) if spec else []
    return {
        "inputs": {
            "type": "object",
            "properties": {each: {"type": "string"} for each in arguments if each != "subscriptionId"},
        },
        "outputs": _object(module, outputs, []),
    }


def _texts(inputs: dict[str, Json]) -> dict[str, Json]:
    """What a provider puts out: its inputs that are text, as Pulumi's own schemas have it."""
    return {name: type for name, type in inputs.items() if type == {"type": "string"}}


def _object(module: str, types: dict[str, str], required: list[str]) -> Json:
    return {"type": "object", "properties": _properties(module, types), "required": required}


def _properties(module: str, types: dict[str, str]) -> Json:
    return {name: _type(module, type) for name, type in types.items()}


def _without_the_engines(properties: dict[str, str]) -> dict[str, str]:
    """The engine gives every resource its own `id` and `urn`; in a nested type, `id` is a property like any other."""
    return {name: type for name, type in properties.items() if name not in ("id", "urn")}


def _type(module: str, type: str) -> Any:
    if type.startswith("["):
        return {"type": "array", "items": _type(module, type[1:-1])}
    if type.startswith("map<"):
        return {"type": "object", "additionalProperties": _type(module, type[4:-1])}
    return _PLAIN.get(type.split(maxsplit=1)[0]) or {"$ref": f"#/types/azure-native:{module}:{type}"}
