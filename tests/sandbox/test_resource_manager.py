"""What Azure Resource Manager asks of every resource: a group, a parent, a region, a body that can be read."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import (
    AzureError,
    OperationFailed,
    ResourceId,
    bodies,
    clouds,
    known_types,
    resource_manager,
    resource_type,
    subscriptions,
)
from azure_sandbox.azure.resource_types import resource_groups, subnets

from .holds import holds
from .places import (
    BALANCER,
    CONSUMER,
    EAST_NETWORK,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    SKU,
    ZONE,
    Cloud,
    a_record,
    endpoint,
    link,
    network,
    public_address,
    zone,
)

ELSEWHERE = OWNER.replace("owner", "elsewhere")


@holds(resource_type.GROUP_NOT_FOUND)
@pytest.mark.parametrize(
    "id", [network(ELSEWHERE, "virtualNetworks", "vnet"), f"{network(ELSEWHERE, 'privateDnsZones', 'a.b')}/A/x"]
)
def test_nothing_is_outside_a_resource_group(cloud: Cloud, id: str) -> None:
    with cloud.refuses("ResourceGroupNotFound", 404):
        cloud.put(id, {"location": "westus"})
    with cloud.refuses("ResourceGroupNotFound", 404):
        cloud.get(id)


@holds(resource_type.NOT_FOUND, resource_type.GROUP_NOT_FOUND, known_types.UNKNOWN_TYPE, subnets.SUBNET_NOT_FOUND)
def test_missing_groups_resources_and_types_are_told_apart(cloud: Cloud) -> None:
    with cloud.refuses("ResourceGroupNotFound", 404):
        cloud.get(ELSEWHERE)
    with cloud.refuses("ResourceNotFound", 404):
        cloud.get(ENDPOINT)
    with pytest.raises(AzureError, match=f"Resource {OWNER_NETWORK}/subnets/none not found") as told:
        cloud.get(f"{OWNER_NETWORK}/subnets/none")
    assert (told.value.status, told.value.code) == (404, "NotFound")
    with pytest.raises(
        AzureError, match=r"The sandbox has no resource type .*/virtualHubs'\. It has: .*/loadBalancers"
    ) as told:
        cloud.put(network(OWNER, "virtualHubs", "hub"), {"location": "westus"})
    assert (told.value.status, told.value.code) == (404, "InvalidResourceType")


@holds(clouds.UNKNOWN_REGION, clouds.UNKNOWN_REGION_OF_GROUP)
@pytest.mark.parametrize("region", ["mars", "west-us", "global", "eastus6"])
def test_a_region_is_one_of_azures(cloud: Cloud, region: str) -> None:
    with pytest.raises(
        AzureError, match=f"The provided location '{region}' is not available .*,westus,westus2,"
    ) as told:
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {"location": region})
    assert (told.value.status, told.value.code) == (400, "LocationNotAvailableForResourceType")
    with cloud.refuses("LocationNotAvailableForResourceGroup"):
        cloud.put(ELSEWHERE, {"location": region})


@holds(resource_manager.PARENT_NOT_FOUND)
def test_a_child_needs_its_parent(cloud: Cloud) -> None:
    with cloud.refuses("ParentResourceNotFound", 404):
        cloud.put(f"{OWNER_NETWORK}-gone/subnets/new", {"properties": {"addressPrefix": "10.0.0.0/24"}})


@holds(resource_manager.LOCATION_REQUIRED, resource_type.LOCATION_CHANGED)
def test_most_resources_need_a_region_and_keep_it(cloud: Cloud) -> None:
    with cloud.refuses("LocationRequired"):
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {})
    with cloud.refuses("InvalidResourceLocation", 409):
        cloud.put(network(OWNER, "publicIPAddresses", "one"), {"location": "eastus"})
    assert cloud.put(network(OWNER, "publicIPAddresses", "one"), public_address("West US"))["location"] == "westus"


def test_ids_are_compared_without_case_and_keep_their_first_spelling(cloud: Cloud) -> None:
    assert cloud.get(OWNER_NETWORK.upper())["id"] == OWNER_NETWORK
    cloud.put(network(OWNER, "publicIPAddresses", "ONE"), public_address())
    assert cloud.get(network(OWNER, "publicIPAddresses", "one"))["name"] == "one"


@holds(bodies.CANNOT_PARSE)
@pytest.mark.parametrize(
    ("id", "body"),
    [
        (OWNER_NETWORK, {"properties": "text"}),
        (OWNER_NETWORK, {"properties": {"subnets": {"a": "b"}}}),
        (OWNER_NETWORK, {"properties": {"subnets": ["text"]}}),
        (SERVICE, {"properties": {"visibility": "*"}}),
        (
            f"{OWNER}/providers/Microsoft.Kusto/clusters/cluster",
            {"sku": SKU, "properties": {"virtualNetworkConfiguration": {"state": "Enabled"}}},
        ),
    ],
)
def test_what_cannot_be_parsed_is_refused(cloud: Cloud, id: str, body: dict[str, Any]) -> None:
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(id, {"location": "westus", **body})


def test_deleting_what_is_not_there_is_fine(cloud: Cloud) -> None:
    before = cloud.azure.list()
    for id in (ENDPOINT, ELSEWHERE, f"{ZONE}/A/x"):
        cloud.delete(id)
    assert cloud.azure.list() == before


def test_a_group_takes_all_that_is_in_it(cloud: Cloud, alias: str) -> None:
    """In the order that Azure needs: endpoints before interfaces, services before load balancers."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/link", link())
    cloud.put(f"{ZONE}/A/x", a_record("10.3.0.4"))
    cloud.delete(CONSUMER)
    assert cloud.connections() == []
    cloud.delete(OWNER)
    assert cloud.ids() == []


