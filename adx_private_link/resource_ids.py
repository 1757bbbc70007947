"""Azure resource ids, one type each: taken apart once, at the boundary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# A placeholder that was copied from a message is no name.
_NAME = re.compile(r"[^<>{}\s]+")
SUBSCRIPTION_ID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


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
        if not re.fullmatch(SUBSCRIPTION_ID, parts[2]):
            raise PydanticCustomError(
                "subscription",
                "has no subscription's id behind /subscriptions/",
                {"remedy": "write the GUID in place of its name (`az account show --query id`)"},
            )
        return cls("/".join(parts), parts[2].lower(), parts[4], tuple(parts[8::2]))

    @classmethod
    def of(cls, subscription: str, resource_group: str, *names: str) -> Self:
        """The id of what is called so; names and subscription are taken as they are."""
        namespace, *types = cls.types
        pairs = "/".join(f"{type}/{name}" for type, name in zip(types, names, strict=True))
        text = f"/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/{namespace}/{pairs}"
        return cls(text, subscription.lower(), resource_group, names)

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

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """For editors, which do not know `parse`; JSON Schema has no other way to leave case aside."""
        namespace, *types = cls.types
        name = r"[^<>{}\s/]+"
        words = ["subscriptions", SUBSCRIPTION_ID, "resourceGroups", name, "providers", namespace]
        words += [each for type in types for each in (type, name)]
        parts = (each if each in (name, SUBSCRIPTION_ID) else in_any_case(each) for each in words)
        return {
            **handler(schema),
            "pattern": rf"^\s*/{'/'.join(parts)}/*\s*$",
            "patternErrorMessage": f"Not the resource id of {cls.kind}: write {cls.example()}",
            "examples": [cls.example()],
        }


def in_any_case(word: str) -> str:
    """A pattern, for Python and for JavaScript, of a word that has no case."""
    return "".join(f"[{each.upper()}{each.lower()}]" if each.isalpha() else re.escape(each) for each in word)


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


class FrontendId(ResourceId):
    """A frontend of a load balancer."""

    kind = "a frontend of a load balancer"
    types = ("Microsoft.Network", "loadBalancers", "frontendIPConfigurations")
    placeholders = ("load balancer", "frontend")


class ApplicationSecurityGroupId(ResourceId):
    """An application security group."""

    kind = "an application security group"
    types = ("Microsoft.Network", "applicationSecurityGroups")
    placeholders = ("group",)


class ZoneId(ResourceId):
    """A private DNS zone."""

    kind = "a private DNS zone"
    types = ("Microsoft.Network", "privateDnsZones")
    placeholders = ("zone",)


class LinkId(ResourceId):
    """A virtual network link of a private DNS zone."""

    kind = "a virtual network link"
    types = ("Microsoft.Network", "privateDnsZones", "virtualNetworkLinks")
    placeholders = ("zone", "link")


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


class ServiceId(ResourceId):
    """A private link service."""

    kind = "a private link service"
    types = ("Microsoft.Network", "privateLinkServices")
    placeholders = ("service",)


class EndpointId(ResourceId):
    """A private endpoint."""

    kind = "a private endpoint"
    types = ("Microsoft.Network", "privateEndpoints")
    placeholders = ("endpoint",)


class InterfaceId(ResourceId):
    """A network interface."""

    kind = "a network interface"
    types = ("Microsoft.Network", "networkInterfaces")
    placeholders = ("network interface",)
