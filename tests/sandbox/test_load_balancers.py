"""What Azure refuses of a load balancer and its addresses, and what it keeps of what it was given."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import bodies, nested_objects, references
from azure_sandbox.azure.errors import Refusal
from azure_sandbox.azure.resource_types import load_balancers, public_ip_addresses

from .holds import holds, refused
from .places import BALANCER, FRONTEND, NAT, OWNER, SECOND_FRONTEND, SERVICE, STANDARD, Cloud, network, public_address

NEW = network(OWNER, "loadBalancers", "new")


def address(name: str) -> dict[str, Any]:
    return {"publicIPAddress": {"id": network(OWNER, "publicIPAddresses", name)}}


def balancer(*frontends: dict[str, Any], **properties: Any) -> dict[str, Any]:
    named = [{"name": f"fe-{number}", "properties": each} for number, each in enumerate(frontends)]
    properties = {"frontendIPConfigurations": named, **properties}
    return {"location": "westus", "sku": STANDARD, "properties": properties}


def rule(name: str, **links: str) -> dict[str, Any]:
    return {"name": name, "properties": {key: {"id": target} for key, target in links.items()}}


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        refused(
            load_balancers.BOTH_SUBNET_AND_PUBLIC,
            balancer({"subnet": {"id": NAT}, **address("spare")}),
            id="a frontend inside and outside",
        ),
        refused(load_balancers.NEITHER_SUBNET_NOR_PUBLIC, balancer({}), id="a frontend nowhere"),
        refused(
            load_balancers.SKUS_DIFFER, balancer(address("basic")), id="a Basic address on a Standard load balancer"
        ),
        refused(public_ip_addresses.PUBLIC_ADDRESS_TAKEN, balancer(address("one")), id="an address of another"),
        refused(
            public_ip_addresses.PUBLIC_ADDRESS_TWICE,
            balancer(address("spare"), address("spare")),
            id="one address twice",
        ),
        refused(references.REFERENCE_NOT_FOUND, balancer(address("none")), id="no such address"),
        refused(references.REFERENCE_NOT_FOUND, balancer(address("east")), id="an address of another region"),
        refused(
            references.REFERENCE_NOT_FOUND,
            balancer({"subnet": {"id": f"{NAT}-none"}}),
            id="no such subnet",
        ),
        refused(
            references.REFERENCE_NOT_FOUND,
            balancer(address("spare"), loadBalancingRules=[rule("r", frontendIPConfiguration=FRONTEND)]),
            id="a rule of another load balancer's frontend",
        ),
        refused(
            nested_objects.DUPLICATE_NAME,
            balancer(address("spare"), probes=[{"name": "probe"}, {"name": "PROBE"}]),
            id="two probes of one name",
        ),
    ],
)
def test_is_refused(cloud: Cloud, refusal: Refusal, body: dict[str, Any]) -> None:
    cloud.put(network(OWNER, "publicIPAddresses", "spare"), public_address())
    with cloud.refuses(refusal.code):
        cloud.put(NEW, body)


@holds(load_balancers.SKU_CANNOT_CHANGE)
def test_its_sku_stays(cloud: Cloud) -> None:
    """A service could not be behind it any more."""
    with cloud.refuses(load_balancers.SKU_CANNOT_CHANGE.code):
        cloud.put(BALANCER, {**cloud.get(BALANCER), "sku": {"name": "Basic"}})


@holds(public_ip_addresses.BASIC_BY_DEFAULT)
def test_without_a_sku_it_is_basic(cloud: Cloud) -> None:
    """No service can be behind it: Azure's default is the sku that is retired."""
    made = cloud.put(network(OWNER, "publicIPAddresses", "new"), {"location": "westus"})
    assert made["sku"] == {"name": "Basic", "tier": "Regional"}
    assert made["properties"].keys() == {
        *("provisioningState", "resourceGuid", "publicIPAddressVersion", "publicIPAllocationMethod"),
        *("idleTimeoutInMinutes", "ipTags"),
    }
    assert made["properties"]["publicIPAllocationMethod"] == "Dynamic"
    frontend = {"name": "fe", "properties": address("new")}
    body = {"location": "westus", "properties": {"frontendIPConfigurations": [frontend]}}
    assert cloud.put(NEW, body)["sku"] == {"name": "Basic", "tier": "Regional"}


