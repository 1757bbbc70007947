"""
A static address is assigned before the dynamic ones of its subnet.

Azure assigns the lowest free address to an endpoint that wants a dynamic one. Created in parallel, the stack's dynamic
endpoints took the static address of another endpoint in a quarter of all first deployments, and then kept it: every
later update failed (azurerm#17370, #13061).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import OWNER, cluster, consumer, network_id
from tests.samples.smallest import small_with_cluster, small_with_consumer

from .programs import Configure, program, stack_settings
from .registration import RUNS, Graph, run_as

ENGINE, INGESTION = "PrivateEndpoint myadx.analytics.engine", "PrivateEndpoint myadx.analytics.ingestion"
NAT = f"{network_id('myadx', OWNER, 'adx')}/subnets/adx"


def make_static_endpoints(address: str, *places: tuple[str, str]) -> dict[str, Any]:
    """Settings of static addresses, by cluster and role."""
    endpoints: dict[str, Any] = {}
    for number, (key, role) in enumerate(places):
        endpoints.setdefault(key, {})[role] = {"address": f"{address}{number}"}
    return {"endpoints": endpoints}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(("first", "second"), [(ENGINE, INGESTION), (INGESTION, ENGINE)])
def test_a_dynamic_endpoint_waits_for_the_consumers_static_one(run: str, first: str, second: str) -> None:
    graph = run_as(
        run,
        program(settings=small_with_consumer(**make_static_endpoints("10.3.0.1", ("myadx", first.rpartition(".")[2])))),
    )
    assert first in graph[second].dependencies
    assert second not in graph[first].dependencies
    assert first not in graph[second].dependencies_of("manualPrivateLinkServiceConnections")


def make_two_clusters() -> dict[str, Any]:
    """Two clusters of one consumer, each with a static endpoint and a dynamic one."""
    endpoints = make_static_endpoints("10.3.0.1", ("a", "engine"), ("b", "ingestion"))
    return stack_settings(
        clusters={"a": cluster("myadx"), "b": cluster("other")},
        consumers={"analytics": consumer("analytics", **endpoints)},
    )


@pytest.mark.parametrize("run", RUNS)
def test_a_dynamic_endpoint_waits_for_the_static_ones_of_all_clusters(configured: Configure, run: str) -> None:
    """The cluster that is registered first waits for the second one as well."""
    graph = run_as(run, configured(make_two_clusters()))
    fixed = {"PrivateEndpoint a.analytics.engine", "PrivateEndpoint b.analytics.ingestion"}
    for dynamic in ("PrivateEndpoint a.analytics.ingestion", "PrivateEndpoint b.analytics.engine"):
        assert fixed <= graph[dynamic].dependencies
    assert not any(fixed & graph[label].dependencies for label in fixed)


@pytest.mark.parametrize("run", RUNS)
def test_a_dynamic_nat_address_waits_for_the_static_one(run: str) -> None:
    """A service waits only for services, because endpoints wait for their service already."""
    services = {"ingestion": {"nat_addresses": ["10.1.0.10"]}}
    settings = {**small_with_cluster(services=services), "consumers": small_with_consumer(subnet_id=NAT)["consumers"]}
    graph = run_as(run, program(settings=settings))
    assert graph["PrivateLinkService myadx.engine"].dependencies == {"PrivateLinkService myadx.ingestion"}
    assert graph["PrivateLinkService myadx.ingestion"].dependencies == set()
    assert "PrivateLinkService myadx.ingestion" in graph[ENGINE].dependencies


def test_an_endpoint_in_another_subnet_does_not_wait(configured: Configure) -> None:
    red, blue = (
        consumer("red", clusters=["a"], **make_static_endpoints("10.3.0.1", ("a", "engine"))),
        consumer("blue", clusters=["a"]),
    )
    graph: Graph = run_as(
        "update", configured(stack_settings(clusters={"a": cluster("myadx")}, consumers={"red": red, "blue": blue}))
    )
    assert graph["PrivateEndpoint a.blue.engine"].dependencies == {"PrivateLinkService a.engine"}
