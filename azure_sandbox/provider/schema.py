"""What the azure-native provider knows of a resource type: its path, its properties, what replaces it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ..azure import Json

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """What the API's specification demands of a text."""

    shortest: int
    longest: int
    pattern: str


@dataclass(frozen=True)
class ResourceSpec:
    """One resource type of the provider; names and types of properties are those of the SDK (`azure_native.json`)."""

    token: str
    path: str
    naming: Literal["random", "copy", "uuid"]
    """How a missing name is made: the logical name with a random suffix, the logical name as it is, or a GUID."""
    force_new: frozenset[str] = frozenset()
    """Body properties whose change replaces the resource; path parameters always do."""
    flattened: bool = True
    """Whether the provider lifts ARM's `properties` to the top."""
    kept_when_unset: tuple[str, ...] = ()
    """Sub-resource arrays that an update leaves as they are when the program does not set them."""
    needs_location: bool = False
    """Whether the provider itself misses a location; Azure misses it of any other type."""
    takes_location: bool = True
    """Whether a missing location is filled in, where the type has one."""
    identified_by: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arrays whose items are matched by a property instead of their position (`x-ms-identifiers`)."""
    long_running: bool = True
    """Whether a PUT is accepted first and then polled until it ends."""
    sub_paths: frozenset[str] = frozenset()
    """Path parameters that are ids themselves (`x-ms-skip-url-encoding`)."""
    texts: Mapping[str, Text] = field(default_factory=dict[str, Text])
    """Path parameters that the specification restricts."""

    @property
    def module(self) -> str:
        return self.token.split(":")[1]

    @property
    def path_parameters(self) -> list[str]:
        return [each for each in _PARAMETER.findall(self.path) if each != "subscriptionId"]

    @property
    def name_parameter(self) -> str:
        return self.path_parameters[-1]

    @property
    def inputs(self) -> dict[str, str]:
        return _described(self.token)["inputs"]

    @property
    def outputs(self) -> dict[str, str]:
        return _described(self.token)["outputs"]

    @property
    def body_inputs(self) -> dict[str, str]:
        return {name: type for name, type in self.inputs.items() if name not in self.path_parameters}

    @property
    def required(self) -> list[str]:
        """The body properties that the provider misses."""
        needed = [name for name in _described(self.token)["required"] if name not in self.path_parameters]
        return [*needed, *(["location"] if self.needs_location else [])]

    @property
    def defaults(self) -> Json:
        """Values that the specification says a property has when nobody sets it."""
        return _described(self.token)["defaults"]

    @property
    def api_version(self) -> str:
        return _described(self.token)["apiVersion"]


def type_properties(module: str, type: str) -> dict[str, str] | None:
    """The properties of a nested type; None for plain values."""
    return schema()["types"].get(f"{module}:{type}")


def required_properties(module: str, type: str) -> list[str]:
    """The properties that a nested type cannot be without."""
    return schema()["required"].get(f"{module}:{type}", [])


@cache
def schema() -> Any:
    """Everything that was introspected from the SDK."""
    return json.loads(files("azure_sandbox.provider").joinpath("azure_native.json").read_text())


def _described(token: str) -> Any:
    return schema()["resources"][token]
