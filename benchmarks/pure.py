"""Settings and topology, without an engine."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from adx_private_link.cli.check.stack_file import check_stack_files
from adx_private_link.facts.expected import expected_facts
from adx_private_link.facts.records import ConnectionFacts, EndpointFacts, Facts, ServiceFacts, Unreadable
from adx_private_link.naming import azure as names
from adx_private_link.naming.accesses import find_accesses
from adx_private_link.program import parse, plan
from adx_private_link.settings import Settings
from adx_private_link.topology.records import Topology

from .figures import Figure, median

Say = Callable[[str], None]

_OWNER = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"


def ten_thousand_endpoints(runs: int, say: Say) -> Iterator[Figure]:
    """50 clusters x 100 consumers x 2 roles: before the first update, and once all of it exists."""
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
    settings = parse(given)
    # The facts come from Azure: what takes their place here is not counted.
    facts = replace(expected_facts(settings), endpoints={})
    cases = {"": facts, ".existing": deployed(settings, facts, plan(settings, facts))}
    for case, known in cases.items():
        taken: list[float] = []
        for number in range(runs):
            say(f"10,000 endpoints{case}, {number + 1} of {runs}")
            started = time.perf_counter()
            planned = plan(parse(given), known)
            taken.append(time.perf_counter() - started)
            assert sum(len(each.endpoints) for each in planned.clusters.values()) == 10_000
        yield median(f"pure.10000_endpoints{case}", taken, "s")


def seven_megabytes(runs: int, say: Say) -> Iterator[Figure]:
    """`check` of one stack file with one cluster and 31,000 consumers, beside PyYAML's bare reading of it."""
    consumers = "".join(
        f"    consumer{n}:\n"
        "      subnet_id: /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
        f"Microsoft.Network/virtualNetworks/net{n}/subnets/clients\n"
        f"      dns:\n        resource_group: dns{n}\n"
        for n in range(31_000)
    )
    cluster = f"    adx:\n      id: {_OWNER}/providers/Microsoft.Kusto/clusters/adx\n"
    text = f"config:\n  adx-private-link:clusters:\n{cluster}  adx-private-link:consumers:\n{consumers}"
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "Pulumi.prod.yaml")
        file.write_text(text)
        Path(name, "Pulumi.yaml").write_text("name: adx-private-link\nruntime: python\n")
        checks: list[float] = []
        ratios: list[float] = []
        for number in range(runs):
            say(f"check of {len(text) / 1e6:.1f} MB, {number + 1} of {runs}")
            started = time.perf_counter()
            yaml.load(text, yaml.CSafeLoader)
            read = time.perf_counter()
            [found] = check_stack_files([file])
            checks.append(time.perf_counter() - read)
            ratios.append(checks[-1] / (read - started))
            assert not found.mistakes
    yield median("pure.check_7_megabytes", checks, "s")
    yield median("pure.check_7_megabytes.by_pyyaml", ratios, "x of the time to read it by PyYAML")


def deployed(settings: Settings, facts: Facts, planned: Topology) -> Facts:
    """The facts of an Azure in which a topology is deployed, with every connection approved."""
    connections: dict[str, list[ConnectionFacts]] = {}
    endpoints: dict[str, EndpointFacts | Unreadable] = {}
    for access in find_accesses(settings, facts.hand_overs):
        assert access.service is not None
        name = f"{access.endpoint.name}.guid"
        listed = ConnectionFacts(name, access.endpoint, "Approved")
        connections.setdefault(access.service.key, []).append(listed)
        endpoints[access.endpoint.key] = EndpointFacts("Approved", settings.consumers[access.consumer].subnet_id)
    services: dict[str, ServiceFacts | Unreadable] = {}
    for key, cluster in planned.clusters.items():
        for target, node in cluster.services.items():
            id = names.service_id(settings, key, target)
            services[id.key] = ServiceFacts(
                id=id,
                location=node.place.location,
                frontend_id=node.frontend_id,
                nat_subnet_id=node.nat_subnet_id,
                nat_addresses=node.nat_addresses,
                connections=tuple(connections[id.key]),
            )
    return replace(facts, services=services, endpoints=endpoints)
