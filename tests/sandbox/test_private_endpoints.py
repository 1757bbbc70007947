"""What Azure refuses of a private endpoint, and who may connect at all."""

from __future__ import annotations

from typing import Any

import pytest

from .places import (
    BALANCER,
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    CONSUMER_SUBSCRIPTION,
    DELEGATED,
    ENDPOINT,
    NAT,
    OWNER,
    OWNER_SUBSCRIPTION,
    SERVICE,
    STRANGER_SUBSCRIPTION,
    Cloud,
    endpoint,
    network,
    service,
    subnet,
)

INVISIBLE = "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible"
NOBODYS_ALIAS = "pls.00000000-0000-0000-0000-000000000000.westus.azure.privatelinkservice"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param("PrivateEndpointCreationNotAllowedAsSubnetIsDelegated", {"subnet": DELEGATED}, id="delegated"),
        pytest.param("InvalidResourceReference", {"subnet": f"{CONSUMER_NETWORK}/subnets/none"}, id="no such subnet"),
        pytest.param("InvalidResourceReference", {"subnet": NAT}, id="a subnet of another subscription"),
        pytest.param("InvalidResourceReference", {"location": "eastus"}, id="a subnet of another region"),
        pytest.param("InvalidRequestFormat", {"subnet": ""}, id="no subnet"),
        pytest.param(
            "PrivateEndpointMustHaveOnePrivateLinkServiceConnection",
            {
                "privateLinkServiceConnections": [
                    {"name": "second", "properties": {"privateLinkServiceId": SERVICE}},
                ]
            },
            id="two connections",
        ),
        pytest.param(
            "PrivateEndpointMustHaveOnePrivateLinkServiceConnection",
            {"manualPrivateLinkServiceConnections": []},
            id="no connection",
        ),
    ],
)
def test_is_refused(cloud: Cloud, alias: str, code: str, changes: dict[str, Any]) -> None:
    with cloud.refuses(code):
        cloud.put(ENDPOINT, endpoint(alias, **changes))


@pytest.mark.parametrize(
    ("code", "connection"),
    [
        pytest.param("InvalidRequestFormat", {"properties": {}}, id="without its inner name (azure-native #4213)"),
        pytest.param(
            "PrivateLinkServiceConnectionRequestMessageTooLong",
            {"name": "c", "properties": {"privateLinkServiceId": NOBODYS_ALIAS, "requestMessage": "x" * 141}},
            id="a message of 141 characters",
        ),
        pytest.param(
            INVISIBLE, {"name": "c", "properties": {"privateLinkServiceId": NOBODYS_ALIAS}}, id="an alias of nobody"
        ),
        pytest.param(
            INVISIBLE, {"name": "c", "properties": {"privateLinkServiceId": f"{SERVICE}-gone"}}, id="an id of nobody"
        ),
        pytest.param(
            "InvalidPrivateLinkServiceId",
            {"name": "c", "properties": {"privateLinkServiceId": BALANCER}},
            id="what is no service at all",
        ),
    ],
)
@pytest.mark.usefixtures("alias")
def test_connection_is_refused(cloud: Cloud, code: str, connection: dict[str, Any]) -> None:
    with cloud.refuses(code):
        cloud.put(ENDPOINT, endpoint("", manualPrivateLinkServiceConnections=[connection]))


def test_an_alias_is_for_manual_connections_only(cloud: Cloud, alias: str) -> None:
    with cloud.refuses("InvalidPrivateLinkServiceId"):
        cloud.put(ENDPOINT, endpoint(alias, manual=False))


@pytest.mark.parametrize(
    ("visible_to", "seen"),
    [
        pytest.param(None, "invisible", id="no list: only who has rights on the service"),
        pytest.param([], "invisible", id="an empty list"),
        pytest.param([STRANGER_SUBSCRIPTION], "invisible", id="somebody else"),
        pytest.param([OWNER_SUBSCRIPTION], "invisible", id="the owner: it is the consumer's subscription that counts"),
        pytest.param([CONSUMER_SUBSCRIPTION], "visible", id="the consumer"),
        pytest.param([CONSUMER_SUBSCRIPTION.upper()], "visible", id="the consumer, spelled in capitals"),
        pytest.param(["*"], "visible", id="everybody"),
    ],
)
def test_visibility_is_for_the_consumers_subscription(cloud: Cloud, visible_to: list[str] | None, seen: str) -> None:
    lists = None if visible_to is None else {"subscriptions": visible_to}
    alias = cloud.put(SERVICE, service(visibility=lists))["properties"]["alias"]
    if seen == "visible":
        cloud.put(ENDPOINT, endpoint(alias))
    else:
        with cloud.refuses(INVISIBLE):
            cloud.put(ENDPOINT, endpoint(alias))


