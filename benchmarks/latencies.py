"""First updates with an Azure that is as slow as the real one, against the longest chain of one cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from azure_sandbox.azure import Trouble

from .figures import Figure
from .programs import library
from .progress import report_progress
from .stacks import Stack

_CLUSTERS = 20
_ENDPOINT, _SERVICE, _APPROVAL, _ZONE = 40.0, 20.0, 30.0, 30.0
"""Seconds, as recorded."""
_SECONDS = {
    "PUT */privateEndpoints/*": _ENDPOINT,
    "PUT */privateLinkServices/*": _SERVICE,
    "PUT */deployments/*": _APPROVAL,
    "PUT */privateDnsZones/privatelink.westus.kusto.windows.net": _ZONE,
    "PUT */virtualNetworkLinks/*": _ZONE,
}
_CHAINS = {
    "a service, its endpoint, the approval, a record": _SERVICE + _ENDPOINT + _APPROVAL,
    "a zone, its link": _ZONE + _ZONE,
}
"""What waits for one another in the graph of one cluster; a record takes no time here."""


def measure_latencies() -> Iterator[Figure]:
    """One cluster, and several of them with Pulumi's own parallelism and with more."""
    yield Figure("slow_azure.longest_chain", max(_CHAINS.values()), "s")
    with tempfile.TemporaryDirectory() as directory:
        alone = Stack(Path(directory), library(), 1)
        yield Figure("slow_azure.1_cluster.first_up", _first_up(alone), "s")
        stack = Stack(Path(directory), library(), _CLUSTERS)
        for parallel in (None, 64):
            name = f"slow_azure.{_CLUSTERS}_clusters.parallel_{parallel or 'default'}.first_up"
            yield Figure(name, _first_up(stack, parallel), "s")


def _first_up(stack: Stack, parallel: int | None = None) -> float:
    report_progress(f"a slow Azure, {stack.clusters} clusters, parallel {parallel or 'by default'}")
    stack.start_over()
    for on, seconds in _SECONDS.items():
        stack.home.azure.add_trouble(Trouble(kind="slow", on=on, seconds=seconds, times=None))
    return stack.up(*(["--parallel", str(parallel)] if parallel else [])).wall
