"""Inputs of resources: the properties that the provider sends to Azure."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER, subnet_id
from tests.samples.smallest import small_with_cluster, small_with_consumer

from . import objects
from .programs import ENDPOINT, LINK, RECORD, RECORDS, SERVICE, ZONE, program
from .registration import UNKNOWN, Graph, must_deploy, run_as

_ADX = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network"
_ANALYTICS = f"/subscriptions/{GUEST}/resourceGroups/analytics/providers/Microsoft.Network"


_PROGRAM = program(settings=small_with_consumer(tags={"team": "data"}))


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(_PROGRAM)


@pytest.fixture(name="announced", scope="module")
def _announced() -> Graph:
    return must_deploy(_PROGRAM, preview=True)


# The properties are exactly these, because an argument class such as SubnetArgs adds policies to the request, and an
# imported resource would differ.


def test_a_service_has_exactly_these_inputs(graph: Graph) -> None:
    assert graph[SERVICE].inputs == {
        "serviceName": "pls-myadx-engine",
        "resourceGroupName": "adx",
        "location": "westus",
        "loadBalancerFrontendIpConfigurations": [
            {"id": f"{_ADX}/loadBalancers/kucompute-myadx-elb/frontendIPConfigurations/fe"}
        ],
        "ipConfigurations": [
            {"name": "nat-1", "primary": True, "subnet": {"id": f"{_ADX}/virtualNetworks/myadx-vnet/subnets/adx"}}
        ],
        "fqdns": ["myadx.westus.kusto.windows.net"],
        "visibility": {"subscriptions": [GUEST]},
    }


def test_the_other_service_is_on_the_other_load_balancer(graph: Graph) -> None:
    inputs = graph["PrivateLinkService myadx.ingestion"].inputs
    [frontend] = inputs["loadBalancerFrontendIpConfigurations"]
    assert frontend == {"id": f"{_ADX}/loadBalancers/kudatamgmt-myadx-elb/frontendIPConfigurations/fe"}
    assert inputs["fqdns"] == ["ingest-myadx.westus.kusto.windows.net"]


def test_an_endpoint_has_exactly_these_inputs(graph: Graph) -> None:
    assert graph[ENDPOINT].inputs == {
        "privateEndpointName": "pe-myadx-engine-analytics",
        "resourceGroupName": "analytics",
        "location": "westus",
        "subnet": {"id": subnet_id("analytics")},
        "manualPrivateLinkServiceConnections": [
            {
                "name": "myadx-engine",
                "privateLinkServiceId": objects.alias("pls-myadx-engine"),
                "groupIds": [],
                "requestMessage": "Private access to Azure Data Explorer",
            }
        ],
        "tags": {"team": "data"},
    }


def test_a_record_has_exactly_these_inputs(graph: Graph) -> None:
    assert graph[RECORD].inputs == {
        "relativeRecordSetName": "myadx",
        "recordType": "A",
        "privateZoneName": "privatelink.westus.kusto.windows.net",
        "resourceGroupName": "analytics",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.3.0.5"}],
    }
    [other] = RECORDS - {RECORD}
    assert graph[other].inputs["aRecords"] == [{"ipv4Address": "10.3.0.6"}]


def test_a_zone_is_global(graph: Graph) -> None:
    """Without a location the provider sends the resource group's, and Azure rejects it."""
    assert graph[f"PrivateZone {ZONE}"].inputs == {
        "privateZoneName": "privatelink.westus.kusto.windows.net",
        "resourceGroupName": "analytics",
        "location": "Global",
    }


def test_a_link_keeps_public_answers_and_registers_no_machines(graph: Graph) -> None:
    assert graph[LINK].inputs == {
        "virtualNetworkLinkName": "analytics-own",
        "privateZoneName": "privatelink.westus.kusto.windows.net",
        "resourceGroupName": "analytics",
        "location": "Global",
        "registrationEnabled": False,
        "resolutionPolicy": "NxDomainRedirect",
        "virtualNetwork": {"id": f"{_ANALYTICS}/virtualNetworks/analytics-vnet"},
    }


def test_nat_addresses_have_one_primary() -> None:
    graph = must_deploy(program(settings=small_with_cluster(nat={"addresses": 3}, tags={"team": "adx"})))
    addresses = graph[SERVICE].inputs["ipConfigurations"]
    assert [(address["name"], address["primary"]) for address in addresses] == [
        ("nat-1", True),
        ("nat-2", False),
        ("nat-3", False),
    ]
    assert graph[SERVICE].inputs["tags"] == {"team": "adx"}


def test_a_service_without_consumers_has_no_visibility() -> None:
    """The effect of an empty list is not documented; without a list only identities with rights may connect."""
    graph = must_deploy(program(settings={**small_with_cluster(), "consumers": {}}))
    assert not {"visibility", "autoApproval"} & graph[SERVICE].inputs.keys()


# A first preview has exact values, or unknown ones where Azure assigns them.


def _connection(service_id: str) -> list[dict[str, Any]]:
    message = "Private access to Azure Data Explorer"
    return [{"name": "myadx-engine", "privateLinkServiceId": service_id, "groupIds": [], "requestMessage": message}]


def test_values_that_azure_assigns_are_unknown_in_the_first_preview(announced: Graph) -> None:
    unknown = {
        (resource.label, key): value
        for resource in announced.children
        for key, value in resource.inputs.items()
        if UNKNOWN in str(value) and "ingest" not in resource.name and resource.kind != "Deployment"
    }
    assert unknown == {
        (ENDPOINT, "manualPrivateLinkServiceConnections"): _connection(UNKNOWN),
        (RECORD, "aRecords"): [{"ipv4Address": UNKNOWN}],
        (RECORD, "privateZoneName"): UNKNOWN,
        (LINK, "privateZoneName"): UNKNOWN,
    }


def test_all_other_values_are_exact_in_the_first_preview(graph: Graph, announced: Graph) -> None:
    for resource in announced.children:
        deployed = graph[resource.label].inputs
        assert resource.inputs.keys() == deployed.keys()
        assert [
            key for key, value in resource.inputs.items() if UNKNOWN not in str(value) and deployed[key] != value
        ] == []


def test_a_later_preview_announces_no_change(graph: Graph) -> None:
    """
    The preview of an update makes every output unknown but id, name and location.

    Inputs from outputs would appear changed and their endpoints replaced; inputs from look-ups stay as they are.
    """
    later = run_as("later preview", _PROGRAM)
    assert {resource.label: resource.inputs for resource in later} == {
        resource.label: resource.inputs for resource in graph
    }
