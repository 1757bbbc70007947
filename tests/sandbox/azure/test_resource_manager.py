"""Azure Resource Manager: groups, parents, locations, spellings and subscriptions."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import (
    AzureError,
    ResourceId,
    clouds,
    known_types,
    resource_manager,
    resource_type,
    subscriptions,
)
from azure_sandbox.azure.resource_types import subnets

from ..rule_marks import holds
from ..small_world import ENDPOINT, OWNER, OWNER_NETWORK, ZONE, SandboxCloud, network, public_address

ELSEWHERE = OWNER.replace("owner", "elsewhere")


@holds(resource_type.GROUP_NOT_FOUND)
@pytest.mark.parametrize(
    "id", [network(ELSEWHERE, "virtualNetworks", "vnet"), f"{network(ELSEWHERE, 'privateDnsZones', 'a.b')}/A/x"]
)
def test_a_resource_needs_its_group(cloud: SandboxCloud, id: str) -> None:
    with cloud.rejects("ResourceGroupNotFound", 404):
        cloud.put(id, {"location": "westus"})
    with cloud.rejects("ResourceGroupNotFound", 404):
        cloud.get(id)


@holds(resource_type.NOT_FOUND, resource_type.GROUP_NOT_FOUND, known_types.UNKNOWN_TYPE, subnets.SUBNET_NOT_FOUND)
def test_missing_groups_resources_and_types_have_different_errors(cloud: SandboxCloud) -> None:
    with cloud.rejects("ResourceGroupNotFound", 404):
        cloud.get(ELSEWHERE)
    with cloud.rejects("ResourceNotFound", 404):
        cloud.get(ENDPOINT)
    with pytest.raises(AzureError, match=f"Resource {OWNER_NETWORK}/subnets/none not found") as error:
        cloud.get(f"{OWNER_NETWORK}/subnets/none")
    assert (error.value.status, error.value.code) == (404, "NotFound")
    with pytest.raises(
        AzureError, match=r"The sandbox has no resource type .*/virtualHubs'\. It has: .*/loadBalancers"
    ) as error:
        cloud.put(network(OWNER, "virtualHubs", "hub"), {"location": "westus"})
    assert (error.value.status, error.value.code) == (404, "InvalidResourceType")


@holds(clouds.UNKNOWN_REGION, clouds.UNKNOWN_REGION_OF_GROUP)
@pytest.mark.parametrize("region", ["mars", "west-us", "global", "eastus6"])
def test_an_unknown_region_is_rejected(cloud: SandboxCloud, region: str) -> None:
    with pytest.raises(
        AzureError, match=f"The provided location '{region}' is not available .*,westus,westus2,"
    ) as error:
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {"location": region})
    assert (error.value.status, error.value.code) == (400, "LocationNotAvailableForResourceType")
    with cloud.rejects("LocationNotAvailableForResourceGroup"):
        cloud.put(ELSEWHERE, {"location": region})


@holds(resource_manager.PARENT_NOT_FOUND)
def test_a_nested_resource_needs_its_parent(cloud: SandboxCloud) -> None:
    with cloud.rejects("ParentResourceNotFound", 404):
        cloud.put(f"{OWNER_NETWORK}-gone/subnets/new", {"properties": {"addressPrefix": "10.0.0.0/24"}})


@holds(resource_manager.LOCATION_REQUIRED, resource_type.LOCATION_CHANGED)
def test_a_resource_needs_a_region_and_cannot_move(cloud: SandboxCloud) -> None:
    with cloud.rejects("LocationRequired"):
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {})
    with cloud.rejects("InvalidResourceLocation", 409):
        cloud.put(network(OWNER, "publicIPAddresses", "one"), {"location": "eastus"})
    assert cloud.put(network(OWNER, "publicIPAddresses", "one"), public_address("West US"))["location"] == "westus"


def test_an_id_has_no_case_and_keeps_its_first_spelling(cloud: SandboxCloud) -> None:
    assert cloud.get(OWNER_NETWORK.upper())["id"] == OWNER_NETWORK
    cloud.put(network(OWNER, "publicIPAddresses", "ONE"), public_address())
    assert cloud.get(network(OWNER, "publicIPAddresses", "one"))["name"] == "one"


def test_deleting_a_missing_resource_succeeds(cloud: SandboxCloud) -> None:
    before = cloud.azure.list()
    for id in (ENDPOINT, ELSEWHERE, f"{ZONE}/A/x"):
        cloud.delete(id)
    assert cloud.azure.list() == before


@holds(subscriptions.UNKNOWN_SUBSCRIPTION)
@pytest.mark.parametrize("verb", ["get", "put"])
def test_a_client_finds_only_subscriptions_of_the_world(cloud: SandboxCloud, verb: str) -> None:
    """A setting can lack a digit of a subscription."""
    group = ResourceId.parse("/subscriptions/4444/resourceGroups/group")
    client = cloud.azure.acting_as("somebody")
    with pytest.raises(AzureError, match="The subscription '4444' could not be found") as error:
        client.get(group) if verb == "get" else client.put(group, {"location": "westus"})
    assert error.value.status == 404
    client.delete(group)
    cloud.put(group.text, {"location": "westus"})
    assert client.get(group)["name"] == "group"
