"""Connections of private endpoints to native clusters: members, approval, and records."""

from __future__ import annotations

import re

import pytest

from azure_sandbox.azure import AzureError, Json, ResourceId, cluster_members, private_addresses, references, switches
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import (
    cluster_connections,
    clusters,
    connections,
    private_endpoint_changes,
    private_endpoint_interfaces,
    private_endpoints,
    zone_group_records,
)

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, CONSUMER_NETWORK, ENDPOINT, OWNER, ZONE, SandboxCloud, subnet
from .cluster_bodies import (
    CLUSTER,
    STORAGE_ZONES,
    ZONE_GROUP,
    ZONES,
    create_native_cluster,
    create_zones,
    members_of,
    names_of,
    records_in,
    to_cluster,
    zone_group,
)
from .storage_bodies import static

pytestmark = pytest.mark.usefixtures("native_cluster")

SMALL_SUBNET = f"{CONSUMER_NETWORK}/subnets/small"
_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@holds(cluster_members.MEMBERS, cluster_members.ACCOUNT_NAMES)
def test_an_endpoint_has_an_address_for_each_member(cloud: SandboxCloud) -> None:
    """Queued ingestion needs the storage accounts' names, too; an endpoint takes eight addresses of its subnet."""
    cloud.put(ENDPOINT, to_cluster())
    members = members_of(cloud)
    assert list(members)[:2] == ["Engine", "DataManagement"]
    assert members["Engine"][0] == "adx2.westus.kusto.windows.net"
    assert members["DataManagement"][0] == "ingest-adx2.westus.kusto.windows.net"
    storage = [member.split("-") for member in list(members)[2:]]
    assert [service for service, _ in storage] == ["blob", "queue", "table"] * 2
    first, second = dict.fromkeys(account for _, account in storage)
    assert re.fullmatch("[a-z0-9]{3}kstrldadx200", first)
    assert re.fullmatch("[a-z0-9]{3}kstrldadx201", second)
    assert [host for host, _ in list(members.values())[2:]] == [
        f"{account}.{service}.core.windows.net" for account in (first, second) for service in ("blob", "queue", "table")
    ]
    assert [address for _, address in members.values()] == [f"10.3.0.{number}" for number in range(68, 76)]


@holds(private_addresses.SUBNET_FULL)
def test_an_endpoint_needs_eight_free_addresses(cloud: SandboxCloud) -> None:
    """A /28 has eleven: enough for one endpoint, and not for a second one."""
    cloud.put(SMALL_SUBNET, {"properties": subnet("small", "10.3.0.32/28")["properties"]})
    cloud.put(ENDPOINT, to_cluster(subnet=SMALL_SUBNET))
    with cloud.rejects(private_addresses.SUBNET_FULL.code):
        cloud.put(f"{ENDPOINT}-2", to_cluster(subnet=SMALL_SUBNET))
    with pytest.raises(AzureError, match=r"10\.3\.0\.32/28 does not have enough capacity for 8 IP addresses"):
        cloud.put(f"{ENDPOINT}-2", to_cluster(subnet=SMALL_SUBNET))


@holds(cluster_members.ACCOUNT_NAMES)
def test_the_names_of_accounts_fit_long_names_of_clusters(cloud: SandboxCloud) -> None:
    """A storage account's name has at most 24 letters and digits, a cluster's name at most 22."""
    cloud.put(ENDPOINT, to_cluster(create_native_cluster(cloud, f"{CLUSTER}{'x' * 18}")))
    accounts = {member.partition("-")[2] for member in members_of(cloud)} - {""}
    assert {len(account) for account in accounts} == {24}


