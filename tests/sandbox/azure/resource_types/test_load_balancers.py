"""Load balancers: frontends, skus, rules, and frontends that services publish."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import bodies, nested_objects, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import load_balancers, public_ip_addresses

from ...rule_marks import holds, rejected
from ...small_world import (
    BALANCER,
    FRONTEND,
    NAT,
    OWNER,
    SECOND_FRONTEND,
    SERVICE,
    SandboxCloud,
    network,
    public_address,
)
from .balancer_bodies import NEW_BALANCER, address, balancer, rule


@pytest.mark.parametrize(
    ("rejection", "body"),
    [
        rejected(
            load_balancers.BOTH_SUBNET_AND_PUBLIC,
            balancer({"subnet": {"id": NAT}, **address("spare")}),
            id="a frontend inside and outside",
        ),
        rejected(load_balancers.NEITHER_SUBNET_NOR_PUBLIC, balancer({}), id="a frontend nowhere"),
        rejected(
            load_balancers.SKUS_DIFFER, balancer(address("basic")), id="a Basic address on a Standard load balancer"
        ),
        rejected(public_ip_addresses.PUBLIC_ADDRESS_TAKEN, balancer(address("one")), id="an address of another"),
        rejected(
            public_ip_addresses.PUBLIC_ADDRESS_TWICE,
            balancer(address("spare"), address("spare")),
            id="one address twice",
        ),
        rejected(references.REFERENCE_NOT_FOUND, balancer(address("none")), id="no such address"),
        rejected(references.REFERENCE_NOT_FOUND, balancer(address("east")), id="an address of another region"),
        rejected(
            references.REFERENCE_NOT_FOUND,
            balancer({"subnet": {"id": f"{NAT}-none"}}),
            id="no such subnet",
        ),
        rejected(
            references.REFERENCE_NOT_FOUND,
            balancer(address("spare"), loadBalancingRules=[rule("r", frontendIPConfiguration=FRONTEND)]),
            id="a rule of another load balancer's frontend",
        ),
        rejected(
            nested_objects.DUPLICATE_NAME,
            balancer(address("spare"), probes=[{"name": "probe"}, {"name": "PROBE"}]),
            id="two probes of one name",
        ),
    ],
)
def test_an_invalid_load_balancer_is_rejected(cloud: SandboxCloud, rejection: Rejection, body: dict[str, Any]) -> None:
    cloud.put(network(OWNER, "publicIPAddresses", "spare"), public_address())
    with cloud.rejects(rejection.code):
        cloud.put(NEW_BALANCER, body)


@holds(load_balancers.SKU_CANNOT_CHANGE)
def test_the_sku_cannot_change(cloud: SandboxCloud) -> None:
    """A private link service needs a Standard load balancer."""
    with cloud.rejects(load_balancers.SKU_CANNOT_CHANGE.code):
        cloud.put(BALANCER, {**cloud.get(BALANCER), "sku": {"name": "Basic"}})


@holds(bodies.UNKNOWN_VALUE)
def test_an_unknown_sku_is_rejected(cloud: SandboxCloud) -> None:
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(NEW_BALANCER, {**balancer(), "sku": {"name": "Foo"}})


@holds(load_balancers.LINKS_ARE_IDS)
def test_a_frontend_shows_only_ids_of_its_links(cloud: SandboxCloud) -> None:
    """A program sends back the public public address that it has read."""
    public = cloud.put(network(OWNER, "publicIPAddresses", "spare"), public_address())
    (shown,) = cloud.put(NEW_BALANCER, balancer({"publicIPAddress": public}))["properties"]["frontendIPConfigurations"]
    assert shown["properties"]["publicIPAddress"] == {"id": public["id"]}


@holds(nested_objects.NESTED_ETAG)
def test_rules_probes_and_pools_are_kept(cloud: SandboxCloud) -> None:
    """A client that reads a load balancer and puts it back loses nothing."""
    inner = {name: f"{NEW_BALANCER}/{name}/x" for name in ("backendAddressPools", "probes")}
    cloud.put(network(OWNER, "publicIPAddresses", "spare"), public_address())
    frontend = f"{NEW_BALANCER}/frontendIPConfigurations/fe-0"
    requested = {
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
    answer = cloud.put(NEW_BALANCER, balancer(address("spare"), **requested))
    (probe,) = answer["properties"]["probes"]
    assert probe == {
        "name": "x",
        "id": f"{NEW_BALANCER}/probes/x",
        "type": "Microsoft.Network/loadBalancers/probes",
        "etag": answer["etag"],
        "properties": {
            "provisioningState": "Succeeded",
            "port": 443,
            "protocol": "Tcp",
            "loadBalancingRules": [{"id": f"{NEW_BALANCER}/loadBalancingRules/https"}],
        },
    }
    (shown,) = answer["properties"]["frontendIPConfigurations"]
    assert shown["properties"]["loadBalancingRules"] == [{"id": f"{NEW_BALANCER}/loadBalancingRules/https"}]
    assert shown["properties"]["outboundRules"] == [{"id": f"{NEW_BALANCER}/outboundRules/out"}]
    again = cloud.put(NEW_BALANCER, answer)
    assert (
        again["properties"]["loadBalancingRules"][0]["properties"]
        == answer["properties"]["loadBalancingRules"][0]["properties"]
    )


@pytest.mark.usefixtures("alias")
@holds(load_balancers.FRONTEND_IN_USE)
def test_the_frontend_of_a_service_cannot_be_removed(cloud: SandboxCloud) -> None:
    """The owner of the load balancer may not know that a service publishes the frontend."""
    body = cloud.get(BALANCER)
    kept = [
        frontend for frontend in body["properties"]["frontendIPConfigurations"] if frontend["id"] == SECOND_FRONTEND
    ]
    fewer = {**body, "properties": {**body["properties"], "frontendIPConfigurations": kept}}
    with cloud.rejects(load_balancers.FRONTEND_IN_USE.code):
        cloud.put(BALANCER, fewer)
    cloud.delete(SERVICE)
    cloud.put(BALANCER, fewer)


@pytest.mark.usefixtures("alias")
@holds(load_balancers.NAT_RULES_AND_SERVICE)
def test_the_frontend_of_a_service_cannot_get_inbound_nat_rules(cloud: SandboxCloud) -> None:
    body = cloud.get(BALANCER)

    def with_rule(frontend: str) -> dict[str, Any]:
        return {
            **body,
            "properties": {**body["properties"], "inboundNatRules": [rule("ssh", frontendIPConfiguration=frontend)]},
        }

    with cloud.rejects(load_balancers.NAT_RULES_AND_SERVICE.code):
        cloud.put(BALANCER, with_rule(FRONTEND))
    cloud.put(BALANCER, with_rule(SECOND_FRONTEND))


@pytest.mark.usefixtures("alias")
@holds(load_balancers.HAS_SERVICE)
def test_a_load_balancer_with_a_service_cannot_be_deleted(cloud: SandboxCloud) -> None:
    with cloud.rejects(load_balancers.HAS_SERVICE.code):
        cloud.delete(BALANCER)
    cloud.delete(SERVICE)
    cloud.delete(BALANCER)