@holds(public_ip_addresses.NO_NEW_BASIC)
@pytest.mark.parametrize("sku", [{}, {"sku": {"name": "Basic"}}])
def test_a_client_creates_no_basic_address(cloud: Cloud, sku: dict[str, Any]) -> None:
    """A program that leaves the sku out worked for years; those that the world has still can be tagged."""
    client = Cloud(cloud.azure.acting_as("me"))
    with cloud.refuses("IPv4BasicSkuPublicIpCountLimitReached"):
        client.put(network(OWNER, "publicIPAddresses", "new"), {"location": "westus", **sku})
    existing = {"location": "westus", "tags": {"team": "data"}, **sku}
    assert client.put(network(OWNER, "publicIPAddresses", "basic"), existing)["sku"]["name"] == "Basic"


@holds(public_ip_addresses.MUST_BE_STATIC)
@pytest.mark.parametrize("properties", [{}, {"publicIPAllocationMethod": "Dynamic"}])
def test_a_standard_address_says_that_it_is_static(cloud: Cloud, properties: dict[str, Any]) -> None:
    with cloud.refuses("StandardSkuPublicIPAddressesMustBeStatic"):
        cloud.put(
            network(OWNER, "publicIPAddresses", "new"),
            {"location": "westus", "sku": STANDARD, "properties": properties},
        )


@holds(bodies.UNKNOWN_VALUE)
@pytest.mark.parametrize(
    "changes",
    [
        {"sku": {"name": "Foo"}},
        {"sku": {"name": "Standard", "tier": "Local"}},
        {"properties": {"publicIPAllocationMethod": "Fixed"}},
        {"properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv5"}},
    ],
)
def test_an_address_of_an_unknown_kind_is_refused(cloud: Cloud, changes: dict[str, Any]) -> None:
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(network(OWNER, "publicIPAddresses", "new"), {**public_address(), **changes})


@holds(bodies.UNKNOWN_VALUE)
def test_a_load_balancer_of_an_unknown_kind_is_refused(cloud: Cloud) -> None:
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(NEW, {**balancer(), "sku": {"name": "Foo"}})


def test_skus_have_no_case(cloud: Cloud) -> None:
    """Terraform took lower case for years: a Standard address that has none makes nonsense of what follows."""
    given = public_address(publicIPAllocationMethod="static", publicIPAddressVersion="ipv4")
    made = cloud.put(network(OWNER, "publicIPAddresses", "new"), {**given, "sku": {"name": "standard"}})
    assert made["sku"] == {"name": "Standard", "tier": "Regional"}
    assert made["properties"]["publicIPAllocationMethod"] == "Static"
    assert made["properties"]["publicIPAddressVersion"] == "IPv4"
    assert made["properties"]["ipAddress"]
    body = {**balancer(address("new")), "sku": {"name": "STANDARD", "tier": "regional"}}
    assert cloud.put(NEW, body)["sku"] == {"name": "Standard", "tier": "Regional"}


@holds(public_ip_addresses.SKU_CANNOT_CHANGE)
def test_an_address_does_not_become_basic(cloud: Cloud) -> None:
    """An update that only adds a tag, and forgets the sku."""
    with cloud.refuses("PublicIPAddressSkuCannotBeChanged"):
        cloud.put(network(OWNER, "publicIPAddresses", "one"), {"location": "westus", "tags": {"a": "b"}})


@holds(load_balancers.LINKS_ARE_IDS)
def test_a_frontend_shows_ids_alone(cloud: Cloud) -> None:
    """A program sends back the whole public address that it has read."""
    whole = cloud.put(network(OWNER, "publicIPAddresses", "spare"), public_address())
    (shown,) = cloud.put(NEW, balancer({"publicIPAddress": whole}))["properties"]["frontendIPConfigurations"]
    assert shown["properties"]["publicIPAddress"] == {"id": whole["id"]}