@holds(resource_groups.DELETION_BLOCKED)
def test_a_group_stays_while_others_need_what_is_in_it(cloud: Cloud, alias: str) -> None:
    """What nobody needs is gone all the same: there is no way back from a deletion."""
    cloud.put(ENDPOINT, endpoint(alias))
    with pytest.raises(OperationFailed, match="ResourceGroupDeletionBlocked") as told:
        cloud.delete(OWNER)
    assert "'Microsoft.Network/loadBalancers/lb, " in told.value.message
    assert {OWNER, SERVICE, BALANCER, OWNER_NETWORK} <= set(cloud.ids())
    assert EAST_NETWORK not in cloud.ids()
    cloud.delete(ENDPOINT)
    cloud.delete(OWNER)
    assert OWNER not in cloud.ids()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a b", marks=holds(resource_groups.BAD_NAME)),
        pytest.param("a*", marks=holds(resource_groups.BAD_NAME)),
        pytest.param("g" * 91, marks=holds(resource_groups.BAD_LENGTH)),
        pytest.param("group.", marks=holds(resource_groups.BAD_LENGTH)),
    ],
)
def test_what_a_group_may_not_be_called(cloud: Cloud, name: str) -> None:
    with cloud.refuses("InvalidResourceGroup"):
        cloud.put(OWNER.replace("owner", name), {"location": "westus"})


@pytest.mark.parametrize("name", ["g" * 90, "(a).b-c_d", "Größe", ".a"])
def test_what_a_group_may_be_called(cloud: Cloud, name: str) -> None:
    assert cloud.put(OWNER.replace("owner", name), {"location": "westus"})["name"] == name


@holds(resource_groups.MOVED)
def test_a_group_stays_where_it_is(cloud: Cloud) -> None:
    with cloud.refuses("InvalidResourceGroupLocation", 409):
        cloud.put(OWNER, {"location": "eastus"})
    cloud.put(OWNER, {"location": "West US", "tags": {"a": "b"}})


@holds(subscriptions.UNKNOWN_SUBSCRIPTION)
@pytest.mark.parametrize("verb", ["get", "put"])
def test_a_client_finds_only_subscriptions_of_the_world(cloud: Cloud, verb: str) -> None:
    """A digit too few in a setting."""
    group = ResourceId.parse("/subscriptions/4444/resourceGroups/group")
    client = cloud.azure.acting_as("somebody")
    with pytest.raises(AzureError, match="The subscription '4444' could not be found") as told:
        client.get(group) if verb == "get" else client.put(group, {"location": "westus"})
    assert told.value.status == 404
    client.delete(group)
    cloud.put(group.text, {"location": "westus"})
    assert client.get(group)["name"] == "group"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vnet",
        "/subscriptions/s",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network",
        f"{OWNER_NETWORK}/subnets",
    ],
)
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="not a resource id"):
        ResourceId.parse(text)


def test_parts_of_an_id() -> None:
    id = ResourceId.parse(f"{OWNER_NETWORK}/subnets/nat")
    assert id.type == "Microsoft.Network/virtualNetworks/subnets"
    assert id.names == ("vnet", "nat")
    assert id.parent is not None
    assert id.parent.text == OWNER_NETWORK
    assert id.group.text == OWNER
    assert id.parent.parent is None
