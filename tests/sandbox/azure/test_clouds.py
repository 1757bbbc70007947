"""The clouds of the US Government and of China: other host names, older rules, and no links between clouds."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, ResourceId, clouds, subscriptions
from azure_sandbox.azure.resource_types import (
    clusters,
    private_endpoints,
    private_link_service_visibility,
    subnets,
)
from azure_sandbox.provider import provider_config
from azure_sandbox.resolver import resolve

from ..fake_engine import Engine, ReturnedError
from ..rule_marks import holds
from ..small_world import (
    CONSUMER,
    CONSUMER_NETWORK,
    OWNER,
    SKU,
    STANDARD,
    ZONE,
    SandboxCloud,
    endpoint,
    link,
    network,
    public_address,
    service,
    subnet,
    zone,
)

SUBSCRIPTION = "55555555-5555-5555-5555-555555555555"
GOVERNMENT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/government"
REGION = "usgovvirginia"
NETWORK = network(GOVERNMENT, "virtualNetworks", "vnet")
CLIENTS = f"{NETWORK}/subnets/clients"
ENDPOINT = network(GOVERNMENT, "privateEndpoints", "pe")
SERVICE = network(GOVERNMENT, "privateLinkServices", "pls")
BALANCER = network(GOVERNMENT, "loadBalancers", "lb")


def clients(policies: str) -> Json:
    return subnet("clients", "10.5.0.0/28", privateEndpointNetworkPolicies=policies)


@pytest.fixture
def alias(cloud: SandboxCloud) -> str:
    """A service in Virginia, with a network of clients beside it."""
    adx = subnet(
        "adx",
        "10.5.1.0/28",
        privateLinkServiceNetworkPolicies="Disabled",
        delegations=[{"name": "kusto", "properties": {"serviceName": "Microsoft.Kusto/clusters"}}],
    )
    space = {"addressSpace": {"addressPrefixes": ["10.5.0.0/16"]}, "subnets": [clients("Disabled"), adx]}
    fronts = [{"name": "fe", "properties": {"subnet": {"id": f"{NETWORK}/subnets/adx"}}}]
    for id, properties in (
        (GOVERNMENT, {}),
        (NETWORK, space),
    ):
        cloud.put(id, {"location": REGION, "properties": properties})
    cloud.put(BALANCER, {"location": REGION, "sku": STANDARD, "properties": {"frontendIPConfigurations": fronts}})
    for name in ("1", "2"):
        address = public_address(REGION, ipAddress=f"52.0.0.{name}")
        cloud.put(network(GOVERNMENT, "publicIPAddresses", name), address)
    body = service(
        location=REGION,
        loadBalancerFrontendIpConfigurations=[{"id": f"{BALANCER}/frontendIPConfigurations/fe"}],
        ipConfigurations=[{"name": "nat", "properties": {"subnet": {"id": f"{NETWORK}/subnets/adx"}}}],
    )
    return cloud.put(SERVICE, body)["properties"]["alias"]


def government_endpoint(alias: str, **changes: Any) -> Json:
    return endpoint(alias, location=REGION, subnet=CLIENTS, **changes)


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("USGov Virginia", "usgovvirginia.kusto.usgovcloudapi.net"),
        ("chinaeast2", "chinaeast2.kusto.chinacloudapi.cn"),
        ("westus", "westus.kusto.windows.net"),
    ],
)
@holds(clusters.SHAPE)
def test_the_host_names_of_a_cluster_have_the_suffix_of_its_cloud(
    cloud: SandboxCloud, region: str, suffix: str
) -> None:
    group = "/subscriptions/66666666-6666-6666-6666-666666666666/resourceGroups/adx"
    cloud.put(group, {"location": region})
    answer = cloud.put(f"{group}/providers/Microsoft.Kusto/clusters/adx1", {"location": region, "sku": SKU})
    assert answer["properties"]["uri"] == f"https://adx1.{suffix}"
    assert answer["properties"]["dataIngestionUri"] == f"https://ingest-adx1.{suffix}"


@pytest.mark.usefixtures("alias")
def test_public_dns_has_the_privatelink_name_of_the_cloud(cloud: SandboxCloud) -> None:
    injected = {
        "subnetId": f"{NETWORK}/subnets/adx",
        "enginePublicIpId": network(GOVERNMENT, "publicIPAddresses", "1"),
        "dataManagementPublicIpId": network(GOVERNMENT, "publicIPAddresses", "2"),
    }
    body = {"location": REGION, "sku": SKU, "properties": {"virtualNetworkConfiguration": injected}}
    cloud.put(f"{GOVERNMENT}/providers/Microsoft.Kusto/clusters/adx1", body)
    answers = resolve(cloud.azure, NETWORK, f"adx1.{REGION}.kusto.usgovcloudapi.net")
    assert [answer.value for answer in answers] == [f"adx1.privatelink.{REGION}.kusto.usgovcloudapi.net", "52.0.0.1"]


@pytest.mark.parametrize("policies", ["Enabled", "NetworkSecurityGroupEnabled"])
@holds(private_endpoints.SUBNET_POLICIES, subnets.ENDPOINT_POLICIES_NEEDED_OFF)
def test_other_clouds_check_network_policies(cloud: SandboxCloud, alias: str, policies: str) -> None:
    """The public cloud stopped checking them in 2022."""
    cloud.put(CLIENTS, clients(policies))
    with cloud.rejects(private_endpoints.SUBNET_POLICIES.code):
        cloud.put(ENDPOINT, government_endpoint(alias))
    cloud.put(CLIENTS, clients("Disabled"))
    cloud.put(ENDPOINT, government_endpoint(alias))
    with cloud.rejects(subnets.ENDPOINT_POLICIES_NEEDED_OFF.code):
        cloud.put(CLIENTS, clients(policies))


@pytest.mark.usefixtures("alias")
@holds(clouds.OTHER_CLOUD)
def test_a_subscription_has_only_regions_of_its_cloud(cloud: SandboxCloud) -> None:
    """A region can be a copy from another stack."""
    for group, region in ((GOVERNMENT, "westus"), (OWNER, REGION)):
        with cloud.rejects("LocationNotAvailableForResourceType"):
            cloud.put(network(group, "publicIPAddresses", "stray"), {"location": region})


@holds(private_link_service_visibility.INVISIBLE)
def test_an_alias_works_only_in_its_cloud(cloud: SandboxCloud, alias: str) -> None:
    """Even if the service is visible to every subscription (`*`)."""
    with cloud.rejects(private_link_service_visibility.INVISIBLE.code):
        cloud.put(network(CONSUMER, "privateEndpoints", "pe"), endpoint(alias))


@pytest.mark.usefixtures("alias")
@holds(subscriptions.LINKED_SUBSCRIPTION_NOT_AUTHORIZED)
def test_resources_of_two_clouds_cannot_be_linked(cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    client = cloud.azure.acting_as("somebody")
    with pytest.raises(AzureError, match="LinkedAuthorizationFailed"):
        client.put(ResourceId.parse(f"{ZONE}/virtualNetworkLinks/vnet"), link(NETWORK))
    client.put(ResourceId.parse(f"{ZONE}/virtualNetworkLinks/vnet"), link(CONSUMER_NETWORK))


@pytest.mark.parametrize(
    ("environment", "answer"),
    [
        pytest.param("usgovernment", "found", id="usgovernment"),
        pytest.param("AzureUSGovernment", "found", id="the name of other tools"),
        pytest.param("china", "SubscriptionNotFound", id="china"),
        pytest.param("public", "SubscriptionNotFound", id="the default of an explicit provider"),
        pytest.param(None, "SubscriptionNotFound", id="nothing"),
    ],
)
@pytest.mark.usefixtures("alias")
@holds(provider_config.CLOUD)
def test_a_provider_finds_the_subscriptions_of_its_cloud(
    engine: Engine, environment: str | None, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    engine.configure({"environment": environment}, subscriptionId=SUBSCRIPTION)
    with nullcontext() if answer == "found" else pytest.raises(ReturnedError, match=f'Status=404 Code="{answer}"'):
        assert engine.invoke("resources:getResourceGroup", resourceGroupName="government")["location"] == REGION


@pytest.mark.parametrize("variable", ["ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"])
@pytest.mark.usefixtures("alias")
@holds(provider_config.CLOUD, subscriptions.UNKNOWN_SUBSCRIPTION)
def test_the_environment_names_the_cloud_unless_the_provider_does(
    engine: Engine, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK gives every explicit provider `environment: public`, which hides these variables."""
    monkeypatch.setenv(variable, "usgovernment")
    engine.configure(subscriptionId=SUBSCRIPTION)
    assert engine.invoke("resources:getResourceGroup", resourceGroupName="government")["name"] == "government"
    engine.configure(subscriptionId=SUBSCRIPTION, environment="public")
    with pytest.raises(ReturnedError, match="SubscriptionNotFound"):
        engine.invoke("resources:getResourceGroup", resourceGroupName="government")
