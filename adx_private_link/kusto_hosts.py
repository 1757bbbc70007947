"""Host names of Azure Data Explorer clusters and of their storage accounts in every cloud, and their private zones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self, cast

StorageService = Literal["blob", "queue", "table"]
STORAGE_SERVICES: tuple[StorageService, ...] = ("blob", "queue", "table")
"""The services of a cluster's storage accounts, through which data is ingested."""

PUBLIC_DOMAIN = "kusto.windows.net"
DOMAINS = (
    PUBLIC_DOMAIN,
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

    @property
    def storage_domain(self) -> str:
        """The domain of storage accounts in its cloud."""
        return _STORAGE_DOMAINS.get(self.domain, _PUBLIC_STORAGE_DOMAIN)


def possible_names(hosts: Iterable[tuple[str, KustoHost]]) -> set[str]:
    """
    Return the names of the clusters that may have all of these hosts, each with its role.

    The hosts of cluster `one` are `one` and `private-one`, for ingestion with `ingest-` before them. The host of a
    cluster is its name (MicrosoftDocs, dataexplorer-docs, create-cluster-and-database.md).
    """
    clusters: list[set[tuple[str, str]]] = []
    for role, host in hosts:
        label = host.label.removeprefix("ingest-") if role == "ingestion" else host.label
        clusters.append({(label, host.domain), (label.removeprefix("private-"), host.domain)})
    return {label for label, _ in set[tuple[str, str]].intersection(*clusters)}


_STORAGE_DOMAINS = {
    "kusto.usgovcloudapi.net": "core.usgovcloudapi.net",
    "kusto.chinacloudapi.cn": "core.chinacloudapi.cn",
    "kusto.core.eaglex.ic.gov": "core.eaglex.ic.gov",
    "kusto.core.microsoft.scloud": "core.microsoft.scloud",
    "kusto.sovcloud-api.fr": "core.sovcloud-api.fr",
    "kusto.sovcloud-api.de": "core.sovcloud-api.de",
    "kusto.sovcloud-api.sg": "core.sovcloud-api.sg",
}
"""
The domains of storage accounts in clouds other than the public one, by the domain of clusters.

Source: MicrosoftDocs, azure-docs, private-endpoint-dns.md, for Azure Government and China; the others follow the form.
"""
_PUBLIC_STORAGE_DOMAIN = "core.windows.net"


def storage_zone(host: str, service: StorageService) -> str:
    """Return the private DNS zone of a service of a cluster's storage accounts, by a host name of the cluster."""
    kusto_host = KustoHost.parse(host)
    return f"{_PRIVATE}{service}.{kusto_host.storage_domain if kusto_host else _PUBLIC_STORAGE_DOMAIN}"


_STORAGE_HOST = re.compile(
    rf"(?P<account>[a-z0-9]{{3,24}})\.(?P<service>{'|'.join(STORAGE_SERVICES)})\."
    rf"(?P<domain>{'|'.join(map(re.escape, (_PUBLIC_STORAGE_DOMAIN, *_STORAGE_DOMAINS.values())))})"
)


@dataclass(frozen=True)
class StorageHost:
    """A host name of a storage account, `{account}.{service}.{domain}`."""

    account: str
    service: StorageService
    domain: str

    @classmethod
    def parse(cls, host: str) -> Self | None:
        """Parse a host name in lower case; None for a name outside of Azure Storage, and for its other services."""
        match = _STORAGE_HOST.fullmatch(host)
        return cls(match["account"], cast("StorageService", match["service"]), match["domain"]) if match else None

    @property
    def name(self) -> str:
        """The host name."""
        return f"{self.account}.{self.service}.{self.domain}"

    @property
    def zone(self) -> str:
        """The private DNS zone of the host, which all storage accounts share."""
        return f"{_PRIVATE}{self.service}.{self.domain}"


def is_storage_zone(zone: str) -> bool:
    """Return whether a private DNS zone is one that storage accounts share, such as `privatelink.blob.…`."""
    return zone.lower().startswith(tuple(f"{_PRIVATE}{service}.core." for service in STORAGE_SERVICES))


def is_kusto_zone(zone: str) -> bool:
    """Return whether a private DNS zone is the zone of a region's clusters."""
    name = zone.lower()
    return name.startswith(_PRIVATE) and KustoHost.parse(f"x.{name.removeprefix(_PRIVATE)}") is not None
