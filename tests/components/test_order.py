"""What waits for what, so that nothing is published before it works, and nothing is deleted under something else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import network_id

from .programs import (
    APPROVAL,
    ENDPOINT,
    HUB_LINK,
    LINK,
    RECORD,
    RECORDS,
    SERVICE,
    ZONE_RESOURCE,
    program,
    with_cluster,
    with_consumer,
)
from .registration import RUNS, Graph, must_deploy, run_as

_ADDRESS = {"endpoints": {"myadx": {"engine": {"address": "10.3.0.10"}}}}
_LOCKED = {**with_cluster(lock=True), "consumers": with_consumer(dns={"lock": True})["consumers"]}


@pytest.fixture(name="graph", scope="module", params=RUNS)
def _graph(request: pytest.FixtureRequest) -> Graph:
    return run_as(request.param, program())


def test_services_wait_for_nothing(graph: Graph) -> None:
    assert graph[SERVICE].dependencies == set()


def test_an_endpoint_waits_for_its_service(graph: Graph) -> None:
    """By the property: when the service is replaced, the engine replaces the endpoint before it."""
    assert graph[ENDPOINT].dependencies_of("manualPrivateLinkServiceConnections") == {SERVICE}
    assert graph[ENDPOINT].dependencies == {SERVICE}


def test_an_approval_waits_for_both(graph: Graph) -> None:
    assert graph[APPROVAL].dependencies == {SERVICE, ENDPOINT}


def test_a_record_waits_for_approval_and_address(graph: Graph) -> None:
    """The address by the property: the record of a replaced endpoint goes away first and comes back last."""
    assert ENDPOINT in graph[RECORD].dependencies_of("aRecords")
    assert graph[RECORD].dependencies == {APPROVAL, ENDPOINT, ZONE_RESOURCE}


def test_records_and_links_wait_for_the_zone_itself(graph: Graph) -> None:
    """Depending on the component would wait for its links, and those may wait for the records."""
    assert graph[RECORD].dependencies_of("privateZoneName") == {ZONE_RESOURCE}
    assert graph[LINK].dependencies_of("privateZoneName") == {ZONE_RESOURCE}
    assert graph[LINK].dependencies == {ZONE_RESOURCE}


def test_nothing_waits_for_a_component(graph: Graph) -> None:
    """Who depends on a half waits for all of its children: an approval that fails would hold up everything."""
    components = {each.label for each in graph.registered if each.type.startswith("adxPrivateLink:")}
    assert not [each.label for each in graph if components & each.dependencies]


def test_a_network_without_public_answers_is_linked_after_the_records() -> None:
    """Linked earlier, its clients would find nothing for a while."""
    links = {"own": {}, "strict": {"network_id": network_id("hub"), "resolution_policy": "Default"}}
    graph = must_deploy(program(given=with_consumer(dns={"links": links})))
    strict = graph[f"VirtualNetworkLink {HUB_LINK}"]
    assert strict.inputs["resolutionPolicy"] == "Default"
    assert strict.dependencies == {ZONE_RESOURCE, *RECORDS}
    assert graph[LINK].dependencies == {ZONE_RESOURCE}


@pytest.mark.parametrize("approval", ["auto", "resource_id"])
def test_without_an_approval_of_ones_own_a_record_waits_for_the_endpoint(approval: str) -> None:
    graph = must_deploy(program(given=with_consumer(approval=approval)))
    assert graph[RECORD].dependencies == {ENDPOINT, ZONE_RESOURCE}
    assert graph[ENDPOINT].dependencies == {SERVICE}


@pytest.mark.parametrize("run", RUNS)
def test_a_record_with_a_known_address_still_depends_on_its_endpoint(run: str) -> None:
    """
    By the property, or a replaced endpoint would leave a record that points at nothing until the new one exists.

    The address is in the settings, so nothing but the program's own care makes the record wait.
    """
    graph = run_as(run, program(given=with_consumer(**_ADDRESS)))
    assert graph[RECORD].dependencies_of("aRecords") == {ENDPOINT}
    assert graph[RECORD].dependencies == {APPROVAL, ENDPOINT, ZONE_RESOURCE}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("locked", [SERVICE, ZONE_RESOURCE])
def test_a_lock_comes_after_what_it_locks_and_goes_before_it(run: str, locked: str) -> None:
    """Azure deletes nothing that is locked (ScopeLocked): the stack's own lock must not be in the stack's way."""
    graph = run_as(run, program(given=_LOCKED))
    lock = graph[f"ManagementLockByScope {locked.partition(' ')[2]}.lock"]
    assert lock.dependencies_of("scope") == {locked}
    assert lock.dependencies == {locked}


def test_nothing_waits_for_a_lock() -> None:
    """Whoever may not write locks learns it from the lock alone."""
    graph = must_deploy(program(given=_LOCKED))
    locks = {each.label for each in graph.of("ManagementLockByScope")}
    waiting: dict[str, Any] = {each.label: each.dependencies & locks for each in graph}
    assert {label for label, each in waiting.items() if each} == set()


_EXTERNAL = {"external_consumers": {"partner": {"subscription": "33333333-3333-3333-3333-333333333333"}}}


@pytest.mark.parametrize("run", RUNS)
def test_an_external_approval_waits_for_the_service_alone(run: str) -> None:
    """It goes before the service: a deployment record without its service would be approved again by nobody."""
    graph = run_as(run, program(given={**with_consumer(), **_EXTERNAL}))
    approval = graph["Deployment myadx.partner.engine.approval"]
    assert approval.dependencies == {SERVICE}
