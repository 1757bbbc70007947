"""What is asked of the provider: the properties that are sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER, subnet_id

from . import objects
from .programs import ENDPOINT, LINK, RECORD, RECORDS, SERVICE, ZONE, program, with_cluster, with_consumer
from .registration import UNKNOWN, Graph, must_deploy, run_as

_ADX = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network"
_ANALYTICS = f"/subscriptions/{GUEST}/resourceGroups/analytics/providers/Microsoft.Network"


_PROGRAM = program(given=with_consumer(tags={"team": "data"}))


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(_PROGRAM)


@pytest.fixture(name="announced", scope="module")
def _announced() -> Graph:
    return must_deploy(_PROGRAM, preview=True)


# Exactly these properties: an argument class such as SubnetArgs would add policies that the provider then sends, and an
# imported resource would differ.


def test_a_service(graph: Graph) -> None:
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


def test_an_endpoint(graph: Graph) -> None:
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


def test_a_record(graph: Graph) -> None:
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
    """Without a location the provider sends the resource group's, and Azure refuses it."""
    assert graph[f"PrivateZone {ZONE}"].inputs == {
        "privateZoneName": "privatelink.westus.kusto.windows.net",
        "resourceGroupName": "analytics",
        "location": "Global",
    }


def test_a_link_keeps_public_answers_and_registers_nobody(graph: Graph) -> None:
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
    graph = must_deploy(program(given=with_cluster(nat={"addresses": 3}, tags={"team": "adx"})))
    addresses = graph[SERVICE].inputs["ipConfigurations"]
    assert [(each["name"], each["primary"]) for each in addresses] == [
        ("nat-1", True),
        ("nat-2", False),
        ("nat-3", False),
    ]
    assert graph[SERVICE].inputs["tags"] == {"team": "adx"}


def test_nobody_may_ask_where_there_is_no_consumer() -> None:
    """What an empty list does is not settled; none means that only those with rights on the service may connect."""
    graph = must_deploy(program(given={**with_cluster(), "consumers": {}}))
    assert not {"visibility", "autoApproval"} & graph[SERVICE].inputs.keys()


# What is known before the first update is exact; what Azure makes up is unknown, not a guess.


def _connection(service_id: str) -> list[dict[str, Any]]:
    message = "Private access to Azure Data Explorer"
    return [{"name": "myadx-engine", "privateLinkServiceId": service_id, "groupIds": [], "requestMessage": message}]


def test_what_azure_makes_up_is_announced_as_unknown(announced: Graph) -> None:
    unknown = {
        (each.label, key): value
        for each in announced.children
        for key, value in each.inputs.items()
        if UNKNOWN in str(value) and "ingest" not in each.name and each.kind != "Deployment"
    }
    assert unknown == {
        (ENDPOINT, "manualPrivateLinkServiceConnections"): _connection(UNKNOWN),
        (RECORD, "aRecords"): [{"ipv4Address": UNKNOWN}],
        (RECORD, "privateZoneName"): UNKNOWN,
        (LINK, "privateZoneName"): UNKNOWN,
    }


def test_everything_else_is_announced_as_it_will_be(graph: Graph, announced: Graph) -> None:
    for each in announced.children:
        made = graph[each.label].inputs
        assert each.inputs.keys() == made.keys()
        assert [key for key, value in each.inputs.items() if UNKNOWN not in str(value) and made[key] != value] == []


def test_a_later_preview_announces_no_change(graph: Graph) -> None:
    """
    The preview of an update makes every output unknown but id, name and location.

    What follows the outputs would be announced as changed, endpoints as replaced; what is looked up stays as it is.
    """
    later = run_as("later preview", _PROGRAM)
    assert {each.label: each.inputs for each in later} == {each.label: each.inputs for each in graph}
