"""Subscriptions in two tenants: which requests cross tenants, and which are rejected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from azure_sandbox import world_files
from azure_sandbox.azure import (
    Azure,
    AzureError,
    Json,
    OperationFailed,
    ResourceId,
    StoreFile,
    World,
    callers,
    subscriptions,
)
from azure_sandbox.provider import login

from ..fake_engine import Engine, ReturnedError, served
from ..rule_marks import holds
from ..small_world import (
    CONSUMER,
    CONSUMER_NETWORK,
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    OWNER_SUBSCRIPTION,
    SERVICE,
    WORLD,
    ZONE,
    SandboxCloud,
    endpoint,
    link,
    service,
    zone,
)
from .template_bodies import deployment

OWNERS_TENANT = "0aaaaaaa-0000-0000-0000-000000000000"
CONSUMERS_TENANT = "0bbbbbbb-0000-0000-0000-000000000000"
TENANTS = {OWNERS_TENANT: (OWNER_SUBSCRIPTION,), CONSUMERS_TENANT: (CONSUMER_SUBSCRIPTION.upper(),)}


@pytest.fixture
def azure(store: StoreFile) -> Azure:
    azure = Azure(store)
    azure.start_from(World(resources=[*WORLD, {"id": SERVICE, **service()}], tenants=TENANTS))
    return azure


@pytest.fixture
def consumer(azure: Azure) -> Azure:
    """Somebody with every right that there is, and a token of the consumer's tenant."""
    return azure.acting_as("consumer", CONSUMERS_TENANT)


@pytest.fixture
def engine(azure: Azure) -> Iterator[Engine]:
    with served(azure) as engine:
        yield engine


def request_error(azure: Azure, id: str, body: Json) -> str:
    before = azure.list()
    with pytest.raises(AzureError) as rejection:
        azure.put(ResourceId.parse(id), body)
    assert azure.list() == before
    return str(rejection.value)


@holds(subscriptions.OTHER_TENANT)
def test_a_subscription_accepts_only_tokens_of_its_tenant(azure: Azure, consumer: Azure) -> None:
    """Azure rejects a DELETE, too, although the provider treats a missing resource as deleted."""
    id = ResourceId.parse(SERVICE)
    for request in (
        lambda: consumer.get(id),
        lambda: consumer.put(id, service()),
        lambda: consumer.delete(id),
    ):
        with pytest.raises(AzureError) as rejection:
            request()
        assert (rejection.value.status, rejection.value.code) == (401, "InvalidAuthenticationTokenTenant")
        assert f"windows.net/{OWNERS_TENANT}/' associated with this subscription" in rejection.value.message
    assert azure.get(id)["name"] == "pls"
    assert consumer.get(ResourceId.parse(CONSUMER))["name"] == "consumer"


@holds(subscriptions.LINKED_SUBSCRIPTION_NOT_AUTHORIZED)
def test_a_connection_by_id_to_another_tenant_is_rejected(consumer: Azure) -> None:
    error = request_error(consumer, ENDPOINT, endpoint(SERVICE, manual=False))
    assert error.startswith('Status=403 Code="LinkedAuthorizationFailed"')
    assert f"the current tenant '{CONSUMERS_TENANT}' is not authorized" in error
    assert f"linked subscription '{OWNER_SUBSCRIPTION}'" in error


@pytest.mark.parametrize("by", ["alias", "id"])
def test_a_manual_request_crosses_tenants(azure: Azure, consumer: Azure, by: str) -> None:
    service = azure.get(ResourceId.parse(SERVICE))
    target = service["properties"]["alias"] if by == "alias" else service["id"]
    consumer.put(ResourceId.parse(ENDPOINT), endpoint(target))
    (connection,) = azure.get(ResourceId.parse(SERVICE))["properties"]["privateEndpointConnections"]
    assert connection["properties"]["privateEndpoint"] == {"id": ENDPOINT}
    assert connection["properties"]["privateLinkServiceConnectionState"]["status"] == "Pending"


@holds(subscriptions.LINKED_SUBSCRIPTION_NOT_AUTHORIZED)
def test_a_zone_cannot_be_linked_to_a_network_of_another_tenant(consumer: Azure) -> None:
    """A hub in another tenant needs a zone of its own."""
    consumer.put(ResourceId.parse(ZONE), zone())
    error = request_error(consumer, f"{ZONE}/virtualNetworkLinks/hub", link(OWNER_NETWORK))
    assert "'Microsoft.Network/virtualNetworks/join/action'" in error
    consumer.put(ResourceId.parse(f"{ZONE}/virtualNetworkLinks/own"), link(CONSUMER_NETWORK))


@holds(subscriptions.LINKED_SUBSCRIPTION_NOT_AUTHORIZED)
def test_a_deployment_cannot_link_another_tenant(consumer: Azure) -> None:
    body = endpoint(SERVICE, manual=False)
    template = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    id = f"{CONSUMER}/providers/Microsoft.Resources/deployments/d"
    with pytest.raises((AzureError, OperationFailed), match="LinkedAuthorizationFailed"):
        consumer.put(ResourceId.parse(id), deployment(template))


@holds(login.TENANT)
def test_a_provider_is_in_its_configured_tenant(engine: Engine) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION, tenantId=CONSUMERS_TENANT)
    with pytest.raises(ReturnedError, match='Status=401 Code="InvalidAuthenticationTokenTenant"'):
        engine.invoke("resources:getResourceGroup", resourceGroupName="owner")
    with pytest.raises(ReturnedError, match='Status=401 Code="InvalidAuthenticationTokenTenant"'):
        engine.delete("network:PrivateLinkService", SERVICE)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION, tenantId=OWNERS_TENANT.upper())
    assert engine.invoke("resources:getResourceGroup", resourceGroupName="owner")["id"] == OWNER


@holds(login.TENANT)
def test_a_provider_without_a_tenant_is_in_the_tenant_of_its_subscription(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    for subscription, tenant in ((OWNER_SUBSCRIPTION, OWNERS_TENANT), (CONSUMER_SUBSCRIPTION, CONSUMERS_TENANT)):
        engine.configure(subscriptionId=subscription)
        assert engine.invoke("authorization:getClientConfig")["tenantId"] == tenant


def test_a_world_without_tenants_accepts_every_tenant(cloud: SandboxCloud) -> None:
    client = cloud.azure.acting_as("somebody", CONSUMERS_TENANT)
    assert client.get(ResourceId.parse(OWNER))["name"] == "owner"
    cloud.put(SERVICE, service())
    client.put(ResourceId.parse(ENDPOINT), endpoint(SERVICE, manual=False))


def test_a_world_file_has_tenants(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(
        f"""
names: {{mine: {CONSUMER_SUBSCRIPTION}}}
resources: [{{id: /subscriptions/$mine/resourceGroups/consumer, location: westus}}]
tenants: {{{CONSUMERS_TENANT}: [$mine]}}
"""
    )
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(world_files.load_world(file))
    assert azure.tenant_of(CONSUMER_SUBSCRIPTION) == CONSUMERS_TENANT
    assert azure.tenant_of(OWNER_SUBSCRIPTION) == callers.HOME_TENANT
    azure.start_from(World(resources=[]))
    assert azure.tenant_of(CONSUMER_SUBSCRIPTION) == callers.HOME_TENANT
