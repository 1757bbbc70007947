"""The types of the settings: names and keys as Azure accepts them, each with an error that says what to write."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ..plain_text import escaped_line
from ..resource_ids import SUBSCRIPTION_ID, LoadBalancerId, in_any_case

Role = Literal["engine", "ingestion"]
"""What a host name of a cluster is for: queries go to the engine, ingestion to its data management service."""

ROLES: tuple[Role, ...] = ("engine", "ingestion")

HostRole = Literal["engine", "ingestion", "storage"]
"""What a host name is for; those of a native cluster's storage accounts are for the data that is ingested."""

ClusterKind = Literal["injected", "native"]
"""Of a cluster: injected in a virtual network, with load balancers there, or native, with an address of its own."""

Target = Literal["engine", "ingestion", "cluster"]
"""
What a private endpoint connects to: the private link service of an injected cluster's engine, that of its ingestion, or
a native cluster itself.
"""

PublishedTargets = Literal["services", "both", "cluster"]
PublishedNames = Literal["private", "public"]
"""Which targets of a cluster that is or was injected this stack has endpoints for."""

TARGETS: tuple[Target, ...] = ("engine", "ingestion", "cluster")
"""In the order in which they are always named."""

_Value = TypeVar("_Value")


class _Once:
    """A list in which no item is repeated."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "uniqueItems": True}

    @staticmethod
    def _check(items: list[_Value]) -> list[_Value]:
        twice = sorted(str(item) for item, times in Counter(items).items() if times > 1)
        if twice:
            raise PydanticCustomError("once", "names {twice} twice", {"twice": twice[0], "remedy": "write it once"})
        return items


Once = _Once()


class Matching:
    """
    A check of a string, with an error that says what to write instead of showing the pattern.

    Editors get the pattern, too (`adx-private-link schema`): it is one that JavaScript reads in the same way.
    """

    def __init__(self, pattern: str, what: str, remedy: str) -> None:
        self.pattern = pattern
        self.what = what
        self.remedy = remedy
        self._compiled = re.compile(pattern)

    def check(self, text: str) -> str:
        if not self._compiled.fullmatch(text):
            raise PydanticCustomError("name", "is not {what}", {"what": self.what, "remedy": self.remedy})
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            **handler(schema),
            "pattern": f"^(?:{self.pattern})$",
            "patternErrorMessage": f"Not {self.what}: {self.remedy}",
        }


_resource_name = Matching(
    r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?",
    "a name that Azure accepts",
    "write 1 to 80 letters, digits, `.`, `-` or `_`, with a letter or digit first and no `.` or `-` last",
)


def _load_balancer(value: object) -> LoadBalancerId | str:
    """A name or an id. A slash says which one is meant, so an error is about that one only."""
    if isinstance(value, LoadBalancerId):
        return value
    return LoadBalancerId.parse(value) if not isinstance(value, str) or "/" in value else _resource_name.check(value)


Roles = Annotated[list[Role], Field(min_length=1), Once]

SubscriptionId = Annotated[
    str,
    StringConstraints(to_lower=True),
    Matching(
        SUBSCRIPTION_ID,
        "a subscription id",
        "write a GUID such as 11111111-1111-1111-1111-111111111111 (`az account show --query id`)",
    ),
]
_group_name = Matching(
    # Everything in ASCII but letters, digits and `_.()-` is left out; other scripts are checked below. `\p{L}` would
    # say it all, but not every reader of JSON Schema knows it.
    r"[^\x00-\x27\x2a-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x9f]{0,89}"
    r"[^\x00-\x27\x2a-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x9f]",
    "the name of a resource group",
    "write 1 to 90 letters (of any script), digits, `-`, `_`, `.`, `(` or `)`, without a `.` at the end",
)


def _in_letters(name: str) -> str:
    """A resource group may be called `Instruktører` or `データ`, but not `①` (Azure/azure-rest-api-specs#13136)."""
    if any(unicodedata.category(letter) not in _LETTERS for letter in name if not letter.isascii()):
        raise PydanticCustomError("name", "is not {what}", {"what": _group_name.what, "remedy": _group_name.remedy})
    return name


_LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Pc"}
r"""What `\w` means to Azure (.NET), in categories of Unicode."""

ResourceGroupName = Annotated[str, _group_name, AfterValidator(_in_letters)]
ResourceName = Annotated[str, _resource_name]
"""Private link services, network interfaces, virtual network links (MicrosoftDocs, resource-name-rules.md)."""

EndpointName = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9_]",
        "the name of a private endpoint",
        "write 2 to 64 letters, digits, `.`, `-` or `_`, with a letter or digit first and no `.` or `-` last",
    ),
]
"""
Private endpoints: 2 to 64 characters (resource-name-rules.md). Up to 80 pass here, as in azurerm's `validate/
private_link_name.go`: an endpoint with a longer name may exist, and only a new one is rejected (`topology`).
"""

LoadBalancer = Annotated[
    LoadBalancerId | str, PlainValidator(_load_balancer, json_schema_input_type=ResourceName | LoadBalancerId)
]

_RESERVED_ZONES = {
    "azclient.ms",
    "azure-api.net",
    "azure.com",
    "cloudapp.net",
    "core.windows.net",
    "microsoft.com",
    "msidentity.com",
    "trafficmanager.net",
    "windows.net",
}
"""Azure's own domains (MicrosoftDocs/azure-docs, articles/dns/private-dns-privatednszone.md; #102958)."""


def _not_reserved(zone: str) -> str:
    if zone in _RESERVED_ZONES:
        raise PydanticCustomError(
            "zone",
            "is a domain of Azure itself, which it takes for no private DNS zone",
            {"remedy": "write a domain below it"},
        )
    return zone


ZoneName = Annotated[
    str,
    StringConstraints(to_lower=True, max_length=253),
    Matching(
        r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){1,33}",
        "the name of a DNS zone",
        "write 2 to 34 labels, such as privatelink.westus.kusto.windows.net",
    ),
    AfterValidator(_not_reserved),
]

Address = Annotated[
    str,
    Matching(
        r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}",
        "an IPv4 address",
        "write an address of the subnet, such as 10.1.0.10",
    ),
]

HostName = Annotated[
    str,
    StringConstraints(to_lower=True, max_length=253),
    Matching(
        # So that `ingest-private-` fits before it, see `legacy_names`.
        r"[A-Za-z0-9-]{1,48}(\.[A-Za-z0-9-]{1,63}){2,32}",
        "the host name of a cluster",
        "write what its URI says, without `https://`: myadx.westus.kusto.windows.net",
    ),
]

Location = Annotated[
    str,
    Matching(r"[A-Za-z0-9][A-Za-z0-9 ]{0,63}", "a region", "write its name, such as westus"),
    AfterValidator(lambda region: region.replace(" ", "").lower()),
]
"""A region; `West US` and `westus` are one."""

ServiceAliasText = Annotated[
    str,
    Matching(
        rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,79}}\.{SUBSCRIPTION_ID}\.[A-Za-z0-9]{{1,63}}\."
        rf"{in_any_case('azure')}\.{in_any_case('privatelinkservice')}",
        "the alias of a private link service",
        "write what Azure calls it, {name}.{GUID}.{region}.azure.privatelinkservice",
    ),
]


def _plain_text(text: str) -> str:
    if escaped_line(text) != text:
        raise PydanticCustomError(
            "plain_text",
            "has control characters in it",
            {"remedy": "write letters, digits and punctuation on one line"},
        )
    return text


PlainText = Annotated[str, AfterValidator(_plain_text)]
"""Text from outside that is shown to people: on one line, without control characters."""
