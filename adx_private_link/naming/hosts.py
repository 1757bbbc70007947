"""The names by which clients know a cluster, and the records that they need."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..settings import ClusterSettings, HandedRecord, Role

_LEGACY_PREFIX: dict[Role, str] = {"engine": "private-", "ingestion": "ingest-private-"}
"""Of the names that an injected cluster has inside its own network (MicrosoftDocs, dataexplorer-docs,
security-network-migrate-vnet-to-private-endpoint.md)."""


def host_of(uri: str) -> str:
    """`https://myadx.westus.kusto.windows.net` -> its host."""
    return urlsplit(uri).hostname or uri


def zone_name(given: str | None, host: str) -> str:
    """The zone that is given, or `privatelink.westus.kusto.windows.net` of `myadx.westus.kusto.windows.net`."""
    return given or f"privatelink.{host.partition('.')[2]}"


def records(given: ClusterSettings, role: Role, host: str) -> tuple[HandedRecord, ...]:
    """The records of a role, by its host name."""
    hosts = (host, *([_legacy_host(role, host)] if given.legacy_names else []))
    return tuple(HandedRecord(host=each, name=each.partition(".")[0]) for each in hosts)


def is_legacy(host: str) -> bool:
    """Whether it is a name of an injected network."""
    return host.startswith(tuple(_LEGACY_PREFIX.values()))


def _legacy_host(role: Role, host: str) -> str:
    label, _, domain = host.partition(".")
    # A cluster may be called `ingest-…` itself.
    name = label.removeprefix("ingest-") if role == "ingestion" else label
    return f"{_LEGACY_PREFIX[role]}{name}.{domain}"
