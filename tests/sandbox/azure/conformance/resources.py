"""Resources that several documented answers need."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Json

from ...small_world import (
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    OWNER,
    SERVICE,
    ZONE,
    SandboxCloud,
    a_record,
    endpoint,
    network,
    service,
    zone,
)

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_public_ip.yaml (api-version 2022-05-01).
DOCUMENTED_ADDRESS = network(OWNER, "publicIPAddresses", "documented")

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_nic.yaml (api-version 2023-04-01),
# before its NAT rules. The request of test_network_private_link_service.yaml, with `privateIPAddressVersion` on a
# public frontend, has the same answer.
DOCUMENTED_BALANCER = network(OWNER, "loadBalancers", "documented")


def inner(name: str, **properties: Any) -> Json:
    """A nested object in the body of a request."""
    return {"name": name, "properties": properties}


PUBLIC_ADDRESS_BODY: Json = {
    "location": "westus",
    "sku": {"name": "Standard"},
    "properties": {
        "idleTimeoutInMinutes": 4,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
    },
}


def create_public_address(cloud: SandboxCloud) -> str:
    cloud.put(DOCUMENTED_ADDRESS, PUBLIC_ADDRESS_BODY)
    return DOCUMENTED_ADDRESS


PUBLIC_BALANCER_BODY: Json = {
    "location": "westus",
    "tags": {},
    "sku": {"name": "Standard"},
    "properties": {
        "backendAddressPools": [{"name": "be"}],
        "frontendIPConfigurations": [
            inner("fe", publicIPAddress={"id": DOCUMENTED_ADDRESS}, privateIPAddressVersion="IPv4")
        ],
    },
}


def create_private_link_service(cloud: SandboxCloud) -> str:
    lists = {
        "visibility": {"subscriptions": [CONSUMER_SUBSCRIPTION]},
        "autoApproval": {"subscriptions": [CONSUMER_SUBSCRIPTION]},
    }
    cloud.put(SERVICE, {**service(**lists), "tags": {}})
    return SERVICE


def create_automatic_endpoint(cloud: SandboxCloud) -> str:
    cloud.put(SERVICE, service())
    cloud.put(ENDPOINT, endpoint(SERVICE, manual=False))
    return ENDPOINT


def create_manual_endpoint(cloud: SandboxCloud) -> str:
    cloud.put(SERVICE, service())
    body = endpoint(SERVICE)
    body["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["requestMessage"] = "let us in"
    cloud.put(ENDPOINT, body)
    return ENDPOINT


def create_private_zone(cloud: SandboxCloud) -> str:
    cloud.put(ZONE, zone())
    return ZONE


def create_record_set(cloud: SandboxCloud) -> str:
    return cloud.put(f"{create_private_zone(cloud)}/A/host", a_record("10.0.0.4"))["id"]
