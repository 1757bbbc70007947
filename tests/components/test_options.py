"""Options of resources: changes that replace them, inputs to ignore, hooks and aliases."""

from __future__ import annotations

import pytest

from tests.samples.smallest import small_with_consumer

from .programs import APPROVAL, ENDPOINT, LINK, SERVICE, ZONE_RESOURCE, program
from .registration import Graph, must_deploy


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(program(settings=small_with_consumer(tags={"team": "data"})))


# Azure cannot change these properties in place, so a change replaces the resource in the right order.

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
    ZONE_RESOURCE: [],
    APPROVAL: [],
}


@pytest.mark.parametrize(("label", "properties"), REPLACED_BY.items())
def test_properties_that_azure_cannot_change_replace_a_resource(
    graph: Graph, label: str, properties: list[str]
) -> None:
    request = graph[label].request
    assert sorted(request.replaceOnChanges) == sorted(properties)
    assert request.deleteBeforeReplace == bool(properties)


@pytest.mark.parametrize("approval", ["approve", "resource_id"])
def test_properties_that_azure_writes_into_an_endpoint_are_ignored(approval: str) -> None:
    """A refresh after the approval would otherwise plan to replace the endpoint."""
    graph = must_deploy(program(settings=small_with_consumer(approval=approval)))
    array = "privateLinkServiceConnections" if approval == "resource_id" else "manualPrivateLinkServiceConnections"
    assert list(graph[ENDPOINT].request.ignoreChanges) == [
        f"{array}[*].privateLinkServiceConnectionState",
        f"{array}[*].id",
        f"{array}[*].groupIds",
        "customDnsConfigs",
    ]


def test_no_other_properties_but_names_are_ignored(graph: Graph) -> None:
    """The logical name contains these names already, so a change can only be another spelling."""
    ignored = {
        resource.kind: list(resource.request.ignoreChanges) for resource in graph if resource.request.ignoreChanges
    }
    del ignored["PrivateEndpoint"]
    assert ignored == {
        "KustoPrivateDnsZone": ["zone"],
        "PrivateZone": ["privateZoneName"],
        "VirtualNetworkLink": ["privateZoneName"],
        "PrivateRecordSet": ["privateZoneName", "relativeRecordSetName"],
    }


def test_every_resource_has_an_error_hook(graph: Graph) -> None:
    """The hook waits for errors that pass and reports the next step for all others, on every kind of resource."""
    children = graph.children
    assert children
    for child in children:
        (hook,) = child.request.hooks.on_error
        assert hook.removesuffix(".refused") in child.request.parent


# These aliases remain because the types moved to another module. One more alias per resource costs a second per 100.

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
def test_resources_have_no_aliases_for_old_api_versions(graph: Graph, kind: str) -> None:
    assert [resource.aliases for resource in graph.of_kind(kind)] == [ALIASES[kind]] * len(graph.of_kind(kind))
    assert graph.of_kind(kind)
