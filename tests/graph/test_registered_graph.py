"""Which resources there are, whose they are, and in which subscription they are made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pure.building import GUEST, OWNER, clusters_and_consumers, network_id, small

from .azure import Azure
from .programs import OWN_LINK, ZONE, program, with_consumer
from .registration import Graph, Resource, must_deploy

PREVIEW = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])

# Type, logical name, parent. Together they are the URNs: what changes here is replaced in every stack.
SMALL = {
    ("adxPrivateLink:index:AdxPrivateLink", "myadx", "Stack adx-private-link-test"),
    ("azure-native:network:PrivateLinkService", "myadx.engine", "AdxPrivateLink myadx"),
    ("azure-native:network:PrivateLinkService", "myadx.ingestion", "AdxPrivateLink myadx"),
    ("azure-native:network:PrivateEndpoint", "myadx.analytics.engine", "AdxPrivateLink myadx"),
    ("azure-native:network:PrivateEndpoint", "myadx.analytics.ingestion", "AdxPrivateLink myadx"),
    ("azure-native:resources:Deployment", "myadx.analytics.engine.approval", "AdxPrivateLink myadx"),
    ("azure-native:resources:Deployment", "myadx.analytics.ingestion.approval", "AdxPrivateLink myadx"),
    ("azure-native:privatedns:PrivateRecordSet", "myadx.analytics.engine", "AdxPrivateLink myadx"),
    ("azure-native:privatedns:PrivateRecordSet", "myadx.analytics.ingestion", "AdxPrivateLink myadx"),
    ("adxPrivateLink:index:KustoPrivateDnsZone", ZONE, "AdxPrivateLink myadx"),
    ("azure-native:privatedns:PrivateZone", ZONE, f"KustoPrivateDnsZone {ZONE}"),
    ("azure-native:privatedns:VirtualNetworkLink", OWN_LINK, f"KustoPrivateDnsZone {ZONE}"),
}


def _identities(graph: Graph) -> list[tuple[str, str, str]]:
    return sorted((each.type, each.name, each.parent) for each in graph if "pulumi:providers" not in each.type)


@PREVIEW
def test_the_graph_of_the_smallest_stack(*, preview: bool) -> None:
    """A preview announces exactly what the update then makes."""
    assert _identities(must_deploy(program(), preview=preview)) == sorted(SMALL)


def test_a_later_preview_announces_the_same() -> None:
    assert _identities(must_deploy(program(), Azure(exists=True), preview=True)) == sorted(SMALL)


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
        ("getPrivateEndpoint", GUEST),
        ("getNetworkInterface", GUEST),
    }


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
    # 2 services; for each consumer 2 endpoints, approvals and records, a zone with its component, and a link
    assert len([each for each in graph if "pulumi:providers" not in each.type]) == 1 + 2 + 3 * (2 * 3 + 3)


def test_the_component_says_what_it_is_for_and_registers_what_it_gives() -> None:
    """What a preview and a report can say of the component is in its inputs: plain, and known before anything is."""
    component = must_deploy(program(), preview=True)["AdxPrivateLink myadx"]
    assert component.inputs == {
        "cluster": small()["clusters"]["myadx"]["id"],
        "hosts": {"engine": "myadx.westus.kusto.windows.net", "ingestion": "ingest-myadx.westus.kusto.windows.net"},
        "consumers": ["analytics"],
    }


def test_the_zone_says_what_it_is_for() -> None:
    zone = must_deploy(program(), preview=True)[f"KustoPrivateDnsZone {ZONE}"]
    assert zone.inputs == {"zone": "privatelink.westus.kusto.windows.net", "networks": [network_id("analytics")]}


def test_registered_outputs_are_the_summary() -> None:
    graph = must_deploy(program())
    assert graph["AdxPrivateLink myadx"].outputs == graph.result
    assert graph[f"KustoPrivateDnsZone {ZONE}"].outputs == {
        "id": f"/subscriptions/{GUEST}/resourceGroups/analytics/PrivateZone/privatelink.westus.kusto.windows.net",
        "name": "privatelink.westus.kusto.windows.net",
    }
