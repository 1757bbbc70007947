"""Host names: the names by which clients know a cluster, and the records that they need."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..settings import HandedRecord, Role

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
