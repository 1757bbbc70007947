"""Dependencies of resources: no name is published before it works, and nothing is deleted while it is in use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import network_id
from tests.samples.smallest import small_with_cluster, small_with_consumer

from .programs import APPROVAL, ENDPOINT, HUB_LINK, LINK, RECORD, RECORDS, SERVICE, ZONE_RESOURCE, program
from .registration import RUNS, Graph, must_deploy, run_as

_ADDRESS = {"endpoints": {"myadx": {"engine": {"address": "10.3.0.10"}}}}
_LOCKED = {**small_with_cluster(lock=True), "consumers": small_with_consumer(dns={"lock": True})["consumers"]}


@pytest.fixture(name="graph", scope="module", params=RUNS)
def _graph(request: pytest.FixtureRequest) -> Graph:
    return run_as(request.param, program())


def test_services_wait_for_nothing(graph: Graph) -> None:
    assert graph[SERVICE].dependencies == set()


def test_an_endpoint_waits_for_its_service(graph: Graph) -> None:
    """A dependency by the property makes the engine replace the endpoint with its service."""
    assert graph[ENDPOINT].dependencies_of("manualPrivateLinkServiceConnections") == {SERVICE}
    assert graph[ENDPOINT].dependencies == {SERVICE}


def test_an_approval_waits_for_its_service_and_endpoint(graph: Graph) -> None:
    assert graph[APPROVAL].dependencies == {SERVICE, ENDPOINT}


def test_a_record_waits_for_approval_and_address(graph: Graph) -> None:
    """A dependency by the address removes the record of a replaced endpoint first and restores it last."""
    assert ENDPOINT in graph[RECORD].dependencies_of("aRecords")
    assert graph[RECORD].dependencies == {APPROVAL, ENDPOINT, ZONE_RESOURCE}


def test_records_and_links_wait_for_the_zone_itself(graph: Graph) -> None:
    """A dependency on the component would wait for its links, and links may wait for the records."""
    assert graph[RECORD].dependencies_of("privateZoneName") == {ZONE_RESOURCE}
    assert graph[LINK].dependencies_of("privateZoneName") == {ZONE_RESOURCE}
    assert graph[LINK].dependencies == {ZONE_RESOURCE}


def test_nothing_waits_for_a_component(graph: Graph) -> None:
    """A dependency on a component waits for all its children, so one failed approval would stop everything."""
    components = {resource.label for resource in graph.registered if resource.type.startswith("adxPrivateLink:")}
    assert not [resource.label for resource in graph if components & resource.dependencies]


def test_a_network_without_public_answers_is_linked_after_the_records() -> None:
    """With an earlier link the network's clients would resolve no name until the records exist."""
    links = {"own": {}, "strict": {"network_id": network_id("hub"), "resolution_policy": "Default"}}
    graph = must_deploy(program(settings=small_with_consumer(dns={"links": links})))
    strict = graph[f"VirtualNetworkLink {HUB_LINK}"]
    assert strict.inputs["resolutionPolicy"] == "Default"
    assert strict.dependencies == {ZONE_RESOURCE, *RECORDS}
    assert graph[LINK].dependencies == {ZONE_RESOURCE}


@pytest.mark.parametrize("approval", ["auto", "resource_id"])
def test_a_record_without_an_approval_waits_for_the_endpoint(approval: str) -> None:
    graph = must_deploy(program(settings=small_with_consumer(approval=approval)))
    assert graph[RECORD].dependencies == {ENDPOINT, ZONE_RESOURCE}
    assert graph[ENDPOINT].dependencies == {SERVICE}


@pytest.mark.parametrize("run", RUNS)
def test_a_record_with_a_static_address_depends_on_its_endpoint(run: str) -> None:
    """
    A replaced endpoint would otherwise leave a record that points at nothing until the new endpoint exists.

    The address is in the settings, so only an explicit dependency makes the record wait.
    """
    graph = run_as(run, program(settings=small_with_consumer(**_ADDRESS)))
    assert graph[RECORD].dependencies_of("aRecords") == {ENDPOINT}
    assert graph[RECORD].dependencies == {APPROVAL, ENDPOINT, ZONE_RESOURCE}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("locked", [SERVICE, ZONE_RESOURCE])
def test_a_lock_is_created_after_its_object_and_deleted_before_it(run: str, locked: str) -> None:
    """Azure does not delete a locked object (ScopeLocked), so the stack must delete its own lock first."""
    graph = run_as(run, program(settings=_LOCKED))
    lock = graph[f"ManagementLockByScope {locked.partition(' ')[2]}.lock"]
    assert lock.dependencies_of("scope") == {locked}
    assert lock.dependencies == {locked}


def test_nothing_waits_for_a_lock() -> None:
    """An identity without the right to write locks still deploys everything else."""
    graph = must_deploy(program(settings=_LOCKED))
    locks = {resource.label for resource in graph.of_kind("ManagementLockByScope")}
    locks_by_label: dict[str, Any] = {resource.label: resource.dependencies & locks for resource in graph}
    assert {label for label, locks_of_resource in locks_by_label.items() if locks_of_resource} == set()


_EXTERNAL = {"external_consumers": {"partner": {"subscription": "33333333-3333-3333-3333-333333333333"}}}


@pytest.mark.parametrize("run", RUNS)
def test_an_external_approval_waits_for_its_service_alone(run: str) -> None:
    """The approval is deleted before its service and cannot outlive it."""
    graph = run_as(run, program(settings={**small_with_consumer(), **_EXTERNAL}))
    approval = graph["Deployment myadx.partner.engine.approval"]
    assert approval.dependencies == {SERVICE}