def _without_groups() -> Json:
    body = to_cluster()
    body["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["groupIds"] = []
    return body


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        rejected(connections.NO_GROUP_ID, _without_groups(), id="no group"),
        rejected(cluster_connections.ONE_GROUP, to_cluster(CLUSTER, "blob"), id="a group of storage accounts"),
        rejected(cluster_connections.ONE_GROUP, to_cluster(CLUSTER, "cluster", "cluster"), id="two groups"),
        rejected(references.REFERENCE_NOT_FOUND, to_cluster(f"{CLUSTER}0"), id="no such cluster"),
        rejected(
            private_endpoint_interfaces.NO_STATIC_ADDRESSES,
            to_cluster(ipConfigurations=[static("cluster", "Engine")]),
            id="a static address",
        ),
        rejected(
            private_endpoints.SUBNET_DELEGATED,
            to_cluster(subnet=f"{CONSUMER_NETWORK}/subnets/delegated"),
            id="a subnet that is delegated, such as that of an injected cluster",
        ),
    ],
)
def test_an_invalid_endpoint_is_rejected(cloud: SandboxCloud, rule: Rejection, body: Json) -> None:
    with cloud.rejects(rule.code):
        cloud.put(ENDPOINT, body)


@pytest.mark.parametrize(
    ("path", "decision"), [(["Rejected"], "Approved"), ([], "Pending"), (["Approved"], "Disconnected")]
)
@holds(cluster_connections.TRANSITION)
def test_an_impossible_decision_is_rejected(cloud: SandboxCloud, path: list[str], decision: str) -> None:
    """An endpoint that the owner has rejected must be replaced."""
    cloud.put(ENDPOINT, to_cluster())
    [seen] = cloud.connections(CLUSTER)
    for status in path:
        cloud.decide(status, seen["id"])
    with cloud.rejects(cluster_connections.TRANSITION.code):
        cloud.decide(decision, seen["id"])


@holds(cluster_connections.OWNERS_SIDE)
def test_a_connection_waits_for_the_owner(cloud: SandboxCloud) -> None:
    etag = cloud.get(CLUSTER)["etag"]
    endpoint = cloud.put(ENDPOINT, to_cluster())["properties"]
    (seen,) = cloud.connections(CLUSTER)
    assert re.fullmatch(f"pe-{_GUID}", seen["name"])
    assert endpoint["resourceGuid"] not in seen["name"]
    assert seen == {
        "name": seen["name"],
        "type": "Microsoft.Kusto/Clusters/privateEndpointConnections",
        "id": f"{CLUSTER}/privateEndpointConnections/{seen['name']}",
        "properties": {
            "provisioningState": "Succeeded",
            "groupId": "cluster",
            "privateEndpoint": {"id": ENDPOINT},
            "privateLinkServiceConnectionState": {"status": "Pending", "description": "", "actionsRequired": "None"},
        },
    }
    assert names_of(cloud) == {}
    cloud.decide("Approved", seen["id"])
    approved = cloud.get(seen["id"])["properties"]["privateLinkServiceConnectionState"]
    assert approved == {"status": "Approved", "description": "Approved by a test", "actionsRequired": None}
    shown = cloud.connection_of()["properties"]
    assert shown["groupIds"] == ["cluster"]
    assert shown["privateLinkServiceConnectionState"] == {**approved, "actionsRequired": "None"}
    assert cloud.get(CLUSTER)["etag"] == etag


@holds(private_endpoints.DNS_CONFIGS)
def test_an_approved_endpoint_shows_every_public_name(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, to_cluster(manual=False))
    [seen] = cloud.connections(CLUSTER)
    state = {"status": "Approved", "description": "", "actionsRequired": "None"}
    assert seen["properties"]["privateLinkServiceConnectionState"] == state
    assert names_of(cloud) == dict(members_of(cloud).values())
    create_zones(cloud)
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    assert names_of(cloud) == {}
    cloud.delete(ZONE_GROUP)
    assert len(names_of(cloud)) == 8


