"""Private endpoints: what Azure rejects, who may connect, and what cannot change."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, StoreFile, bodies, network_names, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import (
    private_endpoint_changes,
    private_endpoint_interfaces,
    private_endpoint_targets,
    private_endpoints,
    private_link_service_connections,
    private_link_service_visibility,
    subnets,
)

from ...rule_marks import holds, rejected
from ...small_world import (
    BALANCER,
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    CONSUMER_SUBSCRIPTION,
    DELEGATED,
    ENDPOINT,
    GROUP,
    NAT,
    OWNER,
    OWNER_SUBSCRIPTION,
    SERVICE,
    STRANGER_SUBSCRIPTION,
    SandboxCloud,
    endpoint,
    network,
    service,
    subnet,
)

NOBODYS_ALIAS = "pls.00000000-0000-0000-0000-000000000000.westus.azure.privatelinkservice"
SECOND = network(CONSUMER, "privateEndpoints", "second")


def another_connection(target: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": "connection", "properties": {"privateLinkServiceId": target, **more}}]


def static(address: str, **more: Any) -> dict[str, Any]:
    return {"name": "ip", "properties": {"privateIPAddress": address, **more}}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        rejected(private_endpoints.SUBNET_DELEGATED, {"subnet": DELEGATED}, id="delegated"),
        rejected(references.REFERENCE_NOT_FOUND, {"subnet": f"{CONSUMER_NETWORK}/subnets/none"}, id="no such subnet"),
        rejected(references.REFERENCE_NOT_FOUND, {"subnet": NAT}, id="a subnet of another subscription"),
        rejected(references.REFERENCE_NOT_FOUND, {"location": "eastus"}, id="a subnet of another region"),
        rejected(bodies.CANNOT_PARSE, {"subnet": ""}, id="no subnet"),
        rejected(
            private_endpoints.ONE_CONNECTION,
            {"privateLinkServiceConnections": [{"name": "second", "properties": {"privateLinkServiceId": SERVICE}}]},
            id="two connections",
        ),
        rejected(private_endpoints.ONE_CONNECTION, {"manualPrivateLinkServiceConnections": []}, id="no connection"),
        rejected(
            private_endpoint_interfaces.NO_MEMBERS,
            {"ipConfigurations": [static("10.3.0.6", groupId="cluster", memberName="Engine")]},
            id="a static address for a member, as Azure's own services have",
        ),
        rejected(
            private_endpoint_interfaces.NO_MEMBERS,
            {"ipConfigurations": [static("10.3.0.6"), {**static("10.3.0.5"), "name": "second"}]},
            id="two static addresses",
        ),
    ],
)
def test_an_invalid_endpoint_is_rejected(
    cloud: SandboxCloud, alias: str, rule: Rejection, changes: dict[str, Any]
) -> None:
    with cloud.rejects(rule.code):
        cloud.put(ENDPOINT, endpoint(alias, **changes))


@pytest.mark.parametrize(
    ("rule", "connection"),
    [
        rejected(bodies.CANNOT_PARSE, {"properties": {}}, id="without its inner name (azure-native #4213)"),
        rejected(
            private_endpoints.MESSAGE_TOO_LONG,
            {"name": "c", "properties": {"privateLinkServiceId": NOBODYS_ALIAS, "requestMessage": "x" * 141}},
            id="a message of 141 characters",
        ),
        rejected(
            private_link_service_connections.NO_GROUP_IDS,
            {"name": "c", "properties": {"privateLinkServiceId": SERVICE, "groupIds": ["cluster"]}},
            id="a group id, as Azure's own services have",
        ),
        rejected(
            private_link_service_visibility.INVISIBLE,
            {"name": "c", "properties": {"privateLinkServiceId": NOBODYS_ALIAS}},
            id="an alias of no service",
        ),
        rejected(
            private_link_service_visibility.INVISIBLE,
            {"name": "c", "properties": {"privateLinkServiceId": f"{SERVICE}-gone"}},
            id="an id of no service",
        ),
        rejected(
            private_link_service_visibility.INVALID_SERVICE,
            {"name": "c", "properties": {"privateLinkServiceId": BALANCER}},
            id="no service",
        ),
        rejected(
            private_link_service_visibility.INVALID_SERVICE,
            {"name": "c", "properties": {}},
            id="nothing to connect to",
        ),
        *(
            rejected(
                private_endpoint_targets.NO_SUCH_TARGETS,
                {
                    "name": "c",
                    "properties": {"privateLinkServiceId": f"{OWNER}/providers/{target}", "groupIds": ["blob"]},
                },
                id=f"a target that the sandbox lacks: {target}",
            )
            for target in (
                "Microsoft.Storage/storageAccounts/data/blobServices/default",
                "Microsoft.KeyVault/vaults/keys",
                "Microsoft.Network/applicationGateways/web",
            )
        ),
    ],
)
@pytest.mark.usefixtures("alias")
def test_an_invalid_connection_is_rejected(cloud: SandboxCloud, rule: Rejection, connection: dict[str, Any]) -> None:
    with cloud.rejects(rule.code):
        cloud.put(ENDPOINT, endpoint("", manualPrivateLinkServiceConnections=[connection]))


@holds(private_link_service_visibility.INVALID_SERVICE)
def test_an_alias_needs_a_manual_connection(cloud: SandboxCloud, alias: str) -> None:
    with cloud.rejects(private_link_service_visibility.INVALID_SERVICE.code):
        cloud.put(ENDPOINT, endpoint(alias, manual=False))


@pytest.mark.usefixtures("alias")
@holds(private_endpoints.MESSAGE_MANUAL_ONLY)
def test_a_request_message_needs_a_manual_connection(cloud: SandboxCloud) -> None:
    body = endpoint("", manual=False)
    body["properties"]["privateLinkServiceConnections"] = another_connection(SERVICE, requestMessage="let me in")
    with cloud.rejects(private_endpoints.MESSAGE_MANUAL_ONLY.code):
        cloud.put(ENDPOINT, body)


@holds(private_endpoints.TOO_MANY_ENDPOINTS)
def test_the_endpoints_of_a_network_are_limited(
    cloud: SandboxCloud, alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit counts all subnets. Azure rejects the next endpoint; existing ones can be updated."""
    monkeypatch.setattr(private_endpoints, "MOST_ENDPOINTS_OF_A_NETWORK", 1)
    other_subnet = f"{CONSUMER_NETWORK}/subnets/second"
    cloud.put(other_subnet, {"properties": {"addressPrefix": "10.3.0.64/28"}})
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.rejects(private_endpoints.TOO_MANY_ENDPOINTS.code):
        cloud.put(SECOND, endpoint(alias, subnet=other_subnet))
    cloud.put(ENDPOINT, {**endpoint(alias), "tags": {"a": "b"}})


