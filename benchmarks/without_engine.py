"""Settings and topology, measured without an engine."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import yaml

from adx_private_link.cli.check.stack_file import check_stack_files
from adx_private_link.facts.expected import expected_facts
from adx_private_link.facts.records import ConnectionFacts, EndpointFacts, Facts, ServiceFacts, Unreadable
from adx_private_link.facts.targets import find_targets
from adx_private_link.naming import azure as names
from adx_private_link.naming.accesses import find_accesses
from adx_private_link.program import parse, plan
from adx_private_link.settings import Settings
from adx_private_link.topology.records import Topology

from .figures import Figure, median
from .progress import report_progress

_OWNER = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"


def measure_planning(runs: int) -> Iterator[Figure]:
    """Planning of 10,000 and 100,000 endpoints, each in a process of its own, whose memory says what it takes."""
    context = multiprocessing.get_context("spawn")
    for clusters in (50, 500):
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            yield from pool.submit(_planning, clusters, runs).result()


def _planning(clusters: int, runs: int) -> list[Figure]:
    """Planning of clusters x 100 consumers x 2 roles: before the first update, and when everything exists."""
    values = {
        "clusters": {
            f"adx{n:03}": {"id": f"{_OWNER}/providers/Microsoft.Kusto/clusters/adx{n:03}"} for n in range(clusters)
        },
        "consumers": {
            f"consumer{n:03}": {
                "subnet_id": f"/subscriptions/22222222-2222-2222-2222-{n:012}/resourceGroups/g/providers/"
                "Microsoft.Network/virtualNetworks/net/subnets/clients",
                "dns": {"resource_group": "g"},
            }
            for n in range(100)
        },
    }
    settings = parse(values)
    # The facts would come from Azure, so their construction here is not measured.
    facts = replace(expected_facts(settings), endpoints={})
    cases = {"": facts, ".existing": deployed(settings, facts, plan(settings, facts))}
    endpoints = clusters * 200
    figures: list[Figure] = []
    for case, case_facts in cases.items():
        times: list[float] = []
        for number in range(runs):
            report_progress(f"{endpoints:,} endpoints{case}, {number + 1} of {runs}")
            started = time.perf_counter()
            planned = plan(parse(values), case_facts)
            times.append(time.perf_counter() - started)
            assert sum(len(cluster.endpoints) for cluster in planned.clusters.values()) == endpoints
        figures.append(median(f"pure.{endpoints}_endpoints{case}", times, "s"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*figures, Figure(f"pure.{endpoints}_endpoints.memory", memory, "MB, with the facts and two plans")]


def measure_check(runs: int) -> Iterator[Figure]:
    """`check` of a stack file of 7 MB with one cluster and 31,000 consumers, and its ratio to PyYAML alone."""
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
            report_progress(f"check of {len(text) / 1e6:.1f} MB, {number + 1} of {runs}")
            started = time.perf_counter()
            yaml.load(text, yaml.CSafeLoader)
            read = time.perf_counter()
            [result] = check_stack_files([file])
            checks.append(time.perf_counter() - read)
            ratios.append(checks[-1] / (read - started))
            assert not result.mistakes
    yield median("pure.check_7_megabytes", checks, "s")
    yield median("pure.check_7_megabytes.by_pyyaml", ratios, "x of the time to read it by PyYAML")


def deployed(settings: Settings, facts: Facts, planned: Topology) -> Facts:
    """The facts when a topology is deployed and all its connections are approved."""
    connections: dict[str, list[ConnectionFacts]] = {}
    endpoints: dict[str, EndpointFacts | Unreadable] = {}
    targets = find_targets(settings, facts.clusters, facts.hand_overs, frozenset())
    for access in find_accesses(settings, targets):
        assert access.target_id is not None
        name = f"{access.endpoint.name}.guid"
        connection = ConnectionFacts(name, access.endpoint, "Approved")
        connections.setdefault(access.target_id.key, []).append(connection)
        endpoints[access.endpoint.key] = EndpointFacts("Approved", settings.consumers[access.consumer].subnet_id)
    services: dict[str, ServiceFacts | Unreadable] = {}
    for key, cluster in planned.clusters.items():
        for node in cluster.services.values():
            id = names.service_id(settings, key, node.target)
            services[id.key] = ServiceFacts(
                id=id,
                location=node.place.location,
                frontend_id=node.frontend_id,
                nat_subnet_id=node.nat_subnet_id,
                nat_addresses=node.nat_addresses,
                connections=tuple(connections[id.key]),
            )
    return replace(facts, services=services, endpoints=endpoints)
