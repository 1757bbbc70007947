"""Resources of the graph: their URNs, their owners and their subscriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER, clusters_and_consumers, network_id, small
from tests.samples.smallest import small_with_consumer

from .programs import OWN_LINK, ZONE, ZONE_NAME, program
from .registration import RUNS, Resource, must_deploy, run_as

PREVIEW = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])

# URNs consist of type, logical name and parent, so a change here replaces the resource in every stack.
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
def test_the_smallest_stack_registers_these_resources(run: str) -> None:
    """A preview announces exactly the resources that the update creates."""
    assert sorted(run_as(run, program()).identities) == sorted(SMALL)


def _subscription_of(resource: Resource) -> str:
    """The subscription of a resource: the owner's for services and approvals, the consumer's for all others."""
    return OWNER if resource.kind in ("PrivateLinkService", "Deployment") else GUEST


@PREVIEW
def test_each_resource_has_the_provider_of_its_subscription(*, preview: bool) -> None:
    """azure-native takes the subscription from the provider alone, so a wrong provider means a wrong subscription."""
    graph = must_deploy(program(), preview=preview)
    assert [resource.label for resource in graph.children if resource.provider != _subscription_of(resource)] == []


def test_each_look_up_uses_the_provider_of_its_subscription() -> None:
    azure = must_deploy(program()).azure
    look_ups = {(function, subscription) for function, _, subscription in azure.calls}
    assert look_ups == {
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


def test_a_component_in_another_program_reads_no_stack_outputs() -> None:
    """Another program's outputs do not describe this component's resources."""
    assert must_deploy(program()).azure.asked_for("readStackOutputs") == []


def test_zone_and_records_may_be_in_a_third_subscription() -> None:
    third = "33333333-3333-3333-3333-333333333333"
    settings = small_with_consumer(dns={"subscription": third})
    graph = must_deploy(program(settings=settings, subscriptions=[OWNER, GUEST, third]))
    dns = {resource.provider for resource in graph.children if "privatedns" in resource.type}
    assert dns == {third}
    assert {resource.provider for resource in graph.of_kind("PrivateEndpoint")} == {GUEST}


def test_providers_are_found_by_any_spelling_of_the_subscription() -> None:
    """Ids from the portal are in lower case, and ids from scripts often are not."""
    upper = "ABCDEF00-2222-2222-2222-222222222222"
    settings = small()
    consumer = settings["consumers"]["analytics"]
    consumer["subnet_id"] = consumer["subnet_id"].replace(GUEST, upper)
    graph = must_deploy(program(settings=settings, subscriptions=[OWNER, upper]))
    assert {resource.provider for resource in graph.of_kind("PrivateEndpoint")} == {upper}
    assert {resource.provider for resource in graph.of_kind("PrivateZone")} == {upper}, (
        "the zone has its own look-up of providers"
    )


@PREVIEW
def test_every_label_is_registered_once(*, preview: bool) -> None:
    settings: dict[str, Any] = clusters_and_consumers(1, 3)
    settings["clusters"] = {"myadx": settings["clusters"]["cluster0"]}
    graph = must_deploy(program(settings=settings), preview=preview)
    assert len(set(graph.labels)) == len(graph.labels)
    # The component, its services' component and 2 services; per consumer a component, 2 endpoints, 2 approvals,
    # 2 records, and a zone with its component and link.
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
def test_components_have_a_summary_in_their_inputs(run: str) -> None:
    """Previews and reports read a component's inputs, which must be plain and known."""
    graph = run_as(run, program(settings=_WITH_PARTNER))
    components = [component for component in graph if component.type.startswith("adxPrivateLink:")]
    # A secret or unknown value would be an object with a signature in the raw inputs.
    assert {component.label: component.inputs for component in components} == SUMMARIES


def test_components_register_the_outputs_that_commands_read() -> None:
    """
    The engine writes all others to the state with every step of an update.

    Commands read those of `AdxPrivateLink` where a program exports nothing; reports read those of `ConsumerEndpoints`.
    """
    graph = must_deploy(program(settings=_WITH_PARTNER))
    registered = {resource.label: resource.outputs for resource in graph if resource.outputs is not None}
    link = registered.pop("AdxPrivateLink myadx")
    assert link is not None
    assert link["outputs"] == {name: graph.result[name] for name in ("zone", "services", "endpoints")}
    assert link["handOver"]["version"] == 1
    assert registered == {
        "ClusterServices myadx": {},
        "ConsumerEndpoints myadx.analytics": graph.result["endpoints"]["analytics"],
        f"KustoPrivateDnsZone {ZONE}": {
            "id": f"/subscriptions/{GUEST}/resourceGroups/analytics/providers/Microsoft.Network/privateDnsZones/"
            + ZONE_NAME,
            "name": ZONE_NAME,
        },
    }
