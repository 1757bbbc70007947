"""Network interfaces that users create, and those that endpoints and services own."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import application_security_groups, network_interfaces, public_ip_addresses

from ...rule_marks import holds, rejected
from ...small_world import (
    CLIENTS,
    CONSUMER,
    ENDPOINT,
    GROUP,
    NAT,
    SERVICE,
    STANDARD,
    SandboxCloud,
    endpoint,
    network,
    public_address,
    service,
)

OWN = network(CONSUMER, "networkInterfaces", "own")


ADDRESS = network(CONSUMER, "publicIPAddresses", "jump")
POOL = f"{network(CONSUMER, 'loadBalancers', 'inner')}/backendAddressPools/hosts"


def configuration(name: str = "ip", **properties: Any) -> dict[str, Any]:
    return {"name": name, "properties": {"subnet": {"id": CLIENTS}, **properties}}


def pooled() -> dict[str, Any]:
    """A load balancer with a pool and no frontend yet."""
    return {"location": "westus", "sku": STANDARD, "properties": {"backendAddressPools": [{"name": "hosts"}]}}


def interface_of(cloud: SandboxCloud, owner: str) -> str:
    return cloud.get(owner)["properties"]["networkInterfaces"][0]["id"]


def own(**properties: Any) -> dict[str, Any]:
    configurations = [{"name": "ip", "properties": {"subnet": {"id": CLIENTS}}}]
    return {"location": "westus", "properties": {"ipConfigurations": configurations, **properties}}


@holds(network_interfaces.KEEPS_SETTINGS)
def test_a_users_interface_keeps_its_settings(cloud: SandboxCloud) -> None:
    """A firewall appliance must still forward after an update that only adds a tag."""
    plain = cloud.put(OWN, own())["properties"]
    assert (plain["enableIPForwarding"], plain["enableAcceleratedNetworking"]) == (False, False)
    settings = {"enableIPForwarding": True, "enableAcceleratedNetworking": True}
    answer = cloud.put(OWN, own(**settings, dnsSettings={"dnsServers": ["10.0.0.4"]}))["properties"]
    assert settings.items() <= answer.items()
    assert answer["dnsSettings"]["dnsServers"] == ["10.0.0.4"]


@pytest.fixture
def jump_host(cloud: SandboxCloud) -> dict[str, Any]:
    """What the IP configuration of a jump host refers to: a public address, a group and a pool."""
    cloud.put(ADDRESS, public_address())
    cloud.put(GROUP, {"location": "westus"})
    cloud.put(POOL.rsplit("/", 2)[0], pooled())
    return {
        "publicIPAddress": {"id": ADDRESS},
        "applicationSecurityGroups": [{"id": GROUP}],
        "loadBalancerBackendAddressPools": [{"id": POOL}],
    }


@holds(network_interfaces.KEEPS_SETTINGS, public_ip_addresses.IN_USE)
def test_a_users_interface_keeps_its_links(cloud: SandboxCloud, jump_host: dict[str, Any]) -> None:
    """A jump host must keep its public address after an update that only adds a tag."""
    answer = cloud.put(OWN, own(disableTcpStateTracking=True, ipConfigurations=[configuration(**jump_host)]))
    assert answer["properties"]["disableTcpStateTracking"] is True
    assert jump_host.items() <= answer["properties"]["ipConfigurations"][0]["properties"].items()
    assert cloud.get(ADDRESS)["properties"]["ipConfiguration"] == {"id": f"{OWN}/ipConfigurations/ip"}
    with cloud.rejects("PublicIPAddressCannotBeDeleted"):
        cloud.delete(ADDRESS)
    with cloud.rejects(application_security_groups.IN_USE.code):
        cloud.delete(GROUP)
    cloud.put(OWN, own())
    cloud.delete(ADDRESS)
    cloud.delete(GROUP)


@pytest.mark.parametrize(
    ("rejection", "links"),
    [
        rejected(references.REFERENCE_NOT_FOUND, {"publicIPAddress": {"id": f"{ADDRESS}-none"}}, id="no such address"),
        rejected(references.WRONG_TYPE, {"publicIPAddress": {"id": GROUP}}, id="a group in place of an address"),
        rejected(
            references.REFERENCE_NOT_FOUND,
            {"loadBalancerBackendAddressPools": [{"id": f"{POOL}-none"}]},
            id="no such pool",
        ),
        rejected(
            references.REFERENCE_NOT_FOUND, {"applicationSecurityGroups": [{"id": f"{GROUP}-none"}]}, id="no such group"
        ),
    ],
)
@pytest.mark.usefixtures("jump_host")
def test_a_users_interface_refers_to_resources_that_exist(
    cloud: SandboxCloud, rejection: Rejection, links: dict[str, Any]
) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(OWN, own(ipConfigurations=[configuration(**links)]))


@holds(public_ip_addresses.PUBLIC_ADDRESS_TAKEN, public_ip_addresses.PUBLIC_ADDRESS_TWICE)
def test_a_public_address_has_one_interface(cloud: SandboxCloud, jump_host: dict[str, Any]) -> None:
    public = {"publicIPAddress": jump_host["publicIPAddress"]}
    with cloud.rejects("PublicIPReferencedByMultipleIPConfigs"):
        cloud.put(OWN, own(ipConfigurations=[configuration(**public), configuration("second", **public)]))
    cloud.put(OWN, own(ipConfigurations=[configuration(**public)]))
    with cloud.rejects("PublicIPAddressInUse"):
        cloud.put(f"{OWN}-too", own(ipConfigurations=[configuration(**public)]))


def test_the_security_group_must_exist(cloud: SandboxCloud) -> None:
    for target, code in (
        ("natGateways", "InvalidRequestFormat"),
        ("networkSecurityGroups", "InvalidResourceReference"),
    ):
        with cloud.rejects(code):
            cloud.put(OWN, own(networkSecurityGroup={"id": network(CONSUMER, target, "none")}))


@pytest.mark.parametrize(
    ("rejection", "subnet", "location"),
    [
        rejected(references.REFERENCE_NOT_FOUND, CLIENTS, "eastus", id="another region"),
        rejected(references.REFERENCE_NOT_FOUND, NAT, "westus", id="another subscription"),
        rejected(references.WRONG_TYPE, CLIENTS.rsplit("/", 2)[0], "westus", id="a network in place of a subnet"),
    ],
)
def test_an_interface_shares_region_and_subscription_with_its_subnet(
    cloud: SandboxCloud, rejection: Rejection, subnet: str, location: str
) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(
            OWN,
            {**own(ipConfigurations=[{"name": "ip", "properties": {"subnet": {"id": subnet}}}]), "location": location},
        )


@pytest.mark.parametrize(
    ("rule", "owner"),
    [
        rejected(network_interfaces.ENDPOINTS_CANNOT_BE_MODIFIED, ENDPOINT, id="endpoint"),
        rejected(network_interfaces.SERVICES_CANNOT_BE_MODIFIED, SERVICE, id="service"),
    ],
)
def test_an_owned_interface_cannot_be_updated(cloud: SandboxCloud, alias: str, rule: Rejection, owner: str) -> None:
    """Not even its tags: policies that tag all resources fail on it."""
    cloud.put(ENDPOINT, endpoint(alias))
    interface = cloud.get(interface_of(cloud, owner))
    with cloud.rejects(rule.code):
        cloud.put(interface["id"], {**interface, "tags": {"team": "data"}})


@pytest.mark.parametrize("owner", [ENDPOINT, SERVICE])
@holds(network_interfaces.OWNER_EXISTS)
def test_an_owned_interface_cannot_be_deleted_before_its_owner(cloud: SandboxCloud, alias: str, owner: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    interface = interface_of(cloud, owner)
    with cloud.rejects(network_interfaces.OWNER_EXISTS.code):
        cloud.delete(interface)
    cloud.delete(ENDPOINT)
    cloud.delete(SERVICE)
    assert interface not in cloud.ids()


@pytest.mark.usefixtures("alias")
@holds(network_interfaces.NAMES_ITS_OWNER)
def test_an_owned_interface_has_azures_properties(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, endpoint(SERVICE, manual=False))
    shown = cloud.get(interface_of(cloud, ENDPOINT))
    assert shown["name"].startswith("pe.nic.")
    (configuration,) = shown["properties"].pop("ipConfigurations")
    del shown["properties"]["resourceGuid"], shown["properties"]["dnsSettings"]
    assert shown["properties"] == {
        "provisioningState": "Succeeded",
        "macAddress": "",
        "vnetEncryptionSupported": False,
        "enableIPForwarding": False,
        "disableTcpStateTracking": False,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
        "allowPort25Out": True,
        "defaultOutboundConnectivityEnabled": False,
        "auxiliaryMode": "None",
        "auxiliarySku": "None",
        "privateEndpoint": {"id": ENDPOINT},
    }
    assert configuration["etag"] == shown["etag"]
    assert configuration["type"] == "Microsoft.Network/networkInterfaces/ipConfigurations"
    assert configuration["properties"] == {
        "provisioningState": "Succeeded",
        "privateIPAddress": "10.3.0.4",
        "privateIPAllocationMethod": "Dynamic",
        "subnet": {"id": CLIENTS},
        "primary": True,
        "privateIPAddressVersion": "IPv4",
        "privateLinkConnectionProperties": {"groupId": "", "requiredMemberName": "", "fqdns": []},
    }


def test_a_services_interface_has_its_nat_addresses(cloud: SandboxCloud) -> None:
    answer = cloud.put(SERVICE, service())
    shown = cloud.get(interface_of(cloud, SERVICE))
    assert shown["properties"]["privateLinkService"] == {"id": SERVICE}
    names = [configured["name"] for configured in shown["properties"]["ipConfigurations"]]
    assert names == [configured["name"] for configured in answer["properties"]["ipConfigurations"]]


def test_a_users_interface_keeps_its_address(cloud: SandboxCloud) -> None:
    """A virtual machine's interface keeps its address when a client puts back what it has read."""
    configuration: dict[str, Any] = {"name": "ip", "properties": {"subnet": {"id": CLIENTS}}}
    answer = cloud.put(OWN, {"location": "westus", "properties": {"ipConfigurations": [configuration]}})
    again = cloud.put(OWN, {**answer, "tags": {"a": "b"}})
    assert again["properties"] == {**answer["properties"], "ipConfigurations": again["properties"]["ipConfigurations"]}
    (before,), (after,) = answer["properties"]["ipConfigurations"], again["properties"]["ipConfigurations"]
    assert after["properties"] == before["properties"]
    cloud.delete(OWN)
    assert OWN not in cloud.ids()