@holds(nested_objects.NESTED_ETAG)
def test_rules_probes_and_pools_are_kept(cloud: Cloud) -> None:
    """Whoever reads a load balancer and puts it back must not lose what it does."""
    inner = {name: f"{NEW}/{name}/x" for name in ("backendAddressPools", "probes")}
    cloud.put(network(OWNER, "publicIPAddresses", "spare"), public_address())
    frontend = f"{NEW}/frontendIPConfigurations/fe-0"
    wanted = {
        "backendAddressPools": [{"name": "x"}],
        "probes": [{"name": "x", "properties": {"port": 443, "protocol": "Tcp"}}],
        "loadBalancingRules": [
            rule(
                "https",
                frontendIPConfiguration=frontend,
                backendAddressPool=inner["backendAddressPools"],
                probe=inner["probes"],
            )
        ],
        "outboundRules": [
            {"name": "out", "properties": {"frontendIPConfigurations": [{"id": frontend}], "protocol": "All"}}
        ],
    }
    made = cloud.put(NEW, balancer(address("spare"), **wanted))
    (probe,) = made["properties"]["probes"]
    assert probe == {
        "name": "x",
        "id": f"{NEW}/probes/x",
        "type": "Microsoft.Network/loadBalancers/probes",
        "etag": made["etag"],
        "properties": {
            "provisioningState": "Succeeded",
            "port": 443,
            "protocol": "Tcp",
            "loadBalancingRules": [{"id": f"{NEW}/loadBalancingRules/https"}],
        },
    }
    (shown,) = made["properties"]["frontendIPConfigurations"]
    assert shown["properties"]["loadBalancingRules"] == [{"id": f"{NEW}/loadBalancingRules/https"}]
    assert shown["properties"]["outboundRules"] == [{"id": f"{NEW}/outboundRules/out"}]
    again = cloud.put(NEW, made)
    assert (
        again["properties"]["loadBalancingRules"][0]["properties"]
        == made["properties"]["loadBalancingRules"][0]["properties"]
    )


@pytest.mark.usefixtures("alias")
@holds(load_balancers.FRONTEND_IN_USE)
def test_the_frontend_of_a_service_is_not_removed(cloud: Cloud) -> None:
    """Somebody's program for the load balancer does not know that the frontend is published."""
    body = cloud.get(BALANCER)
    kept = [each for each in body["properties"]["frontendIPConfigurations"] if each["id"] == SECOND_FRONTEND]
    fewer = {**body, "properties": {**body["properties"], "frontendIPConfigurations": kept}}
    with cloud.refuses(load_balancers.FRONTEND_IN_USE.code):
        cloud.put(BALANCER, fewer)
    cloud.delete(SERVICE)
    cloud.put(BALANCER, fewer)


@pytest.mark.usefixtures("alias")
@holds(load_balancers.NAT_RULES_AND_SERVICE)
def test_the_frontend_of_a_service_gets_no_inbound_nat_rules(cloud: Cloud) -> None:
    body = cloud.get(BALANCER)

    def with_rule(frontend: str) -> dict[str, Any]:
        return {
            **body,
            "properties": {**body["properties"], "inboundNatRules": [rule("ssh", frontendIPConfiguration=frontend)]},
        }

    with cloud.refuses(load_balancers.NAT_RULES_AND_SERVICE.code):
        cloud.put(BALANCER, with_rule(FRONTEND))
    cloud.put(BALANCER, with_rule(SECOND_FRONTEND))


@pytest.mark.usefixtures("alias")
@holds(load_balancers.HAS_SERVICE)
def test_is_not_deleted_before_its_service(cloud: Cloud) -> None:
    with cloud.refuses(load_balancers.HAS_SERVICE.code):
        cloud.delete(BALANCER)
    cloud.delete(SERVICE)
    cloud.delete(BALANCER)


@holds(public_ip_addresses.IN_USE)
def test_a_public_address_is_not_deleted_before_its_load_balancer(cloud: Cloud) -> None:
    one = network(OWNER, "publicIPAddresses", "one")
    assert cloud.get(one)["properties"]["ipConfiguration"] == {"id": FRONTEND}
    with cloud.refuses(public_ip_addresses.IN_USE.code):
        cloud.delete(one)
    cloud.delete(BALANCER)
    assert "ipConfiguration" not in cloud.get(one)["properties"]
    cloud.delete(one)
