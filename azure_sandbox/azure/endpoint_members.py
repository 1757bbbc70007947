"""Members of a private endpoint's target: each has an address of its own, and the host names behind it."""

from __future__ import annotations

from dataclasses import dataclass

from .bodies import Json, properties

MANUAL = "manualPrivateLinkServiceConnections"
AUTOMATIC = "privateLinkServiceConnections"
CLUSTER_GROUP = "cluster"
"""The group id of a Kusto cluster, the only one that it has."""


@dataclass(frozen=True)
class Member:
    """A part of a target that an endpoint has an address for; without a name on a private link service."""

    name: str = ""
    fqdns: tuple[str, ...] = ()

    def describe(self, group: str) -> Json:
        """The `privateLinkConnectionProperties` of the address on the endpoint's network interface."""
        return {"groupId": group, "requiredMemberName": self.name, "fqdns": list(self.fqdns)}


def recommended_zone(fqdn: str, group: str) -> str:
    """
    The private DNS zone that Azure recommends for a host name of a group id.

    `data.blob.core.windows.net` belongs to `privatelink.blob.core.windows.net`, and the website
    `data.z22.web.core.windows.net` to `privatelink.web.core.windows.net`. The group id of a cluster or a namespace is
    not in the name: `adx1.westus.kusto.windows.net` belongs to `privatelink.westus.kusto.windows.net`.
    """
    service = group.removesuffix("_secondary")
    _, separator, suffix = fqdn.partition(f".{service}.")
    return f"privatelink.{service}.{suffix}" if separator else f"privatelink.{fqdn.partition('.')[2]}"


def group_of(connection: Json) -> str:
    """The group id of an endpoint's connection; empty if the target is a private link service."""
    return next(iter(properties(connection).get("groupIds", [])), "")