@holds(private_link_service_connections.TOO_MANY_CONNECTIONS)
def test_the_connections_of_a_service_are_limited(
    cloud: SandboxCloud, alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_link_service_connections, "MOST_CONNECTIONS_OF_A_SERVICE", 1)
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.rejects(private_link_service_connections.TOO_MANY_CONNECTIONS.code):
        cloud.put(SECOND, endpoint(alias))


@holds(private_endpoints.NAME_TAKEN)
def test_the_name_of_a_deleted_endpoint_is_taken_for_a_while(cloud: SandboxCloud, alias: str, store: StoreFile) -> None:
    """A replacement deletes an endpoint and creates it again at once."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.delete(ENDPOINT)
    with store.transaction() as state:
        state.hide(ENDPOINT, 1)
    with pytest.raises(AzureError, match=private_endpoints.NAME_TAKEN.code):
        cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(ENDPOINT, endpoint(alias))


@pytest.mark.parametrize(
    ("visible_to", "seen"),
    [
        pytest.param(None, "invisible", id="no list: only callers with rights on the service"),
        pytest.param([], "invisible", id="an empty list"),
        pytest.param([STRANGER_SUBSCRIPTION], "invisible", id="a stranger"),
        pytest.param([OWNER_SUBSCRIPTION], "invisible", id="the owner: the consumer's subscription counts"),
        pytest.param([CONSUMER_SUBSCRIPTION], "visible", id="the consumer"),
        pytest.param([CONSUMER_SUBSCRIPTION.upper()], "visible", id="the consumer, spelled in capitals"),
        pytest.param(["*"], "visible", id="every subscription"),
    ],
)
def test_visibility_depends_on_the_consumers_subscription(
    cloud: SandboxCloud, visible_to: list[str] | None, seen: str
) -> None:
    lists = None if visible_to is None else {"subscriptions": visible_to}
    alias = cloud.put(SERVICE, service(visibility=lists))["properties"]["alias"]
    if seen == "visible":
        cloud.put(ENDPOINT, endpoint(alias))
    else:
        with cloud.rejects(private_link_service_visibility.INVISIBLE.code):
            cloud.put(ENDPOINT, endpoint(alias))


def test_an_alias_is_compared_without_case(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias.upper()))
    assert len(cloud.connections()) == 1


@holds(private_endpoints.OTHER_REGION)
def test_an_endpoint_of_another_region_can_connect(cloud: SandboxCloud, alias: str) -> None:
    """Only the endpoint and its own network share a region."""
    east = network(CONSUMER, "virtualNetworks", "east")
    cloud.put(
        east,
        {
            "location": "eastus",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.8.0.0/16"]},
                "subnets": [subnet("clients", "10.8.0.0/28")],
            },
        },
    )
    cloud.put(ENDPOINT, endpoint(alias, subnet=f"{east}/subnets/clients", location="eastus"))
    assert cloud.connections()[0]["properties"]["privateEndpointLocation"] == "eastus"


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        rejected(
            private_endpoint_changes.CONNECTION_CANNOT_CHANGE,
            {"manualPrivateLinkServiceConnections": another_connection(NOBODYS_ALIAS)},
            id="its target",
        ),
        rejected(
            private_endpoint_changes.CONNECTION_CANNOT_CHANGE,
            {
                "manualPrivateLinkServiceConnections": [],
                "privateLinkServiceConnections": another_connection(SERVICE),
            },
            id="from alias to id",
        ),
        rejected(
            private_endpoint_changes.ADDRESS_CANNOT_CHANGE, {"ipConfigurations": [static("10.3.0.6")]}, id="its address"
        ),
        rejected(
            private_endpoint_changes.INTERFACE_CANNOT_BE_RENAMED,
            {"customNetworkInterfaceName": "nic"},
            id="its interface",
        ),
        rejected(
            private_endpoint_changes.SUBNET_CANNOT_CHANGE,
            {"subnet": f"{CONSUMER_NETWORK}/subnets/second"},
            id="its subnet",
        ),
    ],
)
def test_what_azure_cannot_update_is_rejected(
    cloud: SandboxCloud, alias: str, rule: Rejection, changes: dict[str, Any]
) -> None:
    cloud.put(f"{CONSUMER_NETWORK}/subnets/second", {"properties": {"addressPrefix": "10.3.0.64/28"}})
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.rejects(rule.code):
        cloud.put(ENDPOINT, endpoint(alias, **changes))


def test_message_tags_and_casing_can_change(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    changed = endpoint(alias.upper(), subnet=CLIENTS.upper())
    changed["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["requestMessage"] = "please"
    after = cloud.put(ENDPOINT, {**changed, "tags": {"team": "data"}})
    assert after["tags"] == {"team": "data"}
    assert cloud.connection_of()["properties"]["requestMessage"] == "please"
    assert len(cloud.connections()) == 1


@holds(network_names.INVALID_NAME)
def test_the_network_interface_can_have_a_custom_name(cloud: SandboxCloud, alias: str) -> None:
    """The name is free again once the endpoint is deleted."""
    with cloud.rejects("InvalidResourceName"):
        cloud.put(ENDPOINT, endpoint(alias, customNetworkInterfaceName="-nic"))
    for id in (ENDPOINT, SECOND):
        answer = cloud.put(id, endpoint(alias, customNetworkInterfaceName="nic"))["properties"]
        assert answer["customNetworkInterfaceName"] == "nic"
        assert answer["networkInterfaces"] == [{"id": network(CONSUMER, "networkInterfaces", "nic")}]
        again = cloud.put(id, endpoint(alias, customNetworkInterfaceName="nic"))["properties"]
        assert again["networkInterfaces"] == answer["networkInterfaces"]
        cloud.delete(id)


@holds(private_endpoint_interfaces.INTERFACE_NAME_TAKEN)
def test_two_endpoints_cannot_share_a_network_interface(cloud: SandboxCloud, alias: str) -> None:
    """The second endpoint would take the address of the first."""
    cloud.put(ENDPOINT, endpoint(alias, customNetworkInterfaceName="nic"))
    with cloud.rejects(private_endpoint_interfaces.INTERFACE_NAME_TAKEN.code):
        cloud.put(SECOND, endpoint(alias, customNetworkInterfaceName="nic"))


def test_an_endpoint_of_the_owner_needs_no_visibility_list(cloud: SandboxCloud) -> None:
    alias = cloud.put(SERVICE, service(visibility=None))["properties"]["alias"]
    cloud.put(network(OWNER, "privateEndpoints", "own"), endpoint(alias, subnet=NAT))


def test_without_a_list_the_right_to_approve_allows_a_connection_by_id(cloud: SandboxCloud) -> None:
    """'Role-based access control only': a caller with the right to approve connects from any subscription."""
    cloud.put(SERVICE, service(visibility=None))
    cloud.put(ENDPOINT, endpoint(SERVICE, manual=False))
    assert len(cloud.connections()) == 1


@pytest.mark.parametrize("policies", ["Enabled", "NetworkSecurityGroupEnabled", "Disabled"])
@holds(subnets.DEFAULT_POLICIES)
def test_the_policies_of_the_subnet_do_not_matter(cloud: SandboxCloud, alias: str, policies: str) -> None:
    """They did until 2022."""
    cloud.put(CLIENTS, {"properties": {"addressPrefix": "10.3.0.0/29", "privateEndpointNetworkPolicies": policies}})
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(CLIENTS, {"properties": {"addressPrefix": "10.3.0.0/29", "privateEndpointNetworkPolicies": "Enabled"}})
    assert cloud.get(CLIENTS)["properties"]["privateEndpoints"] == [{"id": ENDPOINT}]


@holds(private_endpoints.NO_DNS_CONFIGS)
def test_an_endpoint_of_a_service_shows_no_host_names_and_no_groups(cloud: SandboxCloud) -> None:
    """Not even the `fqdns` of the service."""
    alias = cloud.put(SERVICE, service(fqdns=["adx.example"]))["properties"]["alias"]
    body = endpoint(alias)
    body["properties"]["manualPrivateLinkServiceConnections"] = another_connection(alias, groupIds=[])
    assert cloud.put(ENDPOINT, body)["properties"]["customDnsConfigs"] == []
    assert "groupIds" not in cloud.connection_of()["properties"]


def test_an_endpoint_shows_its_static_address_and_security_groups(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(GROUP, {"location": "westus"})
    body = endpoint(alias, ipConfigurations=[static("10.3.0.6")], applicationSecurityGroups=[{"id": GROUP.upper()}])
    answer = cloud.put(ENDPOINT, body)
    (shown,) = answer["properties"]["ipConfigurations"]
    assert shown == {
        "name": "ip",
        "id": f"{ENDPOINT}/ipConfigurations/ip",
        "type": "Microsoft.Network/privateEndpoints/ipConfigurations",
        "etag": answer["etag"],
        "properties": {
            "provisioningState": "Succeeded",
            "groupId": "",
            "memberName": "",
            "privateIPAddress": "10.3.0.6",
        },
    }
    assert answer["properties"]["applicationSecurityGroups"] == [{"id": GROUP}]
    assert cloud.address_of(ENDPOINT) == ["10.3.0.6"]
    assert cloud.put(ENDPOINT, answer)["properties"] == cloud.get(ENDPOINT)["properties"]
