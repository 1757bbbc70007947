"""Settings and topology, without an engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from adx_private_link.expected_facts import expected_facts
from adx_private_link.settings import parse
from adx_private_link.topology import topology

from .figures import Figure, median

Say = Callable[[str], None]

_OWNER = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"


def ten_thousand_endpoints(runs: int, say: Say) -> Iterator[Figure]:
    """50 clusters x 100 consumers x 2 roles."""
    given = {
        "clusters": {f"adx{n:02}": {"id": f"{_OWNER}/providers/Microsoft.Kusto/clusters/adx{n:02}"} for n in range(50)},
        "consumers": {
            f"consumer{n:03}": {
                "subnet_id": f"/subscriptions/22222222-2222-2222-2222-{n:012}/resourceGroups/g/providers/"
                "Microsoft.Network/virtualNetworks/net/subnets/clients",
                "dns": {"resource_group": "g"},
            }
            for n in range(100)
        },
    }
    # The facts come from Azure: what takes their place here is not counted.
    facts = expected_facts(parse(given))
    taken: list[float] = []
    for number in range(runs):
        say(f"10,000 endpoints, {number + 1} of {runs}")
        started = time.perf_counter()
        planned = topology(parse(given), facts)
        taken.append(time.perf_counter() - started)
        assert sum(len(each.endpoints) for each in planned.clusters.values()) == 10_000
    yield median("pure.10000_endpoints", taken, "s")
