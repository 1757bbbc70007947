"""Private link services: what Azure rejects, generated names, and what cannot change."""

from __future__ import annotations

import re
from typing import Any

import pytest

from azure_sandbox.azure import bodies, private_addresses, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import load_balancers, network_interfaces, private_link_services, subnets

from ...rule_marks import holds, rejected
from ...small_world import (
    BALANCER,
    CONSUMER_SUBSCRIPTION,
    EAST_NETWORK,
    ENDPOINT,
    FRONTEND,
    GUARDED,
    NAT,
    OWNER,
    OWNER_NETWORK,
    SECOND_FRONTEND,
    SERVICE,
    SPARE,
    SandboxCloud,
    endpoint,
    nat,
    service,
    subnet,
)
from ...small_world import network as in_network

OTHER = in_network(OWNER, "privateLinkServices", "other")
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def frontends(*ids: str) -> list[dict[str, str]]:
    return [{"id": id} for id in ids]


def on_balancer(name: str) -> dict[str, Any]:
    frontend = FRONTEND.replace("loadBalancers/lb", f"loadBalancers/{name}")
    return {"loadBalancerFrontendIpConfigurations": frontends(frontend)}


def on_address(*nats: dict[str, Any], address: str = "10.1.3.4") -> dict[str, Any]:
    """Direct Connect: no load balancer, but an address to send everything to."""
    return {
        "loadBalancerFrontendIpConfigurations": None,
        "destinationIPAddress": address,
        "ipConfigurations": list(nats),
    }


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        rejected(
            private_link_services.POLICIES_ENABLED,
            {"ipConfigurations": [nat("nat-1", GUARDED)]},
            id="the policies of the NAT subnet are enabled, as they are by default",
        ),
        rejected(
            references.REFERENCE_NOT_FOUND,
            {"loadBalancerFrontendIpConfigurations": frontends(f"{BALANCER}/frontendIPConfigurations/none")},
            id="the load balancer has no such frontend",
        ),
        rejected(references.REFERENCE_NOT_FOUND, on_balancer("none"), id="no such load balancer"),
        rejected(references.REFERENCE_NOT_FOUND, on_balancer("east"), id="the frontend is in another region"),
        rejected(
            references.REFERENCE_NOT_FOUND,
            {"ipConfigurations": [nat("nat-1", f"{EAST_NETWORK}/subnets/nat")]},
            id="the NAT subnet is in another region",
        ),
        rejected(
            references.REFERENCE_NOT_FOUND,
            {"ipConfigurations": [nat("nat-1", f"{OWNER_NETWORK}/subnets/none")]},
            id="no such subnet",
        ),
        rejected(private_link_services.STANDARD_BALANCER, on_balancer("basic"), id="a Basic load balancer"),
        rejected(
            private_link_services.ONE_FRONTEND,
            {"loadBalancerFrontendIpConfigurations": frontends(FRONTEND, SECOND_FRONTEND)},
            id="two frontends",
        ),
        rejected(
            private_link_services.ONE_TARGET, {"loadBalancerFrontendIpConfigurations": None}, id="nothing to publish"
        ),
        rejected(
            private_link_services.ONE_TARGET, {"destinationIPAddress": "10.1.3.4"}, id="a frontend and an address"
        ),
        rejected(
            private_link_services.DESTINATION_NEEDS_PAIRS,
            on_address(nat("nat-1")),
            id="an address with one NAT address only",
        ),
        rejected(
            private_link_services.DESTINATION_NEEDS_PAIRS,
            on_address(nat("nat-1"), nat("nat-2"), address="somewhere"),
            id="an invalid address",
        ),
        rejected(
            private_link_services.NAT_COUNT,
            {"ipConfigurations": [nat(f"nat-{number}") for number in range(9)]},
            id="nine NAT addresses",
        ),
        rejected(private_link_services.NAT_COUNT, {"ipConfigurations": []}, id="no NAT address"),
        rejected(
            private_link_services.NAT_COUNT,
            {"ipConfigurations": [nat("nat-1", privateIPAddressVersion="IPv6")]},
            id="an IPv6 NAT address",
        ),
        rejected(
            private_link_services.NAT_PRIMARY,
            {"ipConfigurations": [nat("nat-1", primary=True), nat("nat-2", primary=True)]},
            id="two primary NAT addresses",
        ),
        rejected(
            private_link_services.NAT_PRIMARY,
            {"ipConfigurations": [nat("nat-1", primary=False)]},
            id="no primary NAT address",
        ),
        rejected(
            private_link_services.APPROVAL_NOT_VISIBLE,
            {"visibility": {"subscriptions": ["a"]}, "autoApproval": {"subscriptions": ["a", "b"]}},
            id="approval of subscriptions outside the visibility list",
        ),
        rejected(
            private_link_services.APPROVAL_NOT_VISIBLE,
            {"visibility": None, "autoApproval": {"subscriptions": [CONSUMER_SUBSCRIPTION]}},
            id="approval without visibility",
        ),
        rejected(
            private_link_services.TOO_MANY_SUBSCRIPTIONS,
            {"visibility": {"subscriptions": [str(number) for number in range(101)]}},
            id="visible to 101 subscriptions",
        ),
        rejected(
            private_link_services.TOO_MANY_SUBSCRIPTIONS,
            {"autoApproval": {"subscriptions": [str(number) for number in range(101)]}},
            id="approves 101 subscriptions",
        ),
        rejected(
            private_addresses.NOT_IN_SUBNET,
            {"ipConfigurations": [nat("nat-1", privateIPAddress="10.9.9.9")]},
            id="a NAT address of another network",
        ),
        rejected(
            private_addresses.RESERVED,
            {"ipConfigurations": [nat("nat-1", privateIPAddress="10.1.0.3")]},
            id="a reserved NAT address",
        ),
        rejected(
            private_link_services.NAT_METHOD,
            {"ipConfigurations": [nat("nat-1", privateIPAddress="10.1.0.5", privateIPAllocationMethod=None)]},
            id="a static NAT address with a dynamic method",
        ),
        rejected(
            private_link_services.NAT_METHOD,
            {"ipConfigurations": [nat("nat-1", privateIPAllocationMethod="Static")]},
            id="a static NAT address without the address",
        ),
        rejected(bodies.CANNOT_PARSE, {"enableProxyProtocol": "false"}, id="a text for true or false"),
        rejected(bodies.CANNOT_PARSE, {"ipConfigurations": [nat("nat-1", "")]}, id="a NAT address of no subnet"),
        rejected(
            bodies.CANNOT_PARSE,
            {"ipConfigurations": [{"properties": {"subnet": {"id": NAT}}}]},
            id="a NAT configuration without its inner name",
        ),
    ],
)
def test_an_invalid_service_is_rejected(cloud: SandboxCloud, rule: Rejection, changes: dict[str, Any]) -> None:
    with cloud.rejects(rule.code):
        cloud.put(SERVICE, service(**changes))


