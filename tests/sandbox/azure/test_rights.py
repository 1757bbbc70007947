"""Rights: a request without the right is rejected with Azure's error, and changes nothing."""

from __future__ import annotations

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
    resource_manager,
    rights,
)
from azure_sandbox.azure.resource_types import deployments, private_link_service_connections
from azure_sandbox.azure.rights import Right

from ..rule_marks import holds
from ..small_world import (
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    WORLD,
    ZONE,
    SandboxCloud,
    endpoint,
    link,
    network,
    service,
    zone,
)
from .resource_types.cluster_bodies import zone_group
from .template_bodies import deployment, zone_resource

ANN = "aaaaaaaa-0000-0000-0000-00000000a000"
EVERYTHING = ("*",)


def azure_with(tmp_path: Path, *assignments: Right) -> Azure:
    """A world with a service, in which Ann may do what is assigned."""
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=[*WORLD, {"id": SERVICE, **service()}], rights=assignments))
    return azure.acting_as(ANN)


def request_error(azure: Azure, id: str, body: Json | None = None) -> str:
    """The error of a request; empty if the request succeeds."""
    try:
        azure.get(ResourceId.parse(id)) if body is None else azure.put(ResourceId.parse(id), body)
    except AzureError as error:
        return f"{error.code} {error.message}"
    return ""


def test_without_rights_every_client_may_do_everything(cloud: SandboxCloud) -> None:
    assert cloud.azure.acting_as(ANN).put(ResourceId.parse(ZONE), zone())["name"]


@holds(rights.NOT_AUTHORIZED)
def test_every_request_needs_its_right(tmp_path: Path) -> None:
    azure = azure_with(tmp_path, Right(who=ANN.upper(), scope=CONSUMER.upper(), actions=("*/READ",)))
    assert request_error(azure, CONSUMER) == ""
    assert request_error(azure, CONSUMER_NETWORK) == ""
    error = request_error(azure, ZONE, zone())
    assert f"AuthorizationFailed The client '{ANN}' with object id '{ANN}' does not have authorization" in error
    assert f"'Microsoft.Network/privateDnsZones/write' over scope '{ZONE}'" in error
    assert request_error(azure, OWNER_NETWORK).startswith("AuthorizationFailed")
    with pytest.raises(AzureError, match="virtualNetworks/delete"):
        azure.delete(ResourceId.parse(CONSUMER_NETWORK))
    assert request_error(azure.acting_as("somebody else"), CONSUMER).startswith("AuthorizationFailed")


@pytest.mark.parametrize(
    ("assignment", "allowed"),
    [
        (Right(scope=f"/subscriptions/{CONSUMER_SUBSCRIPTION}"), True),
        (Right(scope=f"/subscriptions/{CONSUMER_SUBSCRIPTION}/"), True),
        (Right(scope=CONSUMER), True),
        (Right(scope=CONSUMER_NETWORK), True),
        (Right(scope=CONSUMER[:-1]), False),
        (Right(scope=CLIENTS), False),
        (Right(scope=OWNER), False),
        (Right(scope=CONSUMER, who="somebody"), False),
        (Right(scope=CONSUMER, actions=("Microsoft.Network/virtualNetworks/read",)), True),
        (Right(scope=CONSUMER, actions=("Microsoft.Network/*/read",)), True),
        (Right(scope=CONSUMER, actions=("Microsoft.Network/privateEndpoints/*",)), False),
    ],
)
def test_a_right_applies_to_its_scope_and_actions(tmp_path: Path, assignment: Right, *, allowed: bool) -> None:
    assert (request_error(azure_with(tmp_path, assignment), CONSUMER_NETWORK) == "") == allowed


@holds(rights.LINKED_NOT_AUTHORIZED)
def test_a_join_needs_a_right_on_the_joined_resource(tmp_path: Path) -> None:
    """A DNS team may write zones, but not link networks of other teams."""
    azure = azure_with(
        tmp_path,
        Right(scope=CONSUMER, actions=("Microsoft.Network/privateDns*",)),
        Right(scope=OWNER, actions=("*/read",)),
    )
    azure.put(ResourceId.parse(ZONE), zone())
    error = request_error(azure, f"{ZONE}/virtualNetworkLinks/link", link(OWNER_NETWORK))
    assert error.startswith("LinkedAuthorizationFailed")
    assert f"'Microsoft.Network/virtualNetworks/join/action' on the linked scope(s) '{OWNER_NETWORK}'" in error


