"""What waits for what, so that nothing is published before it works, and nothing is deleted under something else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pure.building import network_id

from .azure import Azure
from .programs import HUB_LINK, OWN_LINK, ZONE, program, with_consumer
from .registration import Graph, must_deploy

SERVICE = "PrivateLinkService myadx.engine"
ENDPOINT = "PrivateEndpoint myadx.analytics.engine"
APPROVAL = "Deployment myadx.analytics.engine.approval"
RECORD = "PrivateRecordSet myadx.analytics.engine"
RECORDS = {RECORD, "PrivateRecordSet myadx.analytics.ingestion"}
LINK = f"VirtualNetworkLink {OWN_LINK}"
ZONE_RESOURCE = f"PrivateZone {ZONE}"

_RUNS: dict[str, dict[str, Any]] = {
    "update": {},
    "preview": {"preview": True},
    "later preview": {"preview": True, "azure": Azure(exists=True)},
}


@pytest.fixture(name="graph", scope="module", params=_RUNS, ids=str)
def _graph(request: pytest.FixtureRequest) -> Graph:
    return must_deploy(program(), **_RUNS[request.param])


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
    assert not [each for each in graph for name in each.dependencies if name.startswith(("Kusto", "AdxPrivateLink"))]


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
