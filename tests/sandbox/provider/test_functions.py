"""The provider's functions, and how they fail."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from azure_sandbox.azure import Trouble
from azure_sandbox.provider import functions, protocol, resource_paths
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..engine import Engine
from ..holds import holds
from ..places import BALANCER, CLIENTS, CONSUMER, CONSUMER_SUBSCRIPTION, FRONTEND, OWNER, OWNER_SUBSCRIPTION, Cloud


@holds(functions.GETTER)
def test_a_look_up_has_the_shape_of_the_sdk(engine: Engine, cloud: Cloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    found = engine.invoke("network:getLoadBalancer", resourceGroupName="owner", loadBalancerName="lb")
    assert found["id"] == BALANCER
    assert found["frontendIPConfigurations"][0]["id"] == FRONTEND
    assert "publicIPAddress" in found["frontendIPConfigurations"][0]
    assert found["azureApiVersion"] == "2024-05-01"
    assert found["etag"] == cloud.get(BALANCER)["etag"]


@holds(functions.GETTER)
def test_arguments_that_azure_does_not_know_are_let_through(engine: Engine) -> None:
    found = engine.invoke(
        "network:getSubnet", resourceGroupName="consumer", virtualNetworkName="vnet", subnetName="clients", expand="all"
    )
    assert found["id"] == CLIENTS
    assert found["privateLinkServiceNetworkPolicies"] == "Enabled"


@holds(functions.GETTER_FAILS)
def test_what_is_missing(engine: Engine) -> None:
    id = f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/gone"
    message = (
        "The Resource 'Microsoft.Network/privateEndpoints/gone' under resource group 'consumer' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    with engine.refused(f'request failed {id}: Status=404 Code="ResourceNotFound" Message="{message}"'):
        engine.invoke("network:getPrivateEndpoint", resourceGroupName="consumer", privateEndpointName="gone")


@holds(functions.GETTER_FAILS)
def test_a_subscription_sees_its_own_groups_only(engine: Engine) -> None:
    """A provider of the wrong subscription finds nothing: the error shows which one it looked in."""
    id = f"{OWNER}/providers/Microsoft.Network/loadBalancers/lb".replace(OWNER_SUBSCRIPTION, CONSUMER.split("/")[2])
    missing = "Resource group 'owner' could not be found."
    with engine.refused(f'request failed {id}: Status=404 Code="ResourceGroupNotFound" Message="{missing}"'):
        engine.invoke("network:getLoadBalancer", resourceGroupName="owner", loadBalancerName="lb")


@holds(functions.UNKNOWN_FUNCTION)
def test_an_unknown_function(engine: Engine) -> None:
    with engine.refused("Invoke type azure-native:network:getVirtualHubb not found"):
        engine.invoke("network:getVirtualHubb")
    with pytest.raises(
        Exception,
        match=r"^The sandbox has no function azure-native:network:getVirtualHub\. It has: .*azure-"
        r"native:network:getSubnet",
    ):
        engine.invoke("network:getVirtualHub")


@holds(functions.GETTER)
def test_there_is_a_look_up_for_every_type(engine: Engine) -> None:
    for token, spec in RESOURCE_SPECS.items():
        module, name = token.removeprefix("azure-native:").split(":")
        arguments: dict[str, Any] = {
            **dict.fromkeys(spec.path_parameters, "none"),
            "recordType": "A",
            "scope": CONSUMER,
        }
        with pytest.raises(Exception, match=r"^request failed /subscriptions/.*: Status=404 Code="):
            engine.invoke(f"{module}:get{name}", **arguments)


@holds(resource_paths.MISSING_PART, functions.GETTER_FAILS)
def test_a_missing_argument_is_looked_up_as_it_is(engine: Engine) -> None:
    """So the refusal names something that nobody asked for."""
    id = f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/{{privateEndpointName}}"
    with pytest.raises(Exception, match=r"privateEndpoints/\{privateEndpointName\}' under resource group") as caught:
        engine.invoke("network:getPrivateEndpoint", resourceGroupName="consumer")
    assert str(caught.value).startswith(f"request failed {id}: Status=404")


@holds(resource_paths.PATH_FROM_INPUTS)
def test_an_argument_that_is_no_text(engine: Engine) -> None:
    with engine.refused("expected string value for path parameter 'resourceGroupName', got map[string]interface {}"):
        engine.invoke("resources:getResourceGroup", resourceGroupName={"name": "consumer"})


def test_a_look_up_waits_out_what_passes(engine: Engine, cloud: Cloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="throttled", times=3))
    assert engine.invoke("resources:getResourceGroup", resourceGroupName="consumer")["id"] == CONSUMER


@holds(functions.CLIENT_CONFIG, protocol.IDENTITY)
def test_the_client_config_tells_who_one_is(engine: Engine) -> None:
    """The program compares the subscription with the ids in its settings."""
    engine.configure(clientId="somebody", tenantId="home")
    assert engine.invoke("authorization:getClientConfig") == {
        "clientId": "somebody",
        "objectId": "00000000-0000-0000-0000-000000000000",
        "subscriptionId": CONSUMER_SUBSCRIPTION,
        "tenantId": "home",
    }


@pytest.mark.parametrize(
    ("arguments", "audience"),
    [({}, "https://management.azure.com/"), ({"endpoint": "https://kusto.windows.net"}, "https://kusto.windows.net")],
)
@holds(functions.CLIENT_TOKEN)
def test_a_token_tells_who_it_is_for(engine: Engine, arguments: dict[str, str], audience: str) -> None:
    engine.configure(clientId="somebody", tenantId="home")
    token = engine.invoke("authorization:getClientToken", **arguments)["token"]
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (claims["aud"], claims["appid"], claims["tid"]) == (audience, "somebody", "home")
