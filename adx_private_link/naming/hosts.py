"""Host names: the names by which clients know a cluster, and the records that they need."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ..kusto_hosts import STORAGE_SERVICES, storage_zone
from ..settings import HandedRecord, HostRole, Role

_LEGACY_PREFIX: dict[Role, str] = {"engine": "private-", "ingestion": "ingest-private-"}
"""
Of the names that an injected cluster has inside its own network (MicrosoftDocs, dataexplorer-docs,
security-network-migrate-vnet-to-private-endpoint.md).
"""


def host_of(uri: str) -> str:
    """Return the host of a URI, such as `https://myadx.westus.kusto.windows.net`."""
    return urlsplit(uri).hostname or uri


def default_zone(host: str) -> str:
    """Return `privatelink.westus.kusto.windows.net` for `myadx.westus.kusto.windows.net`."""
    return f"privatelink.{host.partition('.')[2]}"


KUSTO = "kusto"
"""What the zone of a cluster's own host names is called among the zones of a native cluster."""


def native_zones(kusto_zone: str, engine_host: str) -> Mapping[str, str]:
    """
    Return the private DNS zones of a native cluster's names, by what is in them: `kusto`, `blob`, `queue`, `table`.

    Without the names of its storage accounts, queued ingestion fails (MicrosoftDocs, dataexplorer-docs,
    security-network-private-endpoint-create.md; Azure/azure-kusto-spark#390).
    """
    return {KUSTO: kusto_zone, **{service: storage_zone(engine_host, service) for service in STORAGE_SERVICES}}


_ROLES_OF_MEMBERS: dict[str, HostRole] = {"engine": "engine", "datamanagement": "ingestion"}
"""
Of the members of a cluster's private link resource, in lower case; the others are `blob-`, `queue-` or `table-` and the
name of a storage account (Azure/azure-powershell, src/Kusto, recordings of privateLinkResources).
"""


def role_of_member(member: str) -> HostRole:
    """Return what the host name of a member of a native cluster is for."""
    return _ROLES_OF_MEMBERS.get(member.lower(), "storage")


def zone_of_member(member: str, zones: Mapping[str, str]) -> str:
    """Return the private DNS zone of a member's host name, of a native cluster's zones (`native_zones`)."""
    return zones.get(member.partition("-")[0].lower(), zones[KUSTO])


def record_of(host: str) -> str:
    """Return the name of a host's record in its zone: the first label."""
    return host.partition(".")[0]


def records_of(role: Role, host: str, *, legacy_names: bool) -> tuple[HandedRecord, ...]:
    """Return the host names of a role, each with the record that it needs in the zone."""
    hosts = (host, _legacy_host(role, host)) if legacy_names else (host,)
    return tuple(HandedRecord(host=name, name=record_of(name)) for name in hosts)


def is_legacy(host: str) -> bool:
    """Return whether a host name is one of those that only injected networks have."""
    return host.startswith(tuple(_LEGACY_PREFIX.values()))


def _legacy_host(role: Role, host: str) -> str:
    label, _, domain = host.partition(".")
    # The cluster's own name can begin with `ingest-`.
    name = label.removeprefix("ingest-") if role == "ingestion" else label
    return f"{_LEGACY_PREFIX[role]}{name}.{domain}"