@pytest.mark.usefixtures("alias")
@holds(private_link_services.FRONTEND_TAKEN)
def test_two_services_cannot_share_a_frontend(cloud: SandboxCloud) -> None:
    with cloud.rejects(private_link_services.FRONTEND_TAKEN.code):
        cloud.put(OTHER, service())
    cloud.put(OTHER, service(loadBalancerFrontendIpConfigurations=frontends(SECOND_FRONTEND)))


@pytest.mark.usefixtures("alias")
@holds(private_link_services.TOO_MANY_SERVICES)
def test_the_services_of_a_load_balancer_are_limited(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_link_services, "MOST_SERVICES_OF_A_BALANCER", 1)
    with cloud.rejects(private_link_services.TOO_MANY_SERVICES.code):
        cloud.put(OTHER, service(loadBalancerFrontendIpConfigurations=frontends(SECOND_FRONTEND)))
    cloud.put(SERVICE, service(fqdns=["an.update.of.the.first"]))


@pytest.mark.parametrize(
    ("limit", "first", "second"),
    [
        ("MOST_SERVICES_OF_A_SUBSCRIPTION", {}, on_address(nat("a"), nat("b"))),
        ("MOST_OF_ADDRESSES_IN_A_REGION", on_address(nat("a"), nat("b")), on_address(nat("c"), nat("d"))),
    ],
)
@holds(private_link_services.TOO_MANY_IN_SUBSCRIPTION)
def test_the_services_of_a_subscription_are_limited(
    cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch, limit: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Existing services can be updated."""
    monkeypatch.setattr(private_link_services, limit, 1)
    cloud.put(SERVICE, service(**first))
    with cloud.rejects(private_link_services.TOO_MANY_IN_SUBSCRIPTION.code):
        cloud.put(OTHER, service(**second))
    cloud.put(SERVICE, service(**first, fqdns=["an.update"]))


@pytest.mark.usefixtures("alias")
def test_services_of_addresses_have_a_limit_of_their_own(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_link_services, "MOST_OF_ADDRESSES_IN_A_REGION", 1)
    cloud.put(OTHER, service(**on_address(nat("a"), nat("b"))))
    second = service(loadBalancerFrontendIpConfigurations=frontends(SECOND_FRONTEND))
    cloud.put(in_network(OWNER, "privateLinkServices", "third"), second)


@holds(load_balancers.NAT_RULES_AND_SERVICE)
def test_a_frontend_with_inbound_nat_rules_cannot_be_published(cloud: SandboxCloud) -> None:
    """The frontend may already serve the SSH port of a virtual machine."""
    body = cloud.get(BALANCER)
    rule = {"name": "ssh", "properties": {"frontendIPConfiguration": {"id": FRONTEND}, "frontendPort": 50000}}
    cloud.put(BALANCER, {**body, "properties": {**body["properties"], "inboundNatRules": [rule]}})
    with cloud.rejects(load_balancers.NAT_RULES_AND_SERVICE.code):
        cloud.put(SERVICE, service())
    cloud.put(SERVICE, service(loadBalancerFrontendIpConfigurations=frontends(SECOND_FRONTEND)))


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        rejected(
            private_link_services.TARGET_CANNOT_CHANGE,
            {"loadBalancerFrontendIpConfigurations": frontends(SECOND_FRONTEND)},
            id="its frontend",
        ),
        rejected(
            private_link_services.TARGET_CANNOT_CHANGE,
            on_address(nat("nat-1", privateIPAddress="10.1.0.9"), nat("nat-2")),
            id="from a frontend to an address",
        ),
        rejected(
            private_link_services.NAT_KEPT,
            {"ipConfigurations": [nat("nat-1", privateIPAddress="10.1.0.9")]},
            id="a removed NAT address",
        ),
        rejected(
            private_link_services.NAT_KEPT,
            {"ipConfigurations": [nat("nat-1", SPARE), nat("nat-2")]},
            id="the subnet of a NAT address",
        ),
        rejected(
            private_link_services.NAT_KEPT, {"ipConfigurations": [nat("nat-1"), nat("nat-2")]}, id="static to dynamic"
        ),
        rejected(
            private_link_services.NAT_PRIMARY,
            {"ipConfigurations": [nat("nat-1", privateIPAddress="10.1.0.9"), nat("nat-2", primary=True)]},
            id="which NAT address is primary",
        ),
    ],
)
def test_what_azure_cannot_update_is_rejected(cloud: SandboxCloud, rule: Rejection, changes: dict[str, Any]) -> None:
    cloud.put(SERVICE, service(ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.9"), nat("nat-2")]))
    with cloud.rejects(rule.code):
        cloud.put(SERVICE, service(**changes))


@pytest.mark.usefixtures("alias")
def test_a_service_cannot_move_to_another_region(cloud: SandboxCloud) -> None:
    with cloud.rejects("InvalidResourceLocation", 409):
        cloud.put(SERVICE, service(location="eastus"))


def test_the_address_behind_a_service_can_change(cloud: SandboxCloud) -> None:
    """Direct Connect: the acceptance tests of Terraform's provider change it."""
    nats = [nat("nat-1"), nat("nat-2")]
    before = cloud.put(SERVICE, service(**on_address(*nats)))
    after = cloud.put(SERVICE, service(**on_address(*nats, address="10.1.3.5")))
    assert after["properties"]["destinationIPAddress"] == "10.1.3.5"
    assert after["properties"]["loadBalancerFrontendIpConfigurations"] == []
    assert after["properties"]["alias"] == before["properties"]["alias"]


@pytest.mark.usefixtures("alias")
def test_the_proxy_protocol_can_be_switched(cloud: SandboxCloud) -> None:
    """The alias and the connections stay."""
    cloud.put(ENDPOINT, endpoint(SERVICE))
    before = cloud.get(SERVICE)["properties"]
    for enabled in (True, False, None):
        answer = cloud.put(SERVICE, service(enableProxyProtocol=enabled))
        # What lies in a service shows the service's etag.
        lists = {
            name: [{**nested, "etag": answer["etag"]} for nested in before[name]]
            for name in ("ipConfigurations", "privateEndpointConnections")
        }
        assert answer["properties"] == {**before, **lists, "enableProxyProtocol": bool(enabled)}


def test_a_static_nat_address_can_become_another(cloud: SandboxCloud) -> None:
    cloud.put(SERVICE, service(ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.9")]))
    cloud.put(SERVICE, service(ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.10")]))
    assert cloud.address_of(SERVICE) == ["10.1.0.10"]


@pytest.mark.usefixtures("alias")
@holds(private_link_services.ALIAS)
def test_an_update_keeps_alias_addresses_and_guids(cloud: SandboxCloud) -> None:
    """Consumers have the alias: a new alias would disconnect all of them."""
    before, addresses = cloud.get(SERVICE), cloud.address_of(SERVICE)
    after = cloud.put(SERVICE, service(ipConfigurations=[nat("nat-1"), nat("nat-2")], fqdns=["a.b"]))
    for name in ("alias", "resourceGuid", "networkInterfaces"):
        assert after["properties"][name] == before["properties"][name]
    assert cloud.address_of(SERVICE) == [*addresses, "10.1.0.5"]
    assert after["etag"] != before["etag"]


@holds(private_link_services.ALIAS, network_interfaces.NAMES_ITS_OWNER)
def test_generated_names_follow_azures_pattern(cloud: SandboxCloud) -> None:
    answer = cloud.put(in_network(OWNER, "privateLinkServices", "PLS"), service())["properties"]
    assert_matches(answer["alias"], rf"pls\.{GUID}\.westus\.azure\.privatelinkservice")
    assert_matches(
        answer["networkInterfaces"][0]["id"], rf"{OWNER}/providers/Microsoft.Network/networkInterfaces/PLS\.nic\.{GUID}"
    )
    guids = {
        answer["resourceGuid"],
        answer["alias"].split(".")[1],
        answer["networkInterfaces"][0]["id"].rsplit(".", 1)[1],
    }
    assert len(guids) == 3


def assert_matches(text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, text), text


@holds(private_link_services.FRONTEND_SPELLING)
def test_the_frontends_id_is_in_azures_spelling(cloud: SandboxCloud) -> None:
    spelling = FRONTEND.replace("frontendIPConfigurations", "frontendIpConfigurations")
    links = [{"id": spelling, "properties": {"privateIPAddress": "10.1.0.4"}}]
    answer = cloud.put(SERVICE, service(loadBalancerFrontendIpConfigurations=links))
    assert answer["properties"]["loadBalancerFrontendIpConfigurations"] == frontends(FRONTEND)


@holds(private_link_services.UNSET_IS_ABSENT)
def test_unset_properties_are_absent(cloud: SandboxCloud) -> None:
    answer = cloud.put(SERVICE, service(visibility=None))
    assert "tags" not in answer
    assert not {"visibility", "autoApproval", "destinationIPAddress"} & answer["properties"].keys()
    (configuration,) = answer["properties"]["ipConfigurations"]
    assert "privateIPAddress" not in configuration["properties"]


@pytest.mark.usefixtures("alias")
@holds(subnets.POLICIES_NEEDED_OFF)
def test_policies_cannot_be_enabled_while_a_service_is_in_the_subnet(cloud: SandboxCloud) -> None:
    """Otherwise the next `terraform apply` of the network would enable them again."""
    code = subnets.POLICIES_NEEDED_OFF.code
    with cloud.rejects(code):
        cloud.put(NAT, {"properties": {"addressPrefix": "10.1.0.0/28"}})
    with cloud.rejects(code):
        cloud.put(
            OWNER_NETWORK,
            {
                "location": "westus",
                "properties": {
                    "addressSpace": {"addressPrefixes": ["10.1.0.0/16"]},
                    "subnets": [subnet("nat", "10.1.0.0/28"), subnet("spare", "10.1.1.0/28")],
                },
            },
        )
    cloud.delete(SERVICE)
    cloud.put(NAT, {"properties": {"addressPrefix": "10.1.0.0/28"}})


@holds(private_link_services.HAS_CONNECTIONS)
def test_a_service_with_connections_cannot_be_deleted(cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.rejects(private_link_services.HAS_CONNECTIONS.code):
        cloud.delete(SERVICE)
    cloud.delete(ENDPOINT)
    cloud.delete(SERVICE)
    assert not [id for id in cloud.ids() if "networkInterfaces" in id]
