"""What a change does to a resource, and what is left to Azure and to Pulumi."""

from __future__ import annotations

import pytest

from .programs import APPROVAL, ENDPOINT, LINK, RECORD, SERVICE, ZONE_RESOURCE, program, with_consumer
from .registration import Graph, must_deploy


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(program(given=with_consumer(tags={"team": "data"})))


# What Azure cannot change in place is made anew, and in the right order.

REPLACED_BY = {
    SERVICE: ["loadBalancerFrontendIpConfigurations", "location", "ipConfigurations[*].subnet"],
    ENDPOINT: [
        "manualPrivateLinkServiceConnections",
        "privateLinkServiceConnections",
        "ipConfigurations",
        "customNetworkInterfaceName",
        "location",
    ],
    LINK: ["virtualNetwork"],
    RECORD: ["aRecords"],
    ZONE_RESOURCE: [],
    APPROVAL: [],
}


@pytest.mark.parametrize(("label", "properties"), REPLACED_BY.items())
def test_what_replaces(graph: Graph, label: str, properties: list[str]) -> None:
    request = graph[label].request
    assert sorted(request.replaceOnChanges) == sorted(properties)
    assert request.deleteBeforeReplace == bool(properties)


@pytest.mark.parametrize("approval", ["approve", "resource_id"])
def test_what_azure_writes_into_an_endpoint_is_left_alone(approval: str) -> None:
    """A refresh after the approval would otherwise plan the endpoint's replacement."""
    graph = must_deploy(program(given=with_consumer(approval=approval)))
    array = "privateLinkServiceConnections" if approval == "resource_id" else "manualPrivateLinkServiceConnections"
    assert list(graph[ENDPOINT].request.ignoreChanges) == [
        f"{array}[*].privateLinkServiceConnectionState",
        f"{array}[*].id",
        f"{array}[*].groupIds",
        "customDnsConfigs",
    ]


def test_nothing_else_is_ignored(graph: Graph) -> None:
    """Besides what the logical name decides already: there, another spelling is no other object."""
    ignored = {each.kind: list(each.request.ignoreChanges) for each in graph if each.request.ignoreChanges}
    del ignored["PrivateEndpoint"]
    assert ignored == {
        "KustoPrivateDnsZone": ["zone"],
        "PrivateZone": ["privateZoneName"],
        "VirtualNetworkLink": ["privateZoneName"],
        "PrivateRecordSet": ["privateZoneName", "relativeRecordSetName"],
    }


def test_every_refusal_is_answered(graph: Graph) -> None:
    """What passes is waited for, and everything else is told with the next step, whatever Azure refuses."""
    made = graph.children
    assert made
    for each in made:
        (hook,) = each.request.hooks.on_error
        assert hook.removesuffix(".refused") in each.request.parent


# Aliases that remain: types that moved to another module. One more per resource is a second per hundred resources.

ALIASES = {
    "AdxPrivateLink": [],
    "KustoPrivateDnsZone": [],
    "PrivateLinkService": [],
    "PrivateEndpoint": ["azure-native:network:InterfaceEndpoint"],
    "Deployment": [],
    "PrivateZone": ["azure-native:network:PrivateZone"],
    "VirtualNetworkLink": ["azure-native:network:VirtualNetworkLink"],
    "PrivateRecordSet": ["azure-native:network:PrivateRecordSet"],
}


@pytest.mark.parametrize("kind", ALIASES)
def test_aliases_for_old_versions_are_shed(graph: Graph, kind: str) -> None:
    assert [each.aliases for each in graph.of(kind)] == [ALIASES[kind]] * len(graph.of(kind))
    assert graph.of(kind)
