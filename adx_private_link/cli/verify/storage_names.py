"""The check that a native cluster's storage names are complete: queued ingestion needs those of each service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...kusto_hosts import STORAGE_SERVICES
from ..dns.names import NATIVE, STORAGE, PublishedHost
from .findings import Check, Fault, VerifiedHost


def find_missing_storage_names(names: Sequence[PublishedHost]) -> Iterator[VerifiedHost]:
    """
    Find native clusters of which no storage account has all its names: blob, queue and table.

    Clients learn the accounts from the ingestion service and need all three services (Azure/azure-kusto-spark#390).
    """
    native = sorted((name for name in names if name.target == NATIVE), key=lambda name: name.cluster)
    for cluster, hosts in groupby(native, lambda name: name.cluster):
        if missing := _find_missing([host for host in hosts if host.is_storage]):
            fault = Fault(
                "missing-storage-names",
                f"the endpoint has no storage account with a name for {missing}: queued ingestion fails",
                "Run `pulumi up`, then read the outputs again: it reads the names from the endpoint's network "
                "interface. If they are still missing, compare with the endpoint's DNS configuration in the portal.",
            )
            yield VerifiedHost(cluster, NATIVE, STORAGE, None, (), [Check("dns", fault.says, fault)])


def _find_missing(storage: Sequence[PublishedHost]) -> str:
    """Return the services that the most complete account lacks; empty if it has all."""
    accounts = {host.record: set[str]() for host in storage} or {"": set[str]()}
    for host in storage:
        accounts[host.record].add(host.domain.partition(".")[0])
    missing = ([service for service in STORAGE_SERVICES if service not in found] for found in accounts.values())
    return ", ".join(min(missing, key=len))
