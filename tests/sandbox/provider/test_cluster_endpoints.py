"""Endpoints of native clusters as programs see them: what look-ups return of connections, names and addresses."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.provider import crud

from ..azure.resource_types.cluster_bodies import CLUSTER, MEMBERS_SUBNET, ZONES, create_zones
from ..fake_engine import Engine
from ..rule_marks import holds
from ..small_world import ENDPOINT, OWNER_SUBSCRIPTION, SandboxCloud

pytestmark = pytest.mark.usefixtures("native_cluster")

_CONNECTION: Json = {"name": "connection", "privateLinkServiceId": CLUSTER, "groupIds": ["cluster"]}
_INPUTS: Json = {
    "resourceGroupName": "consumer",
    "privateEndpointName": "pe",
    "location": "westus",
    "subnet": {"id": MEMBERS_SUBNET},
    "manualPrivateLinkServiceConnections": [_CONNECTION],
}


def test_look_ups_return_connections_members_and_names(engine: Engine, cloud: SandboxCloud) -> None:
    """The library finds the connection by the endpoint's id in the cluster, and the members on the interface."""
    id, outputs = engine.create("network:PrivateEndpoint", _INPUTS)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    [connection] = engine.invoke("kusto:getCluster", resourceGroupName="owner", clusterName="adx2")[
        "privateEndpointConnections"
    ]
    assert connection["privateEndpoint"] == {"id": id}
    assert connection["groupId"] == "cluster"
    assert connection["privateLinkServiceConnectionState"]["status"] == "Pending"
    cloud.decide("Approved", connection["id"])

    engine.configure()
    interface_name = outputs["networkInterfaces"][0]["id"].rsplit("/", 1)[1]
    interface = engine.invoke(
        "network:getNetworkInterface", resourceGroupName="consumer", networkInterfaceName=interface_name
    )
    addresses = {
        fqdn: configuration["privateIPAddress"]
        for configuration in interface["ipConfigurations"]
        for fqdn in configuration["privateLinkConnectionProperties"]["fqdns"]
    }
    assert len(addresses) == 8
    assert interface["ipConfigurations"][1]["privateLinkConnectionProperties"] == {
        "groupId": "cluster",
        "requiredMemberName": "DataManagement",
        "fqdns": ["ingest-adx2.westus.kusto.windows.net"],
    }
    endpoint = engine.invoke("network:getPrivateEndpoint", resourceGroupName="consumer", privateEndpointName="pe")
    assert {config["fqdn"]: config["ipAddresses"][0] for config in endpoint["customDnsConfigs"]} == addresses
    shown = endpoint["manualPrivateLinkServiceConnections"][0]
    assert (shown["groupIds"], shown["privateLinkServiceConnectionState"]["status"]) == (["cluster"], "Approved")


def test_a_zone_group_shows_its_record_sets(engine: Engine, cloud: SandboxCloud) -> None:
    create_zones(cloud)
    engine.create("network:PrivateEndpoint", _INPUTS)
    cloud.decide("Approved", cloud.connections(CLUSTER)[0]["id"])
    configs = [
        {"name": role, "privateDnsZoneId": zone}
        for role, zone in zip(("kusto", "blob", "queue", "table"), ZONES, strict=True)
    ]
    _, outputs = engine.create(
        "network:PrivateDnsZoneGroup",
        {
            "resourceGroupName": "consumer",
            "privateEndpointName": ENDPOINT.rsplit("/", 1)[1],
            "privateDnsZoneGroupName": "default",
            "privateDnsZoneConfigs": configs,
        },
    )
    record_sets = [
        record_set["recordSetName"]
        for config in outputs["privateDnsZoneConfigs"]
        for record_set in config["recordSets"]
    ]
    assert record_sets[:2] == ["adx2", "ingest-adx2"]
    assert len(record_sets) == 8


@holds(crud.CREATE_REJECTS_EXISTING, crud.READ_AFTER_WRITE)
def test_a_connection_cannot_be_approved_by_creating_it(engine: Engine, cloud: SandboxCloud) -> None:
    """An endpoint has created it, so a program can only import and update it: the library uses a deployment."""
    engine.create("network:PrivateEndpoint", _INPUTS)
    [seen] = cloud.connections(CLUSTER)
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    type = "kusto:PrivateEndpointConnection"
    inputs: Json = {
        "resourceGroupName": "owner",
        "clusterName": "adx2",
        "privateEndpointConnectionName": seen["name"],
        "privateLinkServiceConnectionState": {"status": "Approved", "description": "by a program"},
    }
    id = seen["id"].replace("/Clusters/", "/clusters/")
    with engine.fails_with(f"cannot create already existing resource '{id}'"):
        engine.create(type, inputs)
    imported, outputs, _ = engine.read(type, seen["id"])
    after = engine.update(type, imported, outputs, inputs)
    assert after["privateLinkServiceConnectionState"] == inputs["privateLinkServiceConnectionState"]
    looked_up = engine.invoke(
        "kusto:getPrivateEndpointConnection",
        resourceGroupName="owner",
        clusterName="adx2",
        privateEndpointConnectionName=seen["name"],
    )
    assert looked_up["privateEndpoint"] == {"id": ENDPOINT}
