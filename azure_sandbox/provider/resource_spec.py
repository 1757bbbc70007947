"""The specification of one resource type: its path, how it gets its name, what replaces it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..azure import Json
from .sdk_schema import resource_schema

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class TextLimits:
    """The limits of a text in the API's specification."""

    shortest: int
    longest: int
    pattern: str


@dataclass(frozen=True)
class ResourceSpec:
    """One resource type of the provider; names and types of properties are those of the SDK (`sdk_schema.json`)."""

    token: str
    path: str
    naming: Literal["random", "copy", "uuid"]
    """A missing name: the logical name with a random suffix, the logical name itself, or a GUID."""
    force_new: frozenset[str] = frozenset()
    """Body properties whose change replaces the resource; path parameters always do."""
    flattened: bool = True
    """Whether the provider flattens ARM's `properties`."""
    kept_when_unset: tuple[str, ...] = ()
    """Sub-resource arrays that an update leaves unchanged when the program does not set them."""
    requires_location: bool = False
    """Whether the provider itself requires a location; for all other types Azure does."""
    defaults_location: bool = True
    """Whether the provider fills in a missing location, where the type has one."""
    item_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arrays whose items are matched by a property instead of their position (`x-ms-identifiers`)."""
    long_running: bool = True
    """Whether Azure accepts a PUT first, and the provider then polls the operation until it ends."""
    id_parameters: frozenset[str] = frozenset()
    """Path parameters that are ids themselves (`x-ms-skip-url-encoding`)."""
    text_limits: Mapping[str, TextLimits] = field(default_factory=dict[str, TextLimits])
    """The limits of path parameters, where the specification has any."""

    @property
    def module(self) -> str:
        return self.token.split(":")[1]

    @property
    def path_parameters(self) -> list[str]:
        return [name for name in _PARAMETER.findall(self.path) if name != "subscriptionId"]

    @property
    def name_parameter(self) -> str:
        return self.path_parameters[-1]

    @property
    def inputs(self) -> dict[str, str]:
        return resource_schema(self.token)["inputs"]

    @property
    def outputs(self) -> dict[str, str]:
        return resource_schema(self.token)["outputs"]

    @property
    def body_inputs(self) -> dict[str, str]:
        return {name: type for name, type in self.inputs.items() if name not in self.path_parameters}

    @property
    def required(self) -> list[str]:
        """The body properties that the provider requires."""
        names = [name for name in resource_schema(self.token)["required"] if name not in self.path_parameters]
        return [*names, *(["location"] if self.requires_location else [])]

    @property
    def defaults(self) -> Json:
        """The specification's values for properties that a request does not set."""
        return resource_schema(self.token)["defaults"]

    @property
    def api_version(self) -> str:
        return resource_schema(self.token)["apiVersion"]
