"""Application security groups: their members, regions, and groups in use."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, references
from azure_sandbox.azure.resource_types import application_security_groups

from ...fake_engine import Engine
from ...rule_marks import holds
from ...small_world import CLIENTS, CONSUMER, ENDPOINT, GROUP, OWNER, SandboxCloud, endpoint, network, subnet

SECOND = network(CONSUMER, "privateEndpoints", "second")
OTHER_NETWORK = network(CONSUMER, "virtualNetworks", "other")


def in_group(alias: str, group: str = GROUP, **more: Any) -> Json:
    return endpoint(alias, applicationSecurityGroups=[{"id": group}], **more)


@pytest.fixture
def group(cloud: SandboxCloud) -> str:
    return cloud.put(GROUP, {"location": "westus"})["id"]


@pytest.mark.parametrize(
    ("elsewhere", "location"),
    [
        pytest.param(None, "", id="none at all"),
        pytest.param(network(CONSUMER, "applicationSecurityGroups", "east"), "eastus", id="of another region"),
        pytest.param(network(OWNER, "applicationSecurityGroups", "owners"), "westus", id="of another subscription"),
    ],
)
@holds(references.REFERENCE_NOT_FOUND)
def test_a_group_must_share_region_and_subscription_with_its_endpoint(
    cloud: SandboxCloud, alias: str, elsewhere: str | None, location: str
) -> None:
    if elsewhere:
        cloud.put(elsewhere, {"location": location})
    with cloud.rejects("InvalidResourceReference"):
        cloud.put(ENDPOINT, in_group(alias, elsewhere or GROUP))


@holds(references.WRONG_TYPE)
def test_a_subnet_is_not_a_group(cloud: SandboxCloud, alias: str) -> None:
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(ENDPOINT, in_group(alias, CLIENTS.rsplit("/", 2)[0]))


@pytest.mark.usefixtures("group")
@holds(application_security_groups.OTHER_NETWORK)
def test_the_members_of_a_group_are_in_one_network(cloud: SandboxCloud, alias: str) -> None:
    """A hub and its spokes need a group each: the first endpoint decides the network of a group."""
    space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/24"]}, "subnets": [subnet("clients", "10.9.0.0/28")]}
    cloud.put(OTHER_NETWORK, {"location": "westus", "properties": space})
    cloud.put(ENDPOINT, in_group(alias))
    with cloud.rejects(application_security_groups.OTHER_NETWORK.code):
        cloud.put(SECOND, in_group(alias, subnet=f"{OTHER_NETWORK}/subnets/clients"))
    cloud.put(SECOND, in_group(alias))
    cloud.delete(ENDPOINT)
    cloud.delete(SECOND)
    cloud.put(SECOND, in_group(alias, subnet=f"{OTHER_NETWORK}/subnets/clients"))


@pytest.mark.usefixtures("group")
@holds(application_security_groups.IN_USE)
def test_a_group_with_endpoints_cannot_be_deleted(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, in_group(alias))
    with cloud.rejects(application_security_groups.IN_USE.code):
        cloud.delete(GROUP)
    cloud.put(ENDPOINT, endpoint(alias))
    assert "applicationSecurityGroups" not in cloud.get(ENDPOINT)["properties"]
    cloud.delete(GROUP)


def test_a_program_adds_an_endpoint_to_a_group(engine: Engine, cloud: SandboxCloud, alias: str) -> None:
    id, _ = engine.create(
        "network:ApplicationSecurityGroup",
        {"resourceGroupName": "consumer", "applicationSecurityGroupName": "clients", "location": "westus"},
    )
    assert id == GROUP
    inputs = {
        "resourceGroupName": "consumer",
        "privateEndpointName": "pe",
        "location": "westus",
        "subnet": {"id": CLIENTS},
        "applicationSecurityGroups": [{"id": id}],
        "manualPrivateLinkServiceConnections": [{"name": "c", "privateLinkServiceId": alias}],
    }
    assert engine.create("network:PrivateEndpoint", inputs)[1]["applicationSecurityGroups"] == [{"id": id}]
    assert cloud.get(ENDPOINT)["properties"]["applicationSecurityGroups"] == [{"id": GROUP}]
