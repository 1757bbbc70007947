"""Strict mode: the sandbox rejects the properties that the real provider drops without a warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple, cast

from ..azure import Json
from ..rules import OWN_CHOICE, Rule
from .resource_spec import ResourceSpec
from .sdk_schema import type_properties

STRICT_MODE = Rule(
    says="In strict mode (`AZURE_SANDBOX_STRICT=1`) a property that the provider would drop is rejected, with the most "
    "similar name that exists",
    source=f"{OWN_CHOICE}: the real provider has no such mode",
)


class _UnknownProperty(NamedTuple):
    path: str
    name: str
    known_names: Iterable[str]


def strict_failures(spec: ResourceSpec, inputs: Json) -> list[str]:
    """The failures of strict mode: each property in the inputs that the type does not have."""
    types = {**spec.inputs, "azureApiVersion": "str"}
    return [
        f"'{unknown.path}' is not a property of {spec.token}, and the provider would drop it silently"
        + _suggestion(unknown)
        for unknown in _unknown_in_object(spec.module, types, inputs, "")
    ]


def _suggestion(unknown: _UnknownProperty) -> str:
    similar = get_close_matches(unknown.name, unknown.known_names, n=1)
    return f"; did you mean '{similar[0]}'?" if similar else ""


def _unknown_in_object(module: str, types: dict[str, str], values: Json, prefix: str) -> Iterator[_UnknownProperty]:
    for name, value in values.items():
        if name.startswith("__"):
            continue
        if name not in types:
            yield _UnknownProperty(f"{prefix}{name}", name, types)
        else:
            yield from _unknown_in_value(module, types[name], value, f"{prefix}{name}")


def _unknown_in_value(module: str, type: str, value: Any, path: str) -> Iterator[_UnknownProperty]:
    properties = type_properties(module, type)
    if properties is not None and isinstance(value, dict):
        yield from _unknown_in_object(module, properties, cast("Json", value), f"{path}.")
    elif type.startswith("[") and isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _unknown_in_value(module, type[1:-1], item, f"{path}[{index}]")
