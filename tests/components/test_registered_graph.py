"""Which resources there are, whose they are, and in which subscription they are made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER, clusters_and_consumers, network_id, small

from .programs import OWN_LINK, ZONE, ZONE_NAME, program, with_consumer
from .registration import RUNS, Resource, must_deploy, run_as

PREVIEW = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])

# Type, logical name, parent. Together they are the URNs: what changes here is replaced in every stack.
SMALL = {
    ("adxPrivateLink:index:AdxPrivateLink", "myadx", "Stack adx-private-link-test"),
    ("adxPrivateLink:index:ClusterServices", "myadx", "AdxPrivateLink myadx"),
    ("azure-native:network:PrivateLinkService", "myadx.engine", "ClusterServices myadx"),
    ("azure-native:network:PrivateLinkService", "myadx.ingestion", "ClusterServices myadx"),
    ("adxPrivateLink:index:ConsumerEndpoints", "myadx.analytics", "AdxPrivateLink myadx"),
    ("azure-native:network:PrivateEndpoint", "myadx.analytics.engine", "ConsumerEndpoints myadx.analytics"),
    ("azure-native:network:PrivateEndpoint", "myadx.analytics.ingestion", "ConsumerEndpoints myadx.analytics"),
    ("azure-native:resources:Deployment", "myadx.analytics.engine.approval", "ConsumerEndpoints myadx.analytics"),
    ("azure-native:resources:Deployment", "myadx.analytics.ingestion.approval", "ConsumerEndpoints myadx.analytics"),
    ("azure-native:privatedns:PrivateRecordSet", f"myadx@{ZONE}", "ConsumerEndpoints myadx.analytics"),
    ("azure-native:privatedns:PrivateRecordSet", f"ingest-myadx@{ZONE}", "ConsumerEndpoints myadx.analytics"),
    ("adxPrivateLink:index:KustoPrivateDnsZone", ZONE, "AdxPrivateLink myadx"),
    ("azure-native:privatedns:PrivateZone", ZONE, f"KustoPrivateDnsZone {ZONE}"),
    ("azure-native:privatedns:VirtualNetworkLink", OWN_LINK, f"KustoPrivateDnsZone {ZONE}"),
}


@pytest.mark.parametrize("run", RUNS)
def test_the_graph_of_the_smallest_stack(run: str) -> None:
    """A preview announces exactly what the update then makes."""
    assert sorted(run_as(run, program()).identities) == sorted(SMALL)


def _side(resource: Resource) -> str:
    """Services and approvals are the cluster owner's, everything else is the consumer's."""
    return OWNER if resource.kind in ("PrivateLinkService", "Deployment") else GUEST


@PREVIEW
def test_each_resource_is_made_by_the_provider_of_its_side(*, preview: bool) -> None:
    """azure-native takes the subscription from the provider alone: a wrong one deploys into a wrong subscription."""
    graph = must_deploy(program(), preview=preview)
    assert [each.label for each in graph.children if each.provider != _side(each)] == []


def test_each_look_up_asks_the_provider_of_its_side() -> None:
    azure = must_deploy(program()).azure
    asked = {(function, subscription) for function, _, subscription in azure.calls}
    assert asked == {
        ("getCluster", OWNER),
        ("getLoadBalancer", OWNER),
        ("getVirtualNetwork", OWNER),
        ("getVirtualNetwork", GUEST),
        ("getResourceGroup", GUEST),
        ("getPrivateLinkService", OWNER),
        ("getVirtualNetworkLink", GUEST),
        ("getPrivateEndpoint", GUEST),
        ("getNetworkInterface", GUEST),
    }


def test_no_stack_is_asked_by_a_component_in_somebody_elses_program() -> None:
    """The outputs of another program say nothing of what this component has made."""
    assert must_deploy(program()).azure.asked_for("readStackOutputs") == []


def test_zone_and_records_may_lie_in_a_third_subscription() -> None:
    third = "33333333-3333-3333-3333-333333333333"
    given = with_consumer(dns={"subscription": third})
    graph = must_deploy(program(given=given, subscriptions=[OWNER, GUEST, third]))
    dns = {each.provider for each in graph.children if "privatedns" in each.type}
    assert dns == {third}
    assert {each.provider for each in graph.of("PrivateEndpoint")} == {GUEST}


def test_subscriptions_are_found_in_any_spelling() -> None:
    """Ids from the portal are in lower case, those from scripts often not."""
    upper = "ABCDEF00-2222-2222-2222-222222222222"
    given = small()
    consumer = given["consumers"]["analytics"]
    consumer["subnet_id"] = consumer["subnet_id"].replace(GUEST, upper)
    graph = must_deploy(program(given=given, subscriptions=[OWNER, upper]))
    assert {each.provider for each in graph.of("PrivateEndpoint")} == {upper}
    assert {each.provider for each in graph.of("PrivateZone")} == {upper}, "the zone's provider as well"


@PREVIEW
def test_nothing_is_registered_twice_or_as_a_list_position(*, preview: bool) -> None:
    given: dict[str, Any] = clusters_and_consumers(1, 3)
    given["clusters"] = {"myadx": given["clusters"]["cluster0"]}
    graph = must_deploy(program(given=given), preview=preview)
    assert len(set(graph.labels)) == len(graph.labels)
    # Each half, 2 services; for each consumer 2 endpoints, approvals and records, a zone with its component, and a link
    assert len(graph.registered) == 1 + 1 + 2 + 3 * (1 + 2 * 3 + 3)


_ENGINE, _INGESTION = "myadx.westus.kusto.windows.net", "ingest-myadx.westus.kusto.windows.net"

SUMMARIES: dict[str, dict[str, Any]] = {
    "AdxPrivateLink myadx": {
        "cluster": small()["clusters"]["myadx"]["id"],
        "hosts": {"engine": _ENGINE, "ingestion": _INGESTION},
        "consumers": ["analytics"],
        "externalConsumers": ["partner"],
    },
    "ClusterServices myadx": {
        "cluster": small()["clusters"]["myadx"]["id"],
        "hosts": {"engine": [_ENGINE], "ingestion": [_INGESTION]},
        "externalConsumers": ["partner"],
    },
    "ConsumerEndpoints myadx.analytics": {
        "consumer": "analytics",
        "hosts": {"engine": [_ENGINE], "ingestion": [_INGESTION]},
    },
    f"KustoPrivateDnsZone {ZONE}": {"zone": ZONE_NAME, "networks": [network_id("analytics")]},
}
_WITH_PARTNER = {**small(), "external_consumers": {"partner": {"subscription": GUEST}}}


@pytest.mark.parametrize("run", RUNS)
def test_components_say_what_they_are_for(run: str) -> None:
    """What a preview and a report can say of a component is in its inputs: plain, and known before anything is."""
    graph = run_as(run, program(given=_WITH_PARTNER))
    components = [each for each in graph if each.type.startswith("adxPrivateLink:")]
    # The raw inputs: a secret, or an unknown value, would be an object with a signature here.
    assert {each.label: each.inputs for each in components} == SUMMARIES


def test_registered_outputs_are_the_summary() -> None:
    graph = must_deploy(program())
    assert graph["AdxPrivateLink myadx"].outputs == graph.result
    assert graph["ClusterServices myadx"].outputs == graph.result["services"]
    assert graph["ConsumerEndpoints myadx.analytics"].outputs == graph.result["endpoints"]["analytics"]
    assert graph[f"KustoPrivateDnsZone {ZONE}"].outputs == {
        "id": f"/subscriptions/{GUEST}/resourceGroups/analytics/providers/Microsoft.Network/privateDnsZones/"
        + ZONE_NAME,
        "name": ZONE_NAME,
    }
