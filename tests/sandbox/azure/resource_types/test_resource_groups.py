"""Resource groups: names, locations, and the deletion of a group with its resources."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import OperationFailed
from azure_sandbox.azure.resource_types import resource_groups

from ...rule_marks import holds
from ...small_world import (
    BALANCER,
    CONSUMER,
    EAST_NETWORK,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    ZONE,
    SandboxCloud,
    a_record,
    endpoint,
    link,
    zone,
)


def test_a_group_is_deleted_with_its_resources(cloud: SandboxCloud, alias: str) -> None:
    """Azure finds the order: endpoints before interfaces, services before load balancers."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/link", link())
    cloud.put(f"{ZONE}/A/x", a_record("10.3.0.4"))
    cloud.delete(CONSUMER)
    assert cloud.connections() == []
    cloud.delete(OWNER)
    assert cloud.ids() == []


@holds(resource_groups.DELETION_BLOCKED)
def test_a_group_stays_while_another_needs_its_resources(cloud: SandboxCloud, alias: str) -> None:
    """The resources that no other group needs are deleted all the same."""
    cloud.put(ENDPOINT, endpoint(alias))
    with pytest.raises(OperationFailed, match="ResourceGroupDeletionBlocked") as error:
        cloud.delete(OWNER)
    assert "'Microsoft.Network/loadBalancers/lb, " in error.value.message
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
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("InvalidResourceGroup"):
        cloud.put(OWNER.replace("owner", name), {"location": "westus"})


@pytest.mark.parametrize("name", ["g" * 90, "(a).b-c_d", "Größe", ".a"])
def test_a_valid_name_is_accepted(cloud: SandboxCloud, name: str) -> None:
    assert cloud.put(OWNER.replace("owner", name), {"location": "westus"})["name"] == name


@holds(resource_groups.MOVED)
def test_a_group_cannot_move(cloud: SandboxCloud) -> None:
    with cloud.rejects("InvalidResourceGroupLocation", 409):
        cloud.put(OWNER, {"location": "eastus"})
    cloud.put(OWNER, {"location": "West US", "tags": {"a": "b"}})