@holds(zone_group_records.RECORDS)
def test_a_zone_group_writes_each_name_into_its_own_zone(cloud: SandboxCloud) -> None:
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster())
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    assert [records_in(cloud, zone) for zone in ZONES] == [{}, {}, {}, {}]
    [seen] = cloud.connections(CLUSTER)
    cloud.decide("Approved", seen["id"])
    members = members_of(cloud)
    assert records_in(cloud, ZONE) == {
        "adx2": [members["Engine"][1]],
        "ingest-adx2": [members["DataManagement"][1]],
    }
    for zone in STORAGE_ZONES:
        service = zone.split(".")[-4]
        assert records_in(cloud, zone) == {
            member.partition("-")[2]: [address]
            for member, (_, address) in members.items()
            if member.startswith(service)
        }
    configs = cloud.get(ZONE_GROUP)["properties"]["privateDnsZoneConfigs"]
    assert [len(config["properties"]["recordSets"]) for config in configs] == [2, 2, 2, 2]
    cloud.decide("Rejected", seen["id"])
    assert [records_in(cloud, zone) for zone in ZONES] == [{}, {}, {}, {}]


@pytest.mark.parametrize("gone", ["connection", "cluster"])
@holds(clusters.DELETED, zone_group_records.RECORDS_GO)
def test_an_endpoint_loses_its_connection(cloud: SandboxCloud, gone: str) -> None:
    """The owner removes the connection, or deletes the cluster: the endpoint must be replaced."""
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    [seen] = cloud.connections(CLUSTER)
    cloud.delete(seen["id"] if gone == "connection" else CLUSTER)
    assert [records_in(cloud, zone) for zone in ZONES] == [{}, {}, {}, {}]
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["status"] == "Disconnected"
    assert names_of(cloud) == {}
    with cloud.rejects(private_endpoint_changes.DISCONNECTED.code):
        cloud.put(ENDPOINT, to_cluster(manual=False))


def test_a_deleted_endpoint_leaves_nothing(cloud: SandboxCloud) -> None:
    create_zones(cloud)
    before = cloud.ids()
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(ZONE_GROUP, zone_group(*ZONES))
    cloud.delete(ENDPOINT)
    assert cloud.ids() == before
    assert cloud.connections(CLUSTER) == []


def test_a_deployment_approves_a_connection(cloud: SandboxCloud) -> None:
    """The library approves with a template, as it does for private link services."""
    cloud.put(ENDPOINT, to_cluster())
    [seen] = cloud.connections(CLUSTER)
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.Kusto/clusters/privateEndpointConnections",
                "apiVersion": "2024-04-13",
                "name": f"adx2/{seen['name']}",
                "properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": "by stack"}},
            }
        ],
    }
    deployment = cloud.put(
        f"{OWNER}/providers/Microsoft.Resources/deployments/approve",
        {"properties": {"mode": "Incremental", "template": template}},
    )
    assert [ResourceId.parse(resource["id"]).key for resource in deployment["properties"]["outputResources"]] == [
        seen["id"].lower()
    ]
    state = cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]
    assert state == {"status": "Approved", "description": "by stack", "actionsRequired": "None"}


@holds(cluster_connections.PUT_ANSWER)
def test_the_answer_to_a_decision_is_unlike_the_connection(cloud: SandboxCloud) -> None:
    """Whoever reads the state from the answer finds none: read the connection again."""
    cloud.put(ENDPOINT, to_cluster())
    [seen] = cloud.connections(CLUSTER)
    answer = cloud.decide("Approved", seen["id"])
    assert answer["name"] == f"adx2/{seen['name']}"
    assert answer["id"] == answer["properties"]["id"] == f"{CLUSTER}/PrivateEndpointConnections/{seen['name']}"
    assert answer["properties"]["provisioningState"] == "Accepted"
    assert answer["properties"]["properties"] == {
        "privateLinkServiceConnectionState": {"status": "Approved", "description": "Approved by a test"}
    }
    assert answer["properties"]["systemData"]["createdByType"] == "Application"