def test_an_alias_is_compared_without_case(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias.upper()))
    assert len(cloud.connections()) == 1


def test_the_endpoint_of_another_region_may_connect(cloud: Cloud, alias: str) -> None:
    """Only the endpoint and its own network must share a region."""
    east = network(CONSUMER, "virtualNetworks", "east")
    cloud.put(east, {"location": "eastus", "properties": {"subnets": [subnet("clients", "10.8.0.0/28")]}})
    cloud.put(ENDPOINT, endpoint(alias, subnet=f"{east}/subnets/clients", location="eastus"))
    assert cloud.connections()[0]["properties"]["privateEndpointLocation"] == "eastus"


def _another_connection(alias: str) -> list[dict[str, Any]]:
    return [{"name": "connection", "properties": {"privateLinkServiceId": alias}}]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param(
            "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
            {"manualPrivateLinkServiceConnections": _another_connection(NOBODYS_ALIAS)},
            id="its target",
        ),
        pytest.param(
            "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
            {
                "manualPrivateLinkServiceConnections": [],
                "privateLinkServiceConnections": _another_connection(SERVICE),
            },
            id="from alias to id",
        ),
        pytest.param(
            "PrivateEndpointPropertyCannotBeChanged",
            {"ipConfigurations": [{"name": "ip", "properties": {"privateIPAddress": "10.3.0.6"}}]},
            id="its address",
        ),
        pytest.param("PrivateEndpointPropertyCannotBeChanged", {"customNetworkInterfaceName": "nic"}, id="its NIC"),
        pytest.param(
            "PrivateEndpointPropertyCannotBeChanged", {"subnet": f"{CONSUMER_NETWORK}/subnets/second"}, id="its subnet"
        ),
    ],
)
def test_never_changes_in_place(cloud: Cloud, alias: str, code: str, changes: dict[str, Any]) -> None:
    cloud.put(f"{CONSUMER_NETWORK}/subnets/second", {"properties": {"addressPrefix": "10.3.0.64/28"}})
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.refuses(code):
        cloud.put(ENDPOINT, endpoint(alias, **changes))


def test_its_name_tags_message_and_casing_may_change(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    changed = endpoint(alias.upper(), subnet=CLIENTS.upper())
    changed["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["requestMessage"] = "please"
    after = cloud.put(ENDPOINT, {**changed, "tags": {"team": "data"}})
    assert after["tags"] == {"team": "data"}
    assert cloud.connection_of()["properties"]["requestMessage"] == "please"
    assert len(cloud.connections()) == 1


def test_two_endpoints_never_share_a_network_interface(cloud: Cloud, alias: str) -> None:
    """The second would take the first one's address away."""
    cloud.put(ENDPOINT, endpoint(alias, customNetworkInterfaceName="nic"))
    with cloud.refuses("PrivateEndpointNetworkInterfaceNameInUse"):
        cloud.put(network(CONSUMER, "privateEndpoints", "second"), endpoint(alias, customNetworkInterfaceName="nic"))


def test_its_network_interface_is_not_deleted_before_it(cloud: Cloud, alias: str) -> None:
    interface = cloud.put(ENDPOINT, endpoint(alias))["properties"]["networkInterfaces"][0]["id"]
    with cloud.refuses("NicInUse"):
        cloud.delete(interface)
    cloud.delete(ENDPOINT)
    assert interface not in cloud.ids()


def test_an_endpoint_of_the_owner_needs_no_list(cloud: Cloud) -> None:
    alias = cloud.put(SERVICE, service(visibility=None))["properties"]["alias"]
    cloud.put(network(OWNER, "privateEndpoints", "own"), endpoint(alias, subnet=NAT))
