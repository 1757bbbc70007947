"""Access from and to a cluster beside its private endpoints: the desired state, which `lock-down` applies."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from ..resource_ids import SUBSCRIPTION_ID
from .section import Section
from .value_types import Matching, Once

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_range_or_tag = Matching(
    rf"{_OCTET}(\.{_OCTET}){{3}}(/(3[0-2]|[12]?[0-9]))?|[A-Za-z][A-Za-z0-9]{{0,63}}(\.[A-Za-z0-9]{{1,63}})?",
    "an IPv4 address, an IPv4 range or a service tag",
    "write an address such as 20.1.2.3, a range such as 20.1.2.0/24, or a service tag such as PowerBI or "
    "Storage.WestUS; Azure takes no IPv6",
)


def _whole_range(text: str) -> str:
    if "/" in text and (whole := str(IPv4Network(text, strict=False))) != text:
        raise PydanticCustomError("range", "begins within its range", {"remedy": f"write {whole}"})
    return text


RangeOrTag = Annotated[str, _range_or_tag, AfterValidator(_whole_range)]
"""An entry of `allowedIpRangeList` (MicrosoftDocs, dataexplorer-docs, security-network-restrict-public-access.md)."""

DestinationName = Annotated[
    str,
    StringConstraints(to_lower=True, max_length=253),
    Matching(
        r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){1,33}",
        "a full host name",
        "write it without `https://` and without a path, such as myaccount.blob.core.windows.net",
    ),
]

TenantId = Annotated[
    str,
    StringConstraints(to_lower=True),
    Matching(
        SUBSCRIPTION_ID,
        "a tenant id",
        "write a GUID such as 11111111-1111-1111-1111-111111111111 (`az account show --query tenantId`)",
    ),
]

CalloutType = Literal[
    "kusto",
    "sql",
    "cosmosdb",
    "external_data",
    "azure_digital_twins",
    "sandbox_artifacts",
    "webapi",
    "mysql",
    "postgresql",
    "genevametrics",
    "azure_openai",
]
"""The types of callouts (Azure/azure-rest-api-specs, azure-kusto 2024-04-13, `CalloutType`)."""


class Callout(Section):
    """Destinations of one type that a cluster may call: a callout policy that allows them."""

    type: CalloutType = Field(description="The type of the callout, such as `sql`, `external_data` or `webapi`.")
    uri_regex: str = Field(
        min_length=1,
        max_length=1000,
        description="A regular expression for the URIs, such as `myserver\\.database\\.windows\\.net/?$`.",
    )


class AllowedFqdns(Section):
    """Outbound access to some hosts only."""

    fqdns: Annotated[list[DestinationName], Once] = Field(
        max_length=1000,
        description="Hosts that the cluster may connect to; `[]` for none. They do not cover `webapi` callouts.",
    )


class AllowedCallouts(Section):
    """Outbound access by some callouts only."""

    callouts: list[Callout] = Field(
        min_length=1, max_length=1000, description="Callouts that the cluster may make, each with a type and a URI."
    )


def _kind_of_public_access(value: Any) -> str:
    return "ranges" if isinstance(value, list | tuple) else "word"


def _kind_of_outbound(value: Any) -> str:
    if isinstance(value, AllowedCallouts) or (isinstance(value, dict) and "callouts" in value):
        return "callouts"
    return "fqdns" if isinstance(value, dict | AllowedFqdns) else "word"


PublicAccess = Annotated[
    Annotated[Literal["open", "closed"], Tag("word")]
    | Annotated[list[RangeOrTag], Field(min_length=1, max_length=1000), Once, Tag("ranges")],
    Discriminator(_kind_of_public_access),
]
"""Who reaches a cluster at its public address."""

Outbound = Annotated[
    Annotated[Literal["open"], Tag("word")]
    | Annotated[AllowedFqdns, Tag("fqdns")]
    | Annotated[AllowedCallouts, Tag("callouts")],
    Discriminator(_kind_of_outbound),
]
"""
What a cluster connects to: a list of hosts or of callouts, never both (MicrosoftDocs, dataexplorer-docs,
security-network-restrict-outbound-access.md).
"""

TrustedTenants = Annotated[
    Annotated[Literal["own", "all"], Tag("word")]
    | Annotated[list[TenantId], Field(min_length=1, max_length=1000), Once, Tag("tenants")],
    Discriminator(lambda value: "tenants" if isinstance(value, list | tuple) else "word"),
]
"""The tenants whose users may use a cluster, if they have a role in it."""

AccessSetting = Literal["trusted_tenants", "outbound", "public_access"]
ACCESS_SETTINGS: tuple[AccessSetting, ...] = ("trusted_tenants", "outbound", "public_access")
"""In the order in which they are applied: public access last, because a mistake there needs Azure's API to undo."""
