"""Create, update and delete."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Azure, Json, ResourceId
from azure_sandbox.provider import conversion, crud

from ..fake_engine import Engine, ReturnedError
from ..rule_marks import holds
from ..small_world import (
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    ENDPOINT,
    OWNER,
    OWNER_SUBSCRIPTION,
    SERVICE,
    SandboxCloud,
    network,
)

PRIVATE_ENDPOINT = "network:PrivateEndpoint"


ZONE_INPUTS = {"resourceGroupName": "consumer", "privateZoneName": "a.b", "location": "Global"}


API = {"azureApiVersion": "2024-05-01"}


@holds(crud.READ_AFTER_WRITE)
def test_create_returns_what_azure_shows_afterwards(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    assert id == ENDPOINT
    answered = cloud.get(ENDPOINT)
    assert outputs["id"] == ENDPOINT
    assert outputs["etag"] == answered["etag"]
    assert outputs["type"] == "Microsoft.Network/privateEndpoints"
    assert outputs["provisioningState"] == "Succeeded"
    assert outputs["azureApiVersion"] == API["azureApiVersion"]
    assert outputs["networkInterfaces"] == answered["properties"]["networkInterfaces"]
    (connection,) = outputs["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceConnectionState"]["status"] == "Pending"
    assert outputs["customDnsConfigs"] == outputs["ipConfigurations"] == []
    assert not {"resourceGroupName", "privateEndpointName", "properties"} & outputs.keys()


@holds(crud.CREATE_REJECTS_EXISTING)
def test_create_rejects_a_resource_that_exists(engine: Engine, endpoint_inputs: Json) -> None:
    engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    with engine.fails_with(f"cannot create already existing resource '{ENDPOINT}'"):
        engine.create(PRIVATE_ENDPOINT, endpoint_inputs)


@holds(crud.OLD_SUBSCRIPTION)
def test_a_changed_subscription_affects_updates_only(engine: Engine, cloud: SandboxCloud) -> None:
    """An update goes to the new subscription, and creates a second zone there."""
    cloud.put(OWNER.replace("owner", "consumer"), {"location": "westus"})
    id, old = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    assert engine.read("privatedns:PrivateZone", id, ZONE_INPUTS, old)[0] == id
    after = engine.update("privatedns:PrivateZone", id, old, ZONE_INPUTS)
    assert after["id"] == id.replace(CONSUMER, OWNER.replace("owner", "consumer"))
    engine.delete("privatedns:PrivateZone", id)
    assert id not in cloud.ids()
    assert after["id"] in cloud.ids()


@holds(conversion.UNKNOWN_IS_DROPPED)
def test_a_misspelt_property_is_dropped(engine: Engine, cloud: SandboxCloud) -> None:
    engine.create("privatedns:PrivateZone", {**ZONE_INPUTS, "tag": {"a": "b"}})
    assert "tags" not in cloud.get(network(CONSUMER, "privateDnsZones", "a.b"))


@holds(crud.FULL_PUT)
def test_an_update_is_a_full_put(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    id, old = engine.create(PRIVATE_ENDPOINT, {**endpoint_inputs, "tags": {"a": "b"}})
    after = engine.update(PRIVATE_ENDPOINT, id, old, endpoint_inputs)
    assert "tags" not in after
    assert "tags" not in cloud.get(id)
    assert after["etag"] != old["etag"]


@holds(crud.FULL_PUT)
def test_an_update_creates_a_deleted_resource_again(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    """The provider does not look whether the resource exists."""
    id, old = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    cloud.delete(id)
    assert engine.update(PRIVATE_ENDPOINT, id, old, {**endpoint_inputs, "tags": {"a": "b"}})["id"] == id
    assert id in cloud.ids()


@holds(crud.FULL_PUT)
def test_an_update_undoes_changes_by_hand(engine: Engine, cloud: SandboxCloud) -> None:
    _, old = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    id = old["id"]
    cloud.put(id, {"location": "global", "tags": {"by": "hand"}})
    engine.update("privatedns:PrivateZone", id, old, ZONE_INPUTS)
    assert "tags" not in cloud.get(id)


NETWORK_INPUTS: Json = {
    "resourceGroupName": "consumer",
    "virtualNetworkName": "vnet",
    "location": "westus",
    "addressSpace": {"addressPrefixes": ["10.3.0.0/24"]},
}


@holds(crud.UNSET_IS_KEPT)
def test_an_update_that_sets_no_subnets_keeps_them(engine: Engine, cloud: SandboxCloud) -> None:
    engine.update("network:VirtualNetwork", CONSUMER_NETWORK, {}, {**NETWORK_INPUTS, "tags": {"a": "b"}})
    subnets = cloud.get(CONSUMER_NETWORK)["properties"]["subnets"]
    assert [subnet["name"] for subnet in subnets] == ["clients", "delegated"]
    assert subnets[1]["properties"]["delegations"][0]["properties"]["serviceName"] == "Microsoft.Kusto/clusters"


def test_an_update_that_sets_subnets_deletes_the_others(engine: Engine, cloud: SandboxCloud) -> None:
    inputs = {**NETWORK_INPUTS, "subnets": [{"name": "clients", "addressPrefix": "10.3.0.0/29"}]}
    engine.update("network:VirtualNetwork", CONSUMER_NETWORK, {}, inputs)
    assert [subnet["name"] for subnet in cloud.get(CONSUMER_NETWORK)["properties"]["subnets"]] == ["clients"]


@holds(crud.UNSET_IS_KEPT)
def test_an_update_that_cannot_read_the_subnets_fails(engine: Engine) -> None:
    with pytest.raises(
        ReturnedError, match=r"^failed maintaining unset sub-resource properties: reading cloud state: Status=404 "
    ):
        engine.update("network:VirtualNetwork", "id", {}, {**NETWORK_INPUTS, "virtualNetworkName": "gone"})


def test_a_new_network_has_empty_lists(engine: Engine) -> None:
    _, outputs = engine.create("network:VirtualNetwork", {**NETWORK_INPUTS, "virtualNetworkName": "new"})
    assert outputs["subnets"] == outputs["virtualNetworkPeerings"] == []


@holds(crud.UNSET_IS_EMPTY)
def test_create_sends_unset_sub_resources_as_empty_lists(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Json] = []
    put = Azure.put

    def watched(azure: Azure, id: ResourceId, body: Json) -> Json:
        sent.append(body)
        return put(azure, id, body)

    monkeypatch.setattr(Azure, "put", watched)
    engine.create(
        "network:VirtualNetwork",
        {**NETWORK_INPUTS, "virtualNetworkName": "new", "subnets": [{"name": "s", "addressPrefix": "10.3.0.0/28"}]},
    )
    engine.create(
        "network:LoadBalancer", {"resourceGroupName": "consumer", "loadBalancerName": "lb", "location": "westus"}
    )
    assert sent[0]["properties"]["virtualNetworkPeerings"] == []
    assert len(sent[0]["properties"]["subnets"]) == 1
    assert sent[1]["properties"] == {"backendAddressPools": [], "inboundNatRules": []}


@holds(conversion.SELF)
def test_a_resource_can_refer_to_its_own_sub_resources(engine: Engine) -> None:
    """A rule names the frontend of its own load balancer, whose id does not exist yet."""
    inputs = {
        "resourceGroupName": "consumer",
        "loadBalancerName": "lb",
        "location": "westus",
        "frontendIPConfigurations": [{"name": "fe", "subnet": {"id": CLIENTS}}],
        "loadBalancingRules": [
            {
                "name": "rule",
                "protocol": "Tcp",
                "frontendPort": 443,
                "frontendIPConfiguration": {"id": "$self/frontendIPConfigurations/fe"},
            }
        ],
    }
    id, outputs = engine.create("network:LoadBalancer", inputs)
    (rule,) = outputs["loadBalancingRules"]
    assert rule["frontendIPConfiguration"]["id"] == f"{id}/frontendIPConfigurations/fe"


@holds(crud.GONE_IS_DELETED)
def test_the_delete_of_a_deleted_resource_succeeds(engine: Engine, cloud: SandboxCloud) -> None:
    id, _ = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    for _ in range(2):
        engine.delete("privatedns:PrivateZone", id)
    engine.delete("privatedns:PrivateZone", id.replace("consumer", "no-such-group"))
    assert id not in cloud.ids()


def test_a_rejected_delete_is_an_error(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    code = "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted"
    with pytest.raises(
        ReturnedError, match=rf'^Status=400 Code="{code}" Message="Private link service {SERVICE} cannot be deleted'
    ):
        engine.delete("network:PrivateLinkService", SERVICE)
    assert SERVICE in cloud.ids()


def test_an_id_keeps_the_spelling_of_its_creation(engine: Engine) -> None:
    """A resource group in capitals is the same group."""
    id, outputs = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    assert id == outputs["id"] == network(CONSUMER, "privateDnsZones", "a.b")
    upper = {**ZONE_INPUTS, "resourceGroupName": "CONSUMER", "tags": {"a": "b"}}
    assert engine.update("privatedns:PrivateZone", id, outputs, upper)["id"] == id
