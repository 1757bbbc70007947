"""The SDK's schema: the properties of resources, nested types and functions, with their types and API versions."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def sdk_schema() -> Any:
    """The whole of `sdk_schema.json`, which was read from pulumi-azure-native 3.29.0."""
    return json.loads(files("azure_sandbox.provider").joinpath("sdk_schema.json").read_text())


def resource_schema(token: str) -> Any:
    """The inputs, outputs, required properties, defaults and API version of a resource type."""
    return sdk_schema()["resources"][token]


def type_properties(module: str, type: str) -> dict[str, str] | None:
    """The properties of a nested type; None for a plain value."""
    return sdk_schema()["types"].get(f"{module}:{type}")


def required_properties(module: str, type: str) -> list[str]:
    """The required properties of a nested type."""
    return sdk_schema()["required"].get(f"{module}:{type}", [])
