"""Access from and to a cluster beside its private endpoints: the properties that decide it, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal, Self

AccessProperty = Literal[
    "trustedExternalTenants",
    "restrictOutboundNetworkAccess",
    "allowedFqdnList",
    "calloutPolicies",
    "allowedIpRangeList",
    "publicNetworkAccess",
]
"""The properties of a cluster that decide access, as Azure calls them."""

ALL_TENANTS = "*"
"""The entry of `trustedExternalTenants` that stands for all (MicrosoftDocs, dataexplorer-docs, cross-tenant access)."""

_DENY = ("1", "deny")
"""How a callout policy is read back that denies: as a number (Azure/azure-powershell, Update-AzKustoCluster)."""


@dataclass(frozen=True)
class CalloutPolicy:
    """A callout policy of a cluster: a type of callouts, their URIs, and whether they are allowed."""

    type: str
    uri_regex: str
    access: Literal["Allow", "Deny"] = "Allow"

    @classmethod
    def read(cls, id: str, uri_regex: str | None, access: object) -> Self:
        """
        Read a policy as Azure shows it.

        Type and access are shown as numbers, but the id is `{uri_regex}_{type}` (Azure/azure-powershell,
        src/Kusto/Kusto.Autorest/test/Update-AzKustoCluster.Recording.json).
        """
        pattern = uri_regex or ""
        is_denied = str(access).lower().removesuffix(".0") in _DENY
        return cls(id.removeprefix(f"{pattern}_"), pattern, "Deny" if is_denied else "Allow")

    def __str__(self) -> str:
        denied = " (denied)" if self.access == "Deny" else ""
        return f"{self.type} {self.uri_regex}{denied}"


AccessValue = str | tuple[str | CalloutPolicy, ...]
AccessState = Mapping[AccessProperty, AccessValue]
"""Values of these properties; of trusted tenants, their ids or `ALL_TENANTS`."""


def access_state(
    *,
    public_access: str | None,
    ranges: Iterable[str] | None,
    outbound: str | None,
    fqdns: Iterable[str] | None,
    callouts: Iterable[CalloutPolicy],
    tenants: Iterable[str],
) -> AccessState:
    """Return the state of a cluster, from its properties as Azure shows them: null is the default."""
    return {
        "trustedExternalTenants": tuple(tenants),
        "restrictOutboundNetworkAccess": outbound or "Disabled",
        "allowedFqdnList": tuple(fqdns or ()),
        "calloutPolicies": tuple(callouts),
        "allowedIpRangeList": tuple(ranges or ()),
        "publicNetworkAccess": public_access or "Enabled",
    }


def is_closed(state: AccessState) -> bool:
    """Return whether a cluster rejects everyone at its public address."""
    return same_value(state["publicNetworkAccess"], "Disabled")


def same_value(one: AccessValue, other: AccessValue) -> bool:
    """Return whether two values of a property mean the same: spelling and order do not matter to Azure."""
    return comparable(one) == comparable(other)


def comparable(value: AccessValue) -> frozenset[str]:
    """Return a value in a form that can be compared: the entries of a list, each in one spelling."""
    if isinstance(value, str):
        return frozenset([value.lower()])
    entries = frozenset(_comparable_entry(entry) for entry in value)
    return frozenset([ALL_TENANTS]) if ALL_TENANTS in entries else entries


def _comparable_entry(entry: str | CalloutPolicy) -> str:
    if isinstance(entry, CalloutPolicy):
        return f"{entry.access} {entry.type.lower()} {entry.uri_regex}"
    try:
        return str(IPv4Network(entry, strict=False))
    except ValueError:
        return entry.lower()


def in_words(value: AccessValue) -> str:
    """Return a value on one line."""
    return value if isinstance(value, str) else f"[{', '.join(map(str, value))}]"
