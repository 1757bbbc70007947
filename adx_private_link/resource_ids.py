"""Azure resource ids, one type each: parsed once, at the boundary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, NoReturn, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# Names as Azure takes them (MicrosoftDocs, resource-name-rules.md), in a form that JavaScript reads as well: editors
# have them by the schema. A group has letters of any script; a placeholder that was copied from a message is none.
_GROUP = r"[^<>{}\s/\x00-\x1f\x7f-\x9f]{1,90}"
_NETWORK_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"
"""Of Microsoft.Network; Azure itself makes names of interfaces that are longer than the 80 that people may write."""
_NAMES = {
    # 22 characters at most today; longer ones would not fit into `ingest-private-{name}`, a label of DNS.
    "clusters": r"[A-Za-z0-9][A-Za-z0-9-]{0,39}",
    "actionGroups": r"[^*#&+:<>?@%{}\\/|\x00-\x1f\x7f-\x9f]{0,259}[^*#&+:<>?@%{}\\/|\x00-\x20\x7f-\x9f.]",
    "privateDnsZones": r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,33}",
}
"""By type."""
SUBSCRIPTION_ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True)
class ResourceId:
    """
    The id of a resource of one type: `/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME…`.

    Azure compares ids without case. The spelling is kept, because azure-native compares ids inside properties letter by
    letter.
    """

    kind: ClassVar[str]
    """The type in words, with its article, for messages."""
    types: ClassVar[tuple[str, ...]]
    """The namespace, and the type of each name; none for a resource group."""
    placeholders: ClassVar[tuple[str, ...]]

    text: str
    subscription: str
    resource_group: str
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: object) -> Self:
        """Parse an id; pydantic reports an error with the setting's path."""
        match = cls._pattern().fullmatch(text) if isinstance(text, str) else None
        return cls._of_match(match) if match else cls._refuse(text)

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Parse an id that Azure shows; None for a missing one, and for an id of another type."""
        match = cls._pattern().fullmatch(text or "")
        return cls._of_match(match) if match else None

    @classmethod
    def _of_match(cls, match: re.Match[str]) -> Self:
        id, subscription, resource_group, *names = match.groups()
        return cls(id, subscription.lower(), resource_group, tuple(names))

    @classmethod
    def _refuse(cls, text: object) -> NoReturn:
        parts = text.strip().rstrip("/").split("/") if isinstance(text, str) else []
        shape = cls._shape().lower().replace("{}", "*").split("/")
        is_alike = len(parts) == len(shape) and all(
            expected in ("*", part.lower()) for part, expected in zip(parts, shape, strict=True)
        )
        # A placeholder that was copied from a message is no name.
        if not is_alike or any(re.search(r"^$|[<>{}\s]", part) for part in parts[1:]):
            raise PydanticCustomError(
                "resource_id",
                "is not the resource id of {kind}",
                {"kind": cls.kind, "remedy": f"write {cls.example()}"},
            )
        if not re.fullmatch(SUBSCRIPTION_ID, parts[2]):
            raise PydanticCustomError(
                "subscription",
                "has `{subscription}` behind /subscriptions/, which is not a subscription id",
                {
                    "subscription": _shortened(parts[2]),
                    "remedy": "write the subscription's GUID, not its name (`az account show --query id`)",
                },
            )
        named = zip(
            ("resource group", *cls.placeholders),
            (parts[4], *parts[8::2]),
            (_GROUP, *map(_pattern_of, cls.types[1:])),
            strict=True,
        )
        kind, name = next((kind, name) for kind, name, pattern in named if not re.fullmatch(pattern, name))
        raise PydanticCustomError(
            "name",
            "has the name `{name}`, which Azure does not accept",
            {"name": _shortened(name), "remedy": f"correct the name of the {kind}"},
        )

    @classmethod
    def of(cls, subscription: str, resource_group: str, *names: str) -> Self:
        """Return the id of the resource with these names, which are not checked."""
        text = cls._shape().format(subscription, resource_group, *names)
        return cls(text, subscription.lower(), resource_group, names)

    @classmethod
    @cache
    def _shape(cls) -> str:
        return "".join(["/subscriptions/{}/resourceGroups/{}", *cls._below_group("/{}" for _ in cls.types[1:])])

    @classmethod
    def _below_group(cls, names: Iterable[str]) -> list[str]:
        """The part of an id below its resource group, with a name behind each type."""
        provider = [f"/providers/{namespace}" for namespace in cls.types[:1]]
        return [*provider, *(f"/{type}{name}" for type, name in zip(cls.types[1:], names, strict=True))]

    @classmethod
    @cache
    def _pattern(cls) -> re.Pattern[str]:
        named = (1, 3, *range(7, 7 + 2 * len(cls.placeholders), 2))
        parts = [f"({part})" if at in named else part for at, part in enumerate(cls._parts())]
        return re.compile(rf"\s*(/{'/'.join(parts)})/*\s*")

    @classmethod
    def _parts(cls) -> list[str]:
        """Patterns of what is between the slashes, in any case."""
        parts = [in_any_case("subscriptions"), SUBSCRIPTION_ID, in_any_case("resourceGroups"), _GROUP]
        parts += [part for namespace in cls.types[:1] for part in (in_any_case("providers"), in_any_case(namespace))]
        return parts + [part for type in cls.types[1:] for part in (in_any_case(type), _pattern_of(type))]

    @classmethod
    def example(cls) -> str:
        names = (f"/<{placeholder}>" for placeholder in cls.placeholders)
        return "".join(["/subscriptions/<subscription>/resourceGroups/<resource group>", *cls._below_group(names)])

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def key(self) -> str:
        """The id in lower case, to compare it with others."""
        return self.text.lower()

    def is_same(self, other: ResourceId | None) -> bool:
        """Return whether another id names the same resource: Azure compares ids without case."""
        return other is not None and self.key == other.key

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(value),
            serialization=core_schema.to_string_ser_schema(),
            json_schema_input_schema=core_schema.str_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The pattern is for editors; JSON Schema has no other way to ignore case."""
        return {
            **handler(schema),
            "pattern": rf"^\s*/{'/'.join(cls._parts())}/*\s*$",
            "patternErrorMessage": f"Not the resource id of {cls.kind}: write {cls.example()}",
            "examples": [cls.example()],
        }


