"""The package schema: what `pulumi import` reads to write the program's lines."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ..azure import Json
from .resource_types import RESOURCES
from .schema import required_properties, schema

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
            "config": {},
            "provider": {},
            "types": {
                f"azure-native:{name}": _object(name.split(":")[0], types, required_properties(*name.split(":")))
                for name, types in schema()["types"].items()
            },
            "resources": {
                token: {
                    **_object(spec.module, {**spec.outputs}, []),
                    "inputProperties": _properties(spec.module, spec.inputs),
                    "requiredInputs": schema()["resources"][token]["required"],
                }
                for token, spec in RESOURCES.items()
            },
        }
    )


def _object(module: str, types: dict[str, str], required: list[str]) -> Json:
    return {"type": "object", "properties": _properties(module, types), "required": required}


def _properties(module: str, types: dict[str, str]) -> Json:
    # The engine gives every resource its own `id` and `urn`.
    return {name: _type(module, type) for name, type in types.items() if name not in ("id", "urn")}


def _type(module: str, type: str) -> Any:
    if type.startswith("["):
        return {"type": "array", "items": _type(module, type[1:-1])}
    if type.startswith("map<"):
        return {"type": "object", "additionalProperties": _type(module, type[4:-1])}
    return _PLAIN.get(type.split(maxsplit=1)[0]) or {"$ref": f"#/types/azure-native:{module}:{type}"}
