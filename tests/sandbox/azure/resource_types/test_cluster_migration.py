"""Clusters that leave their virtual network and return: load balancers, and services on them."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import AzureError, OperationFailed, ResourceId, switches
from azure_sandbox.azure.patch_operations import LOOKS
from azure_sandbox.azure.resource_types import cluster_migration

from ...rule_marks import holds
from ...small_world import BALANCER, OWNER, OWNER_NETWORK, SERVICE, SandboxCloud, network
from .cluster_bodies import ADX, injected

BALANCERS = {
    network(OWNER, "loadBalancers", f"{prefix}-adx1-{kind}")
    for prefix in ("kucompute", "kudatamgmt")
    for kind in ("elb", "ilb")
}


@pytest.fixture(autouse=True)
def in_network(cloud: SandboxCloud) -> None:
    """The load balancer of the small world has the two public addresses of the cluster."""
    cloud.put(ADX, injected())


def leave(cloud: SandboxCloud) -> None:
    cloud.put(ADX, injected(state="Disabled"))


def balancers(cloud: SandboxCloud) -> set[str]:
    ours = {BALANCER, *BALANCERS}
    return {id for id in cloud.ids() if id in ours}


def state(cloud: SandboxCloud) -> str:
    return cloud.get(ADX)["properties"]["virtualNetworkConfiguration"]["state"]


@holds(cluster_migration.BALANCERS_LEFT, cluster_migration.BALANCERS_RETURNED)
def test_load_balancers_go_with_a_migration_and_come_back_as_others(cloud: SandboxCloud) -> None:
    """A roll-back does not bring back the frontends that services were on."""
    leave(cloud)
    assert balancers(cloud) == set()
    cloud.put(ADX, injected())
    assert balancers(cloud) == BALANCERS
    (frontend,) = cloud.get(network(OWNER, "loadBalancers", "kucompute-adx1-elb"))["properties"][
        "frontendIPConfigurations"
    ]
    assert frontend["properties"]["publicIPAddress"]["id"] == network(OWNER, "publicIPAddresses", "one")
    (inner,) = cloud.get(network(OWNER, "loadBalancers", "kudatamgmt-adx1-ilb"))["properties"][
        "frontendIPConfigurations"
    ]
    assert inner["properties"]["subnet"]["id"] == f"{OWNER_NETWORK}/subnets/adx"
    leave(cloud)
    assert balancers(cloud) == set()


@pytest.mark.usefixtures("alias")
@holds(switches.FLIP_WITH_SERVICE, cluster_migration.BALANCERS_RETURNED)
def test_a_service_can_stay_on_a_load_balancer_that_leads_nowhere(cloud: SandboxCloud) -> None:
    """Somebody clicked on the button of the migration, and the services of another team are still there."""
    cloud.azure.set_switch("flip-with-service", "orphan")
    before = cloud.get(SERVICE), cloud.get(BALANCER)
    leave(cloud)
    assert (cloud.get(SERVICE), cloud.get(BALANCER)) == before
    cloud.put(ADX, injected())
    assert (cloud.get(SERVICE), cloud.get(BALANCER)) == before


@pytest.mark.usefixtures("alias")
@holds(switches.FLIP_WITH_SERVICE)
def test_a_service_can_lose_its_frontend(cloud: SandboxCloud) -> None:
    cloud.azure.set_switch("flip-with-service", "detach")
    leave(cloud)
    assert balancers(cloud) == set()
    assert cloud.get(SERVICE)["properties"]["loadBalancerFrontendIpConfigurations"] == []
    cloud.put(ADX, injected())
    assert cloud.get(SERVICE)["properties"]["loadBalancerFrontendIpConfigurations"] == []
    cloud.delete(SERVICE)


@pytest.mark.usefixtures("alias")
@holds(switches.FLIP_WITH_SERVICE, cluster_migration.BALANCER_IN_USE)
def test_a_service_can_keep_a_cluster_in_its_network(cloud: SandboxCloud) -> None:
    cloud.azure.set_switch("flip-with-service", "refuse")
    with pytest.raises(OperationFailed) as error:
        leave(cloud)
    assert error.value.code == "CannotDeleteLoadBalancerWithPrivateLinkService"
    assert SERVICE in error.value.message
    assert (state(cloud), balancers(cloud)) == ("Enabled", {BALANCER})
    assert cloud.get(ADX)["properties"]["provisioningState"] == "Failed"
    cloud.delete(SERVICE)
    leave(cloud)
    assert (state(cloud), cloud.get(ADX)["properties"]["provisioningState"]) == ("Disabled", "Succeeded")


@pytest.mark.usefixtures("alias")
@holds(cluster_migration.BALANCER_IN_USE)
def test_a_client_that_patches_learns_it_later(cloud: SandboxCloud) -> None:
    """The request is accepted; only a look at its operation shows that it has failed."""
    cloud.azure.set_switch("flip-with-service", "refuse")
    client = SandboxCloud(cloud.azure.acting_as("client"))
    answer = client.azure.patch(ResourceId.parse(ADX), injected(state="Disabled"))
    assert answer.status == 202
    for _ in range(LOOKS + 1):
        client.get(ADX)
    assert (state(client), client.get(ADX)["properties"]["provisioningState"]) == ("Enabled", "Failed")
    name = answer.headers["Location"].partition("/operationResults/")[2].partition("?")[0]
    failed = client.azure.poll(name).body
    assert failed
    assert failed["error"]["code"] == "CannotDeleteLoadBalancerWithPrivateLinkService"


def test_a_return_needs_the_public_addresses(cloud: SandboxCloud) -> None:
    """Somebody gave them to another load balancer."""
    leave(cloud)
    address = {"publicIPAddress": {"id": network(OWNER, "publicIPAddresses", "one")}}
    cloud.put(
        network(OWNER, "loadBalancers", "other"),
        {
            "location": "westus",
            "sku": {"name": "Standard"},
            "properties": {"frontendIPConfigurations": [{"name": "fe", "properties": address}]},
        },
    )
    with pytest.raises(AzureError, match="PublicIPAddress"):
        cloud.put(ADX, injected())
    assert state(cloud) == "Disabled"
