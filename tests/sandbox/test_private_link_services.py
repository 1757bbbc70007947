"""What Azure refuses of a private link service, and the names that it gives."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .places import (
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
    Cloud,
    endpoint,
    nat,
    network,
    service,
    subnet,
)

OTHER = network(OWNER, "privateLinkServices", "other")
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def frontends(*ids: str) -> list[dict[str, str]]:
    return [{"id": each} for each in ids]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param(
            "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
            {"ipConfigurations": [nat("nat-1", GUARDED)]},
            id="the policies of the NAT subnet are enabled, as they are by default",
        ),
        pytest.param(
            "InvalidResourceReference",
            {"loadBalancerFrontendIpConfigurations": frontends(f"{BALANCER}/frontendIPConfigurations/none")},
            id="the load balancer has no such frontend",
        ),
        pytest.param(
            "InvalidResourceReference",
            {
                "loadBalancerFrontendIpConfigurations": frontends(
                    FRONTEND.replace("loadBalancers/lb", "loadBalancers/none")
                )
            },
            id="no such load balancer",
        ),
        pytest.param(
            "InvalidResourceReference",
            {
                "loadBalancerFrontendIpConfigurations": frontends(
                    FRONTEND.replace("loadBalancers/lb", "loadBalancers/east")
                )
            },
            id="the frontend is in another region",
        ),
        pytest.param(
            "InvalidResourceReference",
            {"ipConfigurations": [nat("nat-1", f"{EAST_NETWORK}/subnets/nat")]},
            id="the NAT subnet is in another region",
        ),
        pytest.param(
            "InvalidResourceReference",
            {"ipConfigurations": [nat("nat-1", f"{OWNER_NETWORK}/subnets/none")]},
            id="no such subnet",
        ),
        pytest.param(
            "PrivateLinkServiceRequiresStandardLoadBalancer",
            {
                "loadBalancerFrontendIpConfigurations": frontends(
                    FRONTEND.replace("loadBalancers/lb", "loadBalancers/basic")
                )
            },
            id="a Basic load balancer",
        ),
        pytest.param(
            "PrivateLinkServiceInvalidIpConfigurations",
            {"ipConfigurations": [nat(f"nat-{number}") for number in range(9)]},
            id="nine NAT addresses",
        ),
        pytest.param("PrivateLinkServiceInvalidIpConfigurations", {"ipConfigurations": []}, id="no NAT address"),
        pytest.param(
            "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility",
            {"visibility": {"subscriptions": ["a"]}, "autoApproval": {"subscriptions": ["a", "b"]}},
            id="approves those who cannot see it",
        ),
        pytest.param(
            "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility",
            {"visibility": None, "autoApproval": {"subscriptions": [CONSUMER_SUBSCRIPTION]}},
            id="approves though nobody is listed to see it",
        ),
        pytest.param(
            "PrivateIPAddressNotInSubnet",
            {"ipConfigurations": [nat("nat-1", privateIPAddress="10.9.9.9")]},
            id="a NAT address of another network",
        ),
        pytest.param("InvalidRequestFormat", {"ipConfigurations": [nat("nat-1", "")]}, id="a NAT address of no subnet"),
        pytest.param(
            "InvalidRequestFormat",
            {"ipConfigurations": [{"properties": {"subnet": {"id": NAT}}}]},
            id="a NAT configuration without its inner name",
        ),
    ],
)
def test_is_refused(cloud: Cloud, code: str, changes: dict[str, Any]) -> None:
    with cloud.refuses(code):
        cloud.put(SERVICE, service(**changes))


@pytest.mark.usefixtures("alias")
def test_two_services_never_share_a_frontend(cloud: Cloud) -> None:
    with cloud.refuses(
        "PrivateLinkServiceCannotReferenceFrontendIpConfigurationReferencedByDifferentPrivateLinkService"
    ):
        cloud.put(OTHER, service())
    cloud.put(OTHER, service(loadBalancerFrontendIpConfigurations=frontends(SECOND_FRONTEND)))


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param(
            "PrivateLinkServiceLoadBalancerFrontendIpConfigurationsCannotBeChanged",
            {"loadBalancerFrontendIpConfigurations": frontends(SECOND_FRONTEND)},
            id="its frontend",
        ),
        pytest.param(
            "PrivateLinkServiceInvalidIpConfigurations", {"ipConfigurations": [nat("nat-2")]}, id="a NAT address less"
        ),
        pytest.param(
            "PrivateLinkServiceInvalidIpConfigurations",
            {"ipConfigurations": [nat("nat-1", SPARE)]},
            id="its NAT subnet",
        ),
        pytest.param("InvalidResourceReference", {"location": "eastus"}, id="its region"),
    ],
)
@pytest.mark.usefixtures("alias")
def test_never_changes_in_place(cloud: Cloud, code: str, changes: dict[str, Any]) -> None:
    status = 409 if "location" in changes else 400
    with cloud.refuses("InvalidResourceLocation" if status == 409 else code, status):
        cloud.put(SERVICE, service(**changes))


@pytest.mark.usefixtures("alias")
def test_names_addresses_and_guids_stay_over_updates(cloud: Cloud) -> None:
    """Consumers were given the alias: an update that changed it would cut all of them off."""
    before, addresses = cloud.get(SERVICE), cloud.address_of(SERVICE)
    after = cloud.put(SERVICE, service(ipConfigurations=[nat("nat-1"), nat("nat-2")], fqdns=["a.b"]))
    for name in ("alias", "resourceGuid", "networkInterfaces"):
        assert after["properties"][name] == before["properties"][name]
    assert cloud.address_of(SERVICE) == [*addresses, "10.1.0.5"]
    assert after["etag"] != before["etag"]


def test_names_are_made_as_azure_makes_them(cloud: Cloud) -> None:
    made = cloud.put(network(OWNER, "privateLinkServices", "PLS"), service())["properties"]
    assert_matches(made["alias"], rf"pls\.{GUID}\.westus\.azure\.privatelinkservice")
    assert_matches(
        made["networkInterfaces"][0]["id"], rf"{OWNER}/providers/Microsoft.Network/networkInterfaces/PLS\.nic\.{GUID}"
    )
    guids = {made["resourceGuid"], made["alias"].split(".")[1], made["networkInterfaces"][0]["id"].rsplit(".", 1)[1]}
    assert len(guids) == 3


def assert_matches(text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, text), text


def test_frontend_casing_comes_back_as_azure_spells_it(cloud: Cloud) -> None:
    asked = FRONTEND.replace("frontendIPConfigurations", "frontendIpConfigurations")
    made = cloud.put(SERVICE, service(loadBalancerFrontendIpConfigurations=frontends(asked)))
    assert made["properties"]["loadBalancerFrontendIpConfigurations"] == frontends(FRONTEND)


@pytest.mark.usefixtures("alias")
def test_policies_stay_disabled_while_a_service_is_in_the_subnet(cloud: Cloud) -> None:
    """Somebody's next `terraform apply` of the network would otherwise turn them on again."""
    code = "PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet"
    with cloud.refuses(code):
        cloud.put(NAT, {"properties": {"addressPrefix": "10.1.0.0/28"}})
    with cloud.refuses(code):
        cloud.put(
            OWNER_NETWORK,
            {
                "location": "westus",
                "properties": {"subnets": [subnet("nat", "10.1.0.0/28"), subnet("spare", "10.1.1.0/28")]},
            },
        )
    cloud.delete(SERVICE)
    cloud.put(NAT, {"properties": {"addressPrefix": "10.1.0.0/28"}})


def test_is_not_deleted_before_its_connections(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    with cloud.refuses("PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted"):
        cloud.delete(SERVICE)
    cloud.delete(ENDPOINT)
    cloud.delete(SERVICE)
    assert not [each for each in cloud.ids() if "networkInterfaces" in each]


@pytest.mark.usefixtures("alias")
def test_its_load_balancer_is_not_deleted_before_it(cloud: Cloud) -> None:
    with cloud.refuses("CannotDeleteLoadBalancerWithPrivateLinkService"):
        cloud.delete(BALANCER)
    cloud.delete(SERVICE)
    cloud.delete(BALANCER)
