"""Host names of Azure Data Explorer clusters in every cloud, and their private DNS zones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

DOMAINS = (
    "kusto.windows.net",
    "kusto.usgovcloudapi.net",
    "kusto.chinacloudapi.cn",
    "kusto.core.eaglex.ic.gov",
    "kusto.core.microsoft.scloud",
    "kusto.sovcloud-api.fr",
    "kusto.sovcloud-api.de",
    "kusto.sovcloud-api.sg",
)
"""The domains of clusters in each cloud (Azure/azure-kusto-python, wellKnownKustoEndpoints.json)."""

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(
    rf"(?P<label>{_LABEL})\.(?P<region>[a-z0-9]{{1,63}})\.(?P<domain>{'|'.join(map(re.escape, DOMAINS))})"
)
_PRIVATE = "privatelink."


@dataclass(frozen=True)
class KustoHost:
    """A cluster's host name, `{label}.{region}.{domain}`."""

    label: str
    region: str
    domain: str

    @classmethod
    def parse(cls, host: str) -> Self | None:
        """Parse a host name in lower case; None for a name outside of Azure Data Explorer."""
        match = _HOST.fullmatch(host)
        return cls(match["label"], match["region"], match["domain"]) if match else None

    @property
    def zone(self) -> str:
        """
        The private DNS zone of the host, `privatelink.{region}.{domain}`.

        Source: MicrosoftDocs, azure-docs, private-endpoint-dns.md. For China, the page names
        `privatelink.{region}.kusto.windows.cn`, which does not match the hosts there. Azure Government has no row.
        """
        return f"{_PRIVATE}{self.region}.{self.domain}"


def is_kusto_zone(zone: str) -> bool:
    """Return whether a private DNS zone is the zone of a region's clusters."""
    name = zone.lower()
    return name.startswith(_PRIVATE) and KustoHost.parse(f"x.{name.removeprefix(_PRIVATE)}") is not None
