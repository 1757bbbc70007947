"""The provider's functions, and how they fail."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from azure_sandbox.azure import Trouble
from azure_sandbox.provider import functions, protocol, resource_paths
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..fake_engine import Engine
from ..rule_marks import holds
from ..small_world import (
    BALANCER,
    CLIENTS,
    CONSUMER,
    CONSUMER_SUBSCRIPTION,
    FRONTEND,
    OWNER,
    OWNER_SUBSCRIPTION,
    SandboxCloud,
)


@holds(functions.GETTER)
def test_a_getter_has_the_shape_of_outputs(engine: Engine, cloud: SandboxCloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    balancer = engine.invoke("network:getLoadBalancer", resourceGroupName="owner", loadBalancerName="lb")
    assert balancer["id"] == BALANCER
    assert balancer["frontendIPConfigurations"][0]["id"] == FRONTEND
    assert "publicIPAddress" in balancer["frontendIPConfigurations"][0]
    assert balancer["azureApiVersion"] == "2024-05-01"
    assert balancer["etag"] == cloud.get(BALANCER)["etag"]


@holds(functions.GETTER)
def test_arguments_outside_the_path_are_ignored(engine: Engine) -> None:
    subnet = engine.invoke(
        "network:getSubnet", resourceGroupName="consumer", virtualNetworkName="vnet", subnetName="clients", expand="all"
    )
    assert subnet["id"] == CLIENTS
    assert subnet["privateLinkServiceNetworkPolicies"] == "Enabled"


@holds(functions.GETTER_FAILS)
def test_a_getter_of_a_missing_resource(engine: Engine) -> None:
    id = f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/gone"
    message = (
        "The Resource 'Microsoft.Network/privateEndpoints/gone' under resource group 'consumer' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    with engine.fails_with(f'request failed {id}: Status=404 Code="ResourceNotFound" Message="{message}"'):
        engine.invoke("network:getPrivateEndpoint", resourceGroupName="consumer", privateEndpointName="gone")


@holds(functions.GETTER_FAILS)
def test_a_getter_looks_in_the_subscription_of_the_provider(engine: Engine) -> None:
    """The error shows the subscription."""
    id = f"{OWNER}/providers/Microsoft.Network/loadBalancers/lb".replace(OWNER_SUBSCRIPTION, CONSUMER.split("/")[2])
    missing = "Resource group 'owner' could not be found."
    with engine.fails_with(f'request failed {id}: Status=404 Code="ResourceGroupNotFound" Message="{missing}"'):
        engine.invoke("network:getLoadBalancer", resourceGroupName="owner", loadBalancerName="lb")


@holds(functions.UNKNOWN_FUNCTION)
def test_an_unknown_function(engine: Engine) -> None:
    with engine.fails_with("Invoke type azure-native:network:getVirtualHubb not found"):
        engine.invoke("network:getVirtualHubb")
    with pytest.raises(
        Exception,
        match=r"^The sandbox has no function azure-native:network:getVirtualHub\. It has: .*azure-"
        r"native:network:getSubnet",
    ):
        engine.invoke("network:getVirtualHub")


@holds(functions.GETTER)
def test_every_type_has_a_getter(engine: Engine) -> None:
    for token, spec in RESOURCE_SPECS.items():
        module, name = token.removeprefix("azure-native:").split(":")
        arguments: dict[str, Any] = {
            **dict.fromkeys(spec.path_parameters, "none"),
            "recordType": "A",
            "scope": CONSUMER,
            "resourceUri": CONSUMER,
        }
        with pytest.raises(Exception, match=r"^request failed /.*: Status=404 Code="):
            engine.invoke(f"{module}:get{name}", **arguments)


@holds(resource_paths.MISSING_PART, functions.GETTER_FAILS)
def test_a_missing_argument_leaves_its_placeholder(engine: Engine) -> None:
    """The error then names a resource that the program does not mean."""
    id = f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/{{privateEndpointName}}"
    with pytest.raises(Exception, match=r"privateEndpoints/\{privateEndpointName\}' under resource group") as caught:
        engine.invoke("network:getPrivateEndpoint", resourceGroupName="consumer")
    assert str(caught.value).startswith(f"request failed {id}: Status=404")


@holds(resource_paths.PATH_FROM_INPUTS)
def test_an_argument_that_is_not_a_string_is_rejected(engine: Engine) -> None:
    with engine.fails_with("expected string value for path parameter 'resourceGroupName', got map[string]interface {}"):
        engine.invoke("resources:getResourceGroup", resourceGroupName={"name": "consumer"})


def test_a_getter_is_retried(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="throttled", times=3))
    assert engine.invoke("resources:getResourceGroup", resourceGroupName="consumer")["id"] == CONSUMER


@holds(functions.CLIENT_CONFIG, protocol.IDENTITY)
def test_the_client_config_has_the_identity_of_the_provider(engine: Engine) -> None:
    """Programs compare its subscription with the ids in their settings."""
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
def test_a_token_has_the_identity_of_the_provider_and_an_audience(
    engine: Engine, arguments: dict[str, str], audience: str
) -> None:
    engine.configure(clientId="somebody", tenantId="home")
    token = engine.invoke("authorization:getClientToken", **arguments)["token"]
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (claims["aud"], claims["appid"], claims["tid"]) == (audience, "somebody", "home")
