"""Look-ups, and how they fail."""

from __future__ import annotations

from .engine import Engine
from .places import BALANCER, CLIENTS, CONSUMER, FRONTEND, OWNER, OWNER_SUBSCRIPTION, Cloud


def test_a_look_up_has_the_shape_of_the_sdk(engine: Engine, cloud: Cloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    found = engine.invoke("network:getLoadBalancer", resourceGroupName="owner", loadBalancerName="lb")
    assert found["id"] == BALANCER
    assert found["frontendIPConfigurations"][0]["id"] == FRONTEND
    assert "publicIPAddress" in found["frontendIPConfigurations"][0]
    assert found["azureApiVersion"] == "2024-05-01"
    assert found["etag"] == cloud.get(BALANCER)["etag"]


def test_arguments_that_azure_does_not_know_are_let_through(engine: Engine) -> None:
    found = engine.invoke(
        "network:getSubnet", resourceGroupName="consumer", virtualNetworkName="vnet", subnetName="clients", expand="all"
    )
    assert found["id"] == CLIENTS
    assert found["privateLinkServiceNetworkPolicies"] == "Enabled"


def test_what_is_missing(engine: Engine) -> None:
    id = f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/gone"
    message = (
        "The Resource 'Microsoft.Network/privateEndpoints/gone' under resource group 'consumer' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    with engine.refused(f'request failed {id}: Status=404 Code="ResourceNotFound" Message="{message}"'):
        engine.invoke("network:getPrivateEndpoint", resourceGroupName="consumer", privateEndpointName="gone")


def test_a_subscription_sees_its_own_groups_only(engine: Engine) -> None:
    """A provider of the wrong subscription finds nothing: the error shows which one it looked in."""
    id = f"{OWNER}/providers/Microsoft.Network/loadBalancers/lb".replace(OWNER_SUBSCRIPTION, CONSUMER.split("/")[2])
    missing = "Resource group 'owner' could not be found."
    with engine.refused(f'request failed {id}: Status=404 Code="ResourceGroupNotFound" Message="{missing}"'):
        engine.invoke("network:getLoadBalancer", resourceGroupName="owner", loadBalancerName="lb")


def test_an_unknown_function(engine: Engine) -> None:
    with engine.refused("Invoke type azure-native:network:getVirtualHub not found"):
        engine.invoke("network:getVirtualHub")