def _shortened(name: str) -> str:
    return name if len(name) < 80 else f"{name[:80]}…"


def _pattern_of(type: str) -> str:
    """What a name looks like."""
    return _NAMES.get(type, _NETWORK_NAME)


def in_any_case(word: str) -> str:
    """A pattern, for Python and for JavaScript, of a word that has no case."""
    return "".join(f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else re.escape(letter) for letter in word)


class ClusterId(ResourceId):
    """An Azure Data Explorer cluster."""

    kind = "an Azure Data Explorer cluster"
    types = ("Microsoft.Kusto", "clusters")
    placeholders = ("cluster",)


class StorageAccountId(ResourceId):
    """A storage account."""

    kind = "a storage account"
    types = ("Microsoft.Storage", "storageAccounts")
    placeholders = ("account",)


class EventHubsNamespaceId(ResourceId):
    """An Event Hubs namespace."""

    kind = "an Event Hubs namespace"
    types = ("Microsoft.EventHub", "namespaces")
    placeholders = ("namespace",)


class IotHubId(ResourceId):
    """An IoT hub."""

    kind = "an IoT hub"
    types = ("Microsoft.Devices", "IotHubs")
    placeholders = ("hub",)


class VaultId(ResourceId):
    """A key vault."""

    kind = "a key vault"
    types = ("Microsoft.KeyVault", "vaults")
    placeholders = ("vault",)


class SqlServerId(ResourceId):
    """A SQL server."""

    kind = "a SQL server"
    types = ("Microsoft.Sql", "servers")
    placeholders = ("server",)


class ManagedEndpointId(ResourceId):
    """A managed private endpoint of a cluster."""

    kind = "a managed private endpoint"
    types = ("Microsoft.Kusto", "clusters", "managedPrivateEndpoints")
    placeholders = ("cluster", "managed private endpoint")

    @cached_property
    def cluster(self) -> ClusterId:
        return ClusterId.of(self.subscription, self.resource_group, self.names[0])


class ResourceGroupId(ResourceId):
    """A resource group."""

    kind = "a resource group"
    types = ()
    placeholders = ()

    @property
    def name(self) -> str:
        return self.resource_group


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


class PublicAddressId(ResourceId):
    """A public IP address."""

    kind = "a public IP address"
    types = ("Microsoft.Network", "publicIPAddresses")
    placeholders = ("address",)


class ActionGroupId(ResourceId):
    """An action group of Azure Monitor."""

    kind = "an action group"
    types = ("Microsoft.Insights", "actionGroups")
    placeholders = ("action group",)


class ApplicationSecurityGroupId(ResourceId):
    """An application security group."""

    kind = "an application security group"
    types = ("Microsoft.Network", "applicationSecurityGroups")
    placeholders = ("group",)


class WorkspaceId(ResourceId):
    """A Log Analytics workspace."""

    kind = "a Log Analytics workspace"
    types = ("Microsoft.OperationalInsights", "workspaces")
    placeholders = ("workspace",)


class EventHubsRuleId(ResourceId):
    """An authorization rule of an Event Hubs namespace."""

    kind = "an authorization rule of an Event Hubs namespace"
    types = ("Microsoft.EventHub", "namespaces", "authorizationRules")
    placeholders = ("namespace", "rule")


class ZoneId(ResourceId):
    """A private DNS zone."""

    kind = "a private DNS zone"
    types = ("Microsoft.Network", "privateDnsZones")
    placeholders = ("zone",)

    def record_key(self, label: str) -> str:
        """Return the id of an A record in it, in lower case."""
        return f"{self.key}/a/{label.lower()}"


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

    @cached_property
    def network(self) -> NetworkId:
        return NetworkId(self.text.rsplit("/", 2)[0], self.subscription, self.resource_group, self.names[:1])


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


class ZoneGroupId(ResourceId):
    """A private DNS zone group of a private endpoint."""

    kind = "a private DNS zone group"
    types = ("Microsoft.Network", "privateEndpoints", "privateDnsZoneGroups")
    placeholders = ("endpoint", "zone group")


class DeploymentId(ResourceId):
    """A deployment of a resource group."""

    kind = "a deployment"
    types = ("Microsoft.Resources", "deployments")
    placeholders = ("deployment",)


class InterfaceId(ResourceId):
    """A network interface."""

    kind = "a network interface"
    types = ("Microsoft.Network", "networkInterfaces")
    placeholders = ("network interface",)
