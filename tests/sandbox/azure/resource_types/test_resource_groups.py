"""Resource groups: names, locations, and the deletion of a group with its resources."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import OperationFailed
from azure_sandbox.azure.resource_types import resource_groups

from ...holds import holds
from ...places import (
    BALANCER,
    CONSUMER,
    EAST_NETWORK,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    ZONE,
    Cloud,
    a_record,
    endpoint,
    link,
    zone,
)


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
