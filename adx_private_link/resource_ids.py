"""Azure resource ids, one type each: taken apart once, at the boundary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# A placeholder that was copied from a message is no name.
_NAME = re.compile(r"[^<>{}\s]+")


@dataclass(frozen=True)
class ResourceId:
    """
    The id of a resource of one type: `/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME…`.

    Azure compares ids without case; the spelling that was given is kept, since azure-native compares ids inside
    properties letter by letter.
    """

    kind: ClassVar[str]
    """What it is, with its article, for messages."""
    types: ClassVar[tuple[str, ...]]
    """The namespace, and the type of each name."""
    placeholders: ClassVar[tuple[str, ...]]

    text: str
    subscription: str
    resource_group: str
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: object) -> Self:
        """Take an id apart; pydantic reports what it raises with the setting's path."""
        parts = text.strip().rstrip("/").split("/") if isinstance(text, str) else []
        namespace, *types = cls.types
        shape = ["", "subscriptions", "*", "resourcegroups", "*", "providers", namespace.lower()]
        shape += [each for type in types for each in (type.lower(), "*")]
        fits = len(parts) == len(shape) and all(
            _NAME.fullmatch(part) if wanted == "*" else part.lower() == wanted
            for part, wanted in zip(parts, shape, strict=True)
        )
        if not fits:
            raise PydanticCustomError(
                "resource_id",
                "is not the resource id of {kind}",
                {"kind": cls.kind, "remedy": f"write {cls.example()}"},
            )
        return cls("/".join(parts), parts[2].lower(), parts[4], tuple(parts[8::2]))

    @classmethod
    def example(cls) -> str:
        namespace, *types = cls.types
        pairs = "/".join(f"{type}/<{name}>" for type, name in zip(types, cls.placeholders, strict=True))
        return f"/subscriptions/<subscription>/resourceGroups/<resource group>/providers/{namespace}/{pairs}"

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def key(self) -> str:
        """For comparing: ids are equal without case."""
        return self.text.lower()

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda given: given if isinstance(given, cls) else cls.parse(given),
            serialization=core_schema.to_string_ser_schema(),
            json_schema_input_schema=core_schema.str_schema(),
        )


class ClusterId(ResourceId):
    """An Azure Data Explorer cluster."""

    kind = "an Azure Data Explorer cluster"
    types = ("Microsoft.Kusto", "clusters")
    placeholders = ("cluster",)


class LoadBalancerId(ResourceId):
    """A load balancer."""

    kind = "a load balancer"
    types = ("Microsoft.Network", "loadBalancers")
    placeholders = ("load balancer",)


class NetworkId(ResourceId):
    """A virtual network."""

    kind = "a virtual network"
    types = ("Microsoft.Network", "virtualNetworks")
    placeholders = ("network",)


class SubnetId(ResourceId):
    """A subnet of a virtual network."""

    kind = "a subnet"
    types = ("Microsoft.Network", "virtualNetworks", "subnets")
    placeholders = ("network", "subnet")

    @property
    def network(self) -> NetworkId:
        return NetworkId.parse(self.text.rsplit("/", 2)[0])