@holds(rights.LINKED_SUBSCRIPTION_NOT_AUTHORIZED)
def test_a_connection_by_id_needs_the_right_to_approve(tmp_path: Path) -> None:
    """Every client may request a connection by alias; by id only a client with the right to approve."""
    azure = azure_with(tmp_path, Right(scope=CONSUMER, actions=EVERYTHING))
    error = request_error(azure, ENDPOINT, endpoint(SERVICE, manual=False))
    assert error.startswith("LinkedAuthorizationFailed")
    assert "Microsoft.Network/privateLinkServices/PrivateEndpointConnectionsApproval/action" in error
    assert "is not authorized to access linked subscription" in error
    owner = Azure(StoreFile(tmp_path / "azure.db"))
    alias = owner.get(ResourceId.parse(SERVICE))["properties"]["alias"]
    assert request_error(azure, ENDPOINT, endpoint(alias)) == ""


@holds(deployments.NOT_ALLOWED)
def test_a_deployment_needs_the_rights_to_its_resources(tmp_path: Path) -> None:
    azure = azure_with(tmp_path, Right(scope=CONSUMER, actions=("Microsoft.Resources/deployments/*", "*/read")))
    id = f"{CONSUMER}/providers/Microsoft.Resources/deployments/d"
    error = request_error(azure, id, deployment(zone_resource("a.b")))
    assert error.startswith(
        "InvalidTemplateDeployment The template deployment failed with error: 'Authorization failed"
    )
    assert (
        f"'Microsoft.Network/privateDnsZones/write' at scope '{network(CONSUMER, 'privateDnsZones', 'a.b')}'" in error
    )
    several = request_error(azure, id, deployment(zone_resource("a.b"), zone_resource("c.d")))
    assert several.startswith("InvalidTemplateDeployment Deployment failed with multiple errors: 'Authorization failed")
    assert "a.b" in several
    assert "c.d" in several


@holds(rights.LINKED_NOT_AUTHORIZED)
def test_a_deployment_needs_the_rights_to_join(tmp_path: Path) -> None:
    azure = azure_with(
        tmp_path,
        Right(scope=CONSUMER, actions=("Microsoft.Resources/deployments/*", "Microsoft.Network/privateDnsZones/*")),
        Right(scope=OWNER, actions=("*/read",)),
    )
    joined = {
        "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "apiVersion": "2024-06-01",
        "name": "a.b/link",
        "dependsOn": ["a.b"],
        **link(OWNER_NETWORK),
    }
    id = f"{CONSUMER}/providers/Microsoft.Resources/deployments/d"
    error = request_error(azure, id, deployment(zone_resource("a.b"), joined))
    assert error.startswith("LinkedAuthorizationFailed")
    assert request_error(azure, network(CONSUMER, "privateDnsZones", "a.b")).startswith("ResourceNotFound")


@holds(resource_manager.NOT_REGISTERED)
def test_a_subscription_must_be_registered(tmp_path: Path) -> None:
    """This happens with the first private endpoint of a new subscription."""
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=WORLD, unregistered=(f"{CONSUMER_SUBSCRIPTION}/microsoft.network",)))
    with pytest.raises(AzureError, match="MissingSubscriptionRegistration") as rejection:
        azure.acting_as(ANN).put(ResourceId.parse(ZONE), zone())
    assert rejection.value.status == 409
    assert azure.acting_as(ANN).get(ResourceId.parse(CONSUMER_NETWORK))


