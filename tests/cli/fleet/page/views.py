"""Views of fleets to draw."""

from __future__ import annotations

from typing import Any

from adx_private_link.cli.fleet.outcomes import Outcome
from adx_private_link.cli.fleet.page.view import Finding, FleetView, StackView
from adx_private_link.outputs import ClusterOutput

ENDPOINTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/Microsoft.Network/privateEndpoints"
)


def cluster(key: str, number: int, *consumers: str, connection: str = "Approved") -> ClusterOutput:
    """A native cluster, with an endpoint of each consumer."""
    domain = "westeurope.kusto.windows.net"
    endpoints: dict[str, Any] = {
        consumer: {
            "cluster": {
                "id": f"{ENDPOINTS}/pe-{key}-{consumer}",
                "connection_state": connection,
                "hosts": {
                    f"store{key}.blob.core.windows.net": [f"10.{number // 250}.{number % 250}.{index * 8 + 6}"],
                    f"ingest-{key}.{domain}": [f"10.{number // 250}.{number % 250}.{index * 8 + 5}"],
                    f"{key}.{domain}": [f"10.{number // 250}.{number % 250}.{index * 8 + 4}"],
                },
            }
        }
        for index, consumer in enumerate(consumers)
    }
    return ClusterOutput.model_validate({"services": {}, "endpoints": endpoints})


def stack(number: int, clusters: int = 2, outcome: Outcome = "unchanged", *findings: Finding) -> StackView:
    """A stack of native clusters; the second one has two consumers."""
    keys = [f"adx{number * 100 + index}" for index in range(clusters)]
    return StackView(
        name=f"westeurope-{number}",
        labels={"region": "westeurope"},
        outcome=outcome,
        clusters={
            key: cluster(key, number * clusters + index, *("analytics", "finance")[: 1 + index % 2])
            for index, key in enumerate(keys)
        },
        public_access=dict.fromkeys(keys[:1], "closed"),
        findings=findings,
    )


def fleet(*stacks: StackView) -> FleetView:
    return FleetView("Private access to the fleet", "As of 1 December 2026, 02:00 UTC.", stacks)
