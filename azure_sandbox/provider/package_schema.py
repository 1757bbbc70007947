"""The package schema: `pulumi import` writes code from it, and YAML programs get all types from it."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from ..azure import Json
from .sdk_schema import required_properties, resource_schema, sdk_schema
from .supported_types import RESOURCE_SPECS, spec_of_getter

_PROVIDER_INPUTS: dict[str, Json] = {
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
"""The inputs of an explicit provider (SDK 3.29.0, `ProviderArgs`): the engine rejects any that the schema lacks."""

_PLAIN_TYPES: dict[str, Json] = {
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
            "config": {"variables": _PROVIDER_INPUTS},
            "provider": {
                "type": "object",
                "properties": _provider_outputs(_PROVIDER_INPUTS),
                "inputProperties": _PROVIDER_INPUTS,
            },
            "types": {
                f"azure-native:{name}": _object(name.split(":")[0], properties, required_properties(*name.split(":")))
                for name, properties in sdk_schema()["types"].items()
            },
            "resources": {
                token: {
                    **_object(spec.module, _without_id_and_urn(spec.outputs), []),
                    "inputProperties": _properties(spec.module, _without_id_and_urn(spec.inputs)),
                    "requiredInputs": resource_schema(token)["required"],
                }
                for token, spec in RESOURCE_SPECS.items()
            },
            "functions": {
                token: _function(token, function["outputs"]) for token, function in sdk_schema()["invokes"].items()
            },
        }
    )


def _function(token: str, outputs: dict[str, str]) -> Json:
    spec, module = spec_of_getter(token), token.split(":")[1]
    arguments = re.findall(r"{(\w+)}", spec.path) if spec else []
    return {
        "inputs": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in arguments if name != "subscriptionId"},
        },
        "outputs": _object(module, outputs, []),
    }


def _provider_outputs(inputs: dict[str, Json]) -> dict[str, Json]:
    """The outputs of a provider: its inputs that are strings, as in Pulumi's own schemas."""
    return {name: type for name, type in inputs.items() if type == {"type": "string"}}


def _object(module: str, types: dict[str, str], required: list[str]) -> Json:
    return {"type": "object", "properties": _properties(module, types), "required": required}


def _properties(module: str, types: dict[str, str]) -> Json:
    return {name: _type(module, type) for name, type in types.items()}


def _without_id_and_urn(properties: dict[str, str]) -> dict[str, str]:
    """The properties of a resource without those that the engine adds; in a nested type, `id` is an ordinary one."""
    return {name: type for name, type in properties.items() if name not in ("id", "urn")}


def _type(module: str, type: str) -> Any:
    if type.startswith("["):
        return {"type": "array", "items": _type(module, type[1:-1])}
    if type.startswith("map<"):
        return {"type": "object", "additionalProperties": _type(module, type[4:-1])}
    return _PLAIN_TYPES.get(type.split(maxsplit=1)[0]) or {"$ref": f"#/types/azure-native:{module}:{type}"}
