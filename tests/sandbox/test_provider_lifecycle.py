"""Create, update and delete, in previews and for real."""

from __future__ import annotations

import grpc
import pytest

from azure_sandbox.azure import Azure, Json, ResourceId
from azure_sandbox.provider import conversion, crud, resource_paths

from .engine import UNKNOWN, Engine, Refused
from .holds import holds
from .places import (
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    ENDPOINT,
    OWNER,
    OWNER_SUBSCRIPTION,
    SERVICE,
    Cloud,
    network,
    service,
)

PRIVATE_ENDPOINT = "network:PrivateEndpoint"
ZONE_INPUTS = {"resourceGroupName": "consumer", "privateZoneName": "a.b", "location": "Global"}
API = {"azureApiVersion": "2024-05-01"}


@pytest.fixture
def inputs(alias: str) -> Json:
    return {
        "resourceGroupName": "consumer",
        "privateEndpointName": "pe",
        "location": "westus",
        "subnet": {"id": CLIENTS},
        "manualPrivateLinkServiceConnections": [{"name": "connection", "privateLinkServiceId": alias}],
        **API,
    }


@holds(crud.READ_AFTER_WRITE)
def test_create_puts_what_azure_then_shows(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    id, outputs = engine.create(PRIVATE_ENDPOINT, inputs)
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
def test_create_refuses_what_exists(engine: Engine, inputs: Json) -> None:
    engine.create(PRIVATE_ENDPOINT, inputs)
    with engine.refused(f"cannot create already existing resource '{ENDPOINT}'"):
        engine.create(PRIVATE_ENDPOINT, inputs)


@holds(crud.CREATE_REJECTS_EXISTING)
def test_so_a_connection_cannot_be_approved_by_creating_it(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    """Why the library approves through a deployment."""
    engine.create(PRIVATE_ENDPOINT, inputs)
    (connection,) = cloud.connections()
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    type = "network:PrivateLinkServicePrivateEndpointConnection"
    wanted = {
        "resourceGroupName": "owner",
        "serviceName": "pls",
        "peConnectionName": connection["name"],
        "privateLinkServiceConnectionState": {"status": "Approved"},
    }
    with engine.refused(f"cannot create already existing resource '{connection['id']}'"):
        engine.create(type, wanted)
    _, outputs, _ = engine.read(type, connection["id"])
    after = engine.update(type, connection["id"], outputs, wanted)
    assert after["privateLinkServiceConnectionState"]["status"] == "Approved"


@holds(resource_paths.PATH_FROM_INPUTS)
def test_a_path_needs_texts(engine: Engine) -> None:
    for value, type in {7: "float64", True: "bool", (): "[]interface {}"}.items():
        with engine.refused(f"expected string value for path parameter 'privateEndpointName', got {type}"):
            given = list(value) if isinstance(value, tuple) else value
            engine.create(PRIVATE_ENDPOINT, {"resourceGroupName": "consumer", "privateEndpointName": given})


@holds(resource_paths.PATH_FROM_INPUTS)
def test_a_path_is_escaped(engine: Engine, cloud: Cloud) -> None:
    """A wildcard record is found again under the name that Azure knows."""
    engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    wanted = {
        **{name: each for name, each in ZONE_INPUTS.items() if name != "location"},
        "recordType": "A",
        "relativeRecordSetName": "*",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
    }
    id, _ = engine.create("privatedns:PrivateRecordSet", wanted)
    assert id == f"{network(CONSUMER, 'privateDnsZones', 'a.b')}/A/*"
    assert id in cloud.ids()
    with engine.refused(f"cannot create already existing resource '{id.replace('*', '%2A')}'"):
        engine.create("privatedns:PrivateRecordSet", wanted)


@holds(resource_paths.PATH_FROM_INPUTS)
def test_an_explicit_provider_goes_to_its_own_subscription(engine: Engine, cloud: Cloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    id, _ = engine.create("privatedns:PrivateZone", {**ZONE_INPUTS, "resourceGroupName": "owner"})
    assert id.startswith(f"/subscriptions/{OWNER_SUBSCRIPTION}/")
    assert id in cloud.ids()


@holds(crud.OLD_SUBSCRIPTION)
def test_when_the_providers_subscription_changes(engine: Engine, cloud: Cloud) -> None:
    """Only an update goes to the new one, and finds nothing there to change: it makes a second zone."""
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
def test_misspelt_properties_are_dropped_silently(engine: Engine, cloud: Cloud) -> None:
    engine.create("privatedns:PrivateZone", {**ZONE_INPUTS, "tag": {"a": "b"}})
    assert "tags" not in cloud.get(network(CONSUMER, "privateDnsZones", "a.b"))


@holds(conversion.PREVIEW_KNOWS_INPUTS)
def test_preview_of_a_create_knows_the_inputs_only(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    before = cloud.azure.list()
    id, outputs = engine.create(
        PRIVATE_ENDPOINT, {**inputs, "tags": {"a": "b"}, "customNetworkInterfaceName": UNKNOWN}, preview=True
    )
    assert id == ""
    assert outputs["id"] == outputs["name"] == outputs["networkInterfaces"] == outputs["etag"] == UNKNOWN
    assert outputs["location"] == "westus"
    assert outputs["tags"] == {"a": "b"}
    assert outputs["customNetworkInterfaceName"] == UNKNOWN
    assert outputs["subnet"]["id"] == CLIENTS
    assert outputs["subnet"]["name"] == UNKNOWN
    (connection,) = outputs["manualPrivateLinkServiceConnections"]
    assert connection["name"] == "connection"
    assert connection["privateLinkServiceConnectionState"] == UNKNOWN
    assert not {"azureApiVersion", "resourceGroupName"} & outputs.keys()
    assert cloud.azure.list() == before


@holds(conversion.PREVIEW_OF_UPDATE, conversion.PREVIEW_KNOWS_INPUTS)
def test_preview_of_an_update_forgets_what_azure_computed(engine: Engine, inputs: Json) -> None:
    """So an alias that is passed on as an output makes a tag look like a replacement."""
    id, old = engine.create(PRIVATE_ENDPOINT, inputs)
    new = engine.update(PRIVATE_ENDPOINT, id, old, {**inputs, "tags": {"a": "b"}}, preview=True)
    assert (new["name"], new["location"]) == ("pe", "westus")
    known = {name for name, each in new.items() if each != UNKNOWN}
    assert known == {"name", "location", "tags", "subnet", "manualPrivateLinkServiceConnections"}


@holds(crud.FULL_PUT)
def test_update_is_a_full_put(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    id, old = engine.create(PRIVATE_ENDPOINT, {**inputs, "tags": {"a": "b"}})
    after = engine.update(PRIVATE_ENDPOINT, id, old, inputs)
    assert "tags" not in after
    assert "tags" not in cloud.get(id)
    assert after["etag"] != old["etag"]


@holds(crud.FULL_PUT)
def test_an_update_makes_what_somebody_deleted(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    """Nobody looks whether it is still there: without a refresh an update can bring it back."""
    id, old = engine.create(PRIVATE_ENDPOINT, inputs)
    cloud.delete(id)
    assert engine.update(PRIVATE_ENDPOINT, id, old, {**inputs, "tags": {"a": "b"}})["id"] == id
    assert id in cloud.ids()


@holds(crud.FULL_PUT)
def test_update_undoes_what_people_changed_in_azure(engine: Engine, cloud: Cloud) -> None:
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
def test_subnets_of_others_survive_an_update_that_does_not_speak_of_them(engine: Engine, cloud: Cloud) -> None:
    engine.update("network:VirtualNetwork", CONSUMER_NETWORK, {}, {**NETWORK_INPUTS, "tags": {"a": "b"}})
    subnets = cloud.get(CONSUMER_NETWORK)["properties"]["subnets"]
    assert [each["name"] for each in subnets] == ["clients", "delegated"]
    assert subnets[1]["properties"]["delegations"][0]["properties"]["serviceName"] == "Microsoft.Kusto/clusters"


def test_subnets_left_out_of_a_list_are_deleted(engine: Engine, cloud: Cloud) -> None:
    wanted = {**NETWORK_INPUTS, "subnets": [{"name": "clients", "addressPrefix": "10.3.0.0/29"}]}
    engine.update("network:VirtualNetwork", CONSUMER_NETWORK, {}, wanted)
    assert [each["name"] for each in cloud.get(CONSUMER_NETWORK)["properties"]["subnets"]] == ["clients"]


@holds(crud.UNSET_IS_KEPT)
def test_unset_parts_of_a_network_that_is_gone(engine: Engine) -> None:
    with pytest.raises(
        Refused, match=r"^failed maintaining unset sub-resource properties: reading cloud state: Status=404 "
    ):
        engine.update("network:VirtualNetwork", "id", {}, {**NETWORK_INPUTS, "virtualNetworkName": "gone"})


def test_a_created_network_shows_empty_lists(engine: Engine) -> None:
    _, outputs = engine.create("network:VirtualNetwork", {**NETWORK_INPUTS, "virtualNetworkName": "new"})
    assert outputs["subnets"] == outputs["virtualNetworkPeerings"] == []


@holds(crud.UNSET_IS_EMPTY)
def test_unset_sub_resources_are_sent_as_empty_lists(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_resource_can_refer_to_its_own_parts(engine: Engine) -> None:
    """A rule of a balancer names the frontend of the same balancer before there is an id."""
    wanted = {
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
    id, outputs = engine.create("network:LoadBalancer", wanted)
    (rule,) = outputs["loadBalancingRules"]
    assert rule["frontendIPConfiguration"]["id"] == f"{id}/frontendIPConfigurations/fe"


@holds(crud.GONE_IS_DELETED)
def test_what_is_gone_already_is_deleted(engine: Engine, cloud: Cloud) -> None:
    id, _ = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    for _ in range(2):
        engine.delete("privatedns:PrivateZone", id)
    engine.delete("privatedns:PrivateZone", id.replace("consumer", "no-such-group"))
    assert id not in cloud.ids()


def test_a_refused_delete_says_why(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    engine.create(PRIVATE_ENDPOINT, inputs)
    code = "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted"
    with pytest.raises(
        Refused, match=rf'^Status=400 Code="{code}" Message="Private link service {SERVICE} cannot be deleted'
    ):
        engine.delete("network:PrivateLinkService", SERVICE)
    assert SERVICE in cloud.ids()


def approval(*connections: str) -> Json:
    """The library's approval: one PUT for each connection, on the service's side."""
    resource = {
        "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
        "apiVersion": "2024-05-01",
        "name": "[concat('pls/', parameters('connections')[copyIndex()])]",
        "copy": {"name": "each", "count": "[length(parameters('connections'))]"},
        "properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": "by a test"}},
    }
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"connections": {"type": "array"}},
        "resources": [resource],
    }
    return {
        "resourceGroupName": "owner",
        "deploymentName": "approve",
        "properties": {
            "mode": "Incremental",
            "template": template,
            "parameters": {"connections": {"value": list(connections)}},
        },
        "azureApiVersion": "2024-03-01",
    }


def test_a_deployment_approves(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    engine.create(PRIVATE_ENDPOINT, inputs)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    id, outputs = engine.create("resources:Deployment", approval(cloud.connections()[0]["name"]))
    assert outputs["properties"]["provisioningState"] == "Succeeded"
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
    engine.delete("resources:Deployment", id)
    assert len(cloud.connections()) == 1


@holds(crud.PARTIAL_FAILURE)
def test_a_failed_deployment_stays_with_its_reason(engine: Engine, cloud: Cloud, inputs: Json) -> None:
    """It was accepted, so it exists: the engine must keep it in its state and try again by an update."""
    engine.create(PRIVATE_ENDPOINT, inputs)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    wanted = approval("pe.nobody")
    with pytest.raises(Refused, match=r'^Status=200 Code="DeploymentFailed" Message="At least one resource') as caught:
        engine.create("resources:Deployment", wanted)
    kept = caught.value.kept()
    assert caught.value.code is grpc.StatusCode.UNKNOWN
    assert kept.id in cloud.ids()
    assert kept.reasons == [str(caught.value)]
    assert kept.inputs["properties"]["template"] == wanted["properties"]["template"]
    assert kept.outputs["properties"]["provisioningState"] == "Failed"
    after = engine.update("resources:Deployment", kept.id, {}, approval(cloud.connections()[0]["name"]))
    assert after["properties"]["provisioningState"] == "Succeeded"
    assert "error" not in after["properties"]


@holds(crud.PARTIAL_FAILURE)
def test_a_failed_update_of_a_deployment_is_kept_too(engine: Engine, cloud: Cloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    cloud.put(SERVICE, service())
    id, old = engine.create("resources:Deployment", approval())
    with pytest.raises(Refused) as caught:
        engine.update("resources:Deployment", id, old, approval("pe.nobody"))
    assert caught.value.kept().id == id
    assert cloud.get(id)["properties"]["provisioningState"] == "Failed"


def test_an_id_keeps_the_spelling_that_it_was_made_with(engine: Engine) -> None:
    """A group that somebody else writes in capitals is one group."""
    id, outputs = engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    assert id == outputs["id"] == network(CONSUMER, "privateDnsZones", "a.b")
    upper = {**ZONE_INPUTS, "resourceGroupName": "CONSUMER", "tags": {"a": "b"}}
    assert engine.update("privatedns:PrivateZone", id, outputs, upper)["id"] == id