@holds(resource_manager.NOT_REGISTERED)
def test_a_deployment_needs_the_registration(tmp_path: Path) -> None:
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(World(resources=WORLD, unregistered=(f"{CONSUMER_SUBSCRIPTION}/Microsoft.Network",)))
    id = ResourceId.parse(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d")
    with pytest.raises(OperationFailed, match="DeploymentFailed"):
        azure.acting_as(ANN).put(id, deployment(zone_resource("a.b")))
    (detail,) = azure.get(id)["properties"]["error"]["details"]
    assert detail["code"] == "MissingSubscriptionRegistration"


@holds(rights.LINKED_NOT_AUTHORIZED)
def test_an_endpoint_needs_the_right_to_join_its_subnet(tmp_path: Path) -> None:
    """A team can have endpoints in a network of the platform team."""
    azure = azure_with(
        tmp_path,
        Right(scope=CONSUMER, actions=("Microsoft.Network/privateEndpoints/*", "*/read")),
        Right(scope=OWNER),
    )
    error = request_error(azure, ENDPOINT, endpoint(SERVICE, manual=False))
    assert error.startswith("LinkedAuthorizationFailed")
    assert f"'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '{CLIENTS}'" in error


@holds(rights.LINKED_NOT_AUTHORIZED)
def test_a_zone_group_needs_the_right_to_join_each_zone(tmp_path: Path) -> None:
    """The zones are in a hub, and a team may use one of them only. Each later PUT needs the right, too."""
    hub_zone, own_zone = network(OWNER, "privateDnsZones", "hub.example"), ZONE
    join = Right(scope=hub_zone, actions=("Microsoft.Network/privateDnsZones/join/action",))
    group_id = f"{ENDPOINT}/privateDnsZoneGroups/default"
    azure = azure_with(tmp_path, Right(scope=CONSUMER), Right(scope=OWNER, actions=("*/read",)), join)
    owner = Azure(StoreFile(tmp_path / "azure.db"))
    for zone_id in (hub_zone, hub_zone.replace("hub", "other"), own_zone):
        owner.put(ResourceId.parse(zone_id), zone())
    alias = owner.get(ResourceId.parse(SERVICE))["properties"]["alias"]
    assert request_error(azure, ENDPOINT, endpoint(alias)) == ""
    assert request_error(azure, group_id, zone_group(own_zone, hub_zone)) == ""
    for zones in ([hub_zone.replace("hub", "other")], [own_zone, hub_zone.replace("hub", "other")]):
        error = request_error(azure, group_id, zone_group(*zones))
        assert error == (
            f"LinkedAuthorizationFailed The client '{ANN}' with object id '{ANN}' has permission to perform action "
            f"'Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write' on scope '{group_id}'; however, it does "
            "not have permission to perform action(s) 'Microsoft.Network/privateDnsZones/join/action' on the linked "
            f"scope(s) '{zones[-1]}' (respectively) or the linked scope(s) are invalid."
        )


@holds(rights.NOT_AUTHORIZED)
def test_a_consumer_needs_no_right_to_read_the_service(tmp_path: Path) -> None:
    azure = azure_with(tmp_path, Right(scope=CONSUMER))
    assert "Microsoft.Network/privateLinkServices/read" in request_error(azure, SERVICE)


@holds(rights.STATUS_NOT_AUTHORIZED)
def test_a_deployment_needs_the_right_to_wait_for_it(tmp_path: Path) -> None:
    """A role of one's own that lacks it deploys, and then reports a failure (azure-search-openai-demo#848)."""
    azure = azure_with(
        tmp_path,
        Right(scope=CONSUMER, actions=("Microsoft.Resources/deployments/write", "Microsoft.Network/privateDnsZones/*")),
    )
    id = f"{CONSUMER}/providers/Microsoft.Resources/deployments/d"
    error = request_error(azure, id, deployment(zone_resource("a.b")))
    assert error.startswith("AuthorizationFailed")
    assert f"'Microsoft.Resources/deployments/operationStatuses/read' over scope '{id}/operationStatuses/" in error
    assert azure.without_caller().get(ResourceId.parse(network(CONSUMER, "privateDnsZones", "a.b")))["name"] == "a.b"


@holds(rights.STATUS_NOT_AUTHORIZED)
def test_a_zone_needs_the_right_to_wait_for_it(tmp_path: Path) -> None:
    """A record set does not: it is written at once."""
    azure = azure_with(tmp_path, Right(scope=CONSUMER, actions=("Microsoft.Network/privateDnsZones/*",)))
    status = "'Microsoft.Network/privateDnsOperationStatuses/read'"
    assert status in request_error(azure, ZONE, zone())
    record: Json = {"properties": {"ttl": 300, "aRecords": [{"ipv4Address": "10.0.0.1"}]}}
    assert request_error(azure, f"{ZONE}/A/one", record) == ""
    azure.delete(ResourceId.parse(f"{ZONE}/A/one"))
    with pytest.raises(AzureError, match="privateDnsOperationStatuses/read"):
        azure.delete(ResourceId.parse(ZONE))
    assert request_error(azure, ZONE).startswith("ResourceNotFound")
    azure.delete(ResourceId.parse(ZONE))


@holds(private_link_service_connections.DECISION)
@pytest.mark.parametrize("lacking", ["privateEndpointConnections/write", "PrivateEndpointConnectionsApproval/action"])
def test_a_decision_needs_two_rights(tmp_path: Path, lacking: str) -> None:
    """Microsoft's articles about rejected approvals name one of them each."""
    needed = {
        f"Microsoft.Network/privateLinkServices/{action}"
        for action in ("privateEndpointConnections/write", "PrivateEndpointConnectionsApproval/action")
    }
    without = Right(scope=OWNER, actions=tuple(action for action in needed if not action.endswith(lacking)))
    ann = azure_with(tmp_path, without)
    alias = ann.without_caller().get(ResourceId.parse(SERVICE))["properties"]["alias"]
    ann.without_caller().put(ResourceId.parse(ENDPOINT), endpoint(alias))
    [connection] = ann.without_caller().get(ResourceId.parse(SERVICE))["properties"]["privateEndpointConnections"]
    decision: Json = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
    assert lacking in request_error(ann, connection["id"], decision)
    Azure(StoreFile(tmp_path / "azure.db")).put(ResourceId.parse(connection["id"]), decision)


@holds(rights.EXCEPTED)
def test_an_exception_is_one_of_its_own_role_only(tmp_path: Path) -> None:
    """Contributor cannot lock, unless another role allows it."""
    contributor = Right(scope=CONSUMER, actions=EVERYTHING, not_actions=("Microsoft.Authorization/*/Write",))
    lock: Json = {"properties": {"level": "CanNotDelete"}}
    id = f"{CONSUMER}/providers/Microsoft.Authorization/locks/keep"
    assert "locks/write" in request_error(azure_with(tmp_path, contributor), id, lock)
    locks = Right(scope=CONSUMER, actions=("Microsoft.Authorization/locks/*",))
    assert request_error(azure_with(tmp_path, contributor, locks), id, lock) == ""


@holds(rights.LISTED)
def test_a_client_lists_what_it_may_do(tmp_path: Path) -> None:
    """Roles of the group and above are listed, and no roles of others."""
    contributor = Right(scope=CONSUMER, actions=EVERYTHING, not_actions=("Microsoft.Authorization/*/Write",))
    reader = Right(scope=f"/subscriptions/{CONSUMER_SUBSCRIPTION}", actions=("*/read",))
    bob = Right(scope=CONSUMER, who="bob")
    azure = azure_with(tmp_path, contributor, reader, bob)
    assert azure.list_permissions(CONSUMER) == [
        {"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]},
        {"actions": ["*/read"], "notActions": []},
    ]
    assert azure.list_permissions(f"/subscriptions/{CONSUMER_SUBSCRIPTION}") == [
        {"actions": ["*/read"], "notActions": []}
    ]
    with pytest.raises(AzureError, match="permissions/read"):
        azure.list_permissions(OWNER)
    with pytest.raises(AzureError, match="ResourceGroupNotFound"):
        azure.list_permissions(f"{CONSUMER}-none")


def test_without_rights_a_client_may_do_everything_anywhere(cloud: SandboxCloud) -> None:
    everything = [{"actions": ["*"], "notActions": []}]
    assert cloud.azure.acting_as(ANN).list_permissions(CONSUMER) == everything


def test_a_world_file_has_rights(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(
        f"""
names: {{group: {CONSUMER}}}
resources: [{{id: $group, location: westus}}]
rights: [{{who: {ANN}, scope: $group, actions: ["*/read"]}}]
unregistered: [{CONSUMER_SUBSCRIPTION}/Microsoft.Network]
"""
    )
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(world_files.load_world(file))
    assert request_error(azure.acting_as(ANN), CONSUMER) == ""
    assert request_error(azure.acting_as("somebody"), CONSUMER).startswith("AuthorizationFailed")