@holds(switches.APPROVAL_AGAIN)
def test_a_second_approval_changes_only_the_description(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, to_cluster(manual=False))
    [seen] = cloud.connections(CLUSTER)
    cloud.decide("Approved", seen["id"])
    state = cloud.get(seen["id"])["properties"]["privateLinkServiceConnectionState"]
    assert (state["status"], state["description"]) == ("Approved", "Approved by a test")


@holds(switches.APPROVAL_AGAIN, cluster_connections.TRANSITION)
def test_a_second_approval_can_be_rejected(cloud: SandboxCloud) -> None:
    """Storage accounts do so; an update that approves only what waits works with both."""
    cloud.azure.set_switch("approval-again", "refuse")
    cloud.put(ENDPOINT, to_cluster(manual=False))
    [seen] = cloud.connections(CLUSTER)
    with cloud.rejects(cluster_connections.TRANSITION.code):
        cloud.decide("Approved", seen["id"])
    cloud.decide("Rejected", seen["id"])


@pytest.mark.parametrize(("spelling", "shown"), [("as-sent", CLUSTER.lower()), ("azure", CLUSTER)])
@holds(switches.TARGET_SPELLING)
def test_an_endpoint_shows_its_target(cloud: SandboxCloud, spelling: str, shown: str) -> None:
    """Whoever compares the letters of ids plans to replace the endpoint in every update (azurerm #23356)."""
    cloud.azure.set_switch("target-spelling", spelling)
    cloud.put(ENDPOINT, to_cluster(CLUSTER.lower()))
    assert cloud.connection_of()["properties"]["privateLinkServiceId"] == shown
    cloud.put(ENDPOINT, to_cluster(CLUSTER))


@holds(connections.UNKNOWN_CONNECTION)
def test_an_owner_cannot_create_a_connection(cloud: SandboxCloud) -> None:
    """Whoever derives the name from the endpoint's asks for a connection that does not exist."""
    with cloud.rejects(connections.UNKNOWN_CONNECTION.code, 404):
        cloud.decide("Approved", f"{CLUSTER}/privateEndpointConnections/pe-00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize("region", ["eastus", "westeurope"])
@holds(private_endpoints.OTHER_REGION)
def test_an_endpoint_can_be_in_another_region_than_its_cluster(cloud: SandboxCloud, region: str) -> None:
    far = f"{CONSUMER}/providers/Microsoft.Network/virtualNetworks/far"
    space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/24"]}, "subnets": [subnet("members", "10.9.0.0/26")]}
    cloud.put(far, {"location": region, "properties": space})
    cloud.put(ENDPOINT, to_cluster(subnet=f"{far}/subnets/members", location=region))
    assert members_of(cloud)["Engine"] == ("adx2.westus.kusto.windows.net", "10.9.0.4")


@holds(zone_group_records.RECORDS_GO)
def test_two_endpoints_share_records_until_one_is_deleted(cloud: SandboxCloud) -> None:
    """The later one overwrites the records, and deleting the earlier one leaves no name at all."""
    create_zones(cloud)
    second = f"{ENDPOINT}-2"
    for id in (ENDPOINT, second):
        cloud.put(id, to_cluster(manual=False))
        cloud.put(f"{id}/privateDnsZoneGroups/default", zone_group(*ZONES))
    assert records_in(cloud, ZONE)["adx2"] == [members_of(cloud, second)["Engine"][1]]
    cloud.delete(ENDPOINT)
    assert [records_in(cloud, zone) for zone in ZONES] == [{}, {}, {}, {}]
    cloud.put(f"{second}/privateDnsZoneGroups/default", zone_group(*ZONES))
    assert len(records_in(cloud, ZONE)) == 2


@holds(cluster_connections.CONNECTION_NOT_FOUND)
def test_a_connection_that_does_not_exist_is_not_found(cloud: SandboxCloud) -> None:
    missing = f"{CLUSTER}/privateEndpointConnections/pe-1"
    with pytest.raises(AzureError) as error:
        cloud.get(missing)
    assert (error.value.status, error.value.message) == (404, f"The resource with identifier '{missing}' is not found.")
    cloud.delete(missing)
