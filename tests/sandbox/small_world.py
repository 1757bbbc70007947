"""A small world of two subscriptions, bodies of requests, and a client that takes ids as text."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from azure_sandbox.azure import Azure, AzureError, Json, ResourceId

OWNER_SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
CONSUMER_SUBSCRIPTION = "22222222-2222-2222-2222-22222222abcd"
STRANGER_SUBSCRIPTION = "33333333-3333-3333-3333-333333333333"
OWNER = f"/subscriptions/{OWNER_SUBSCRIPTION}/resourceGroups/owner"
CONSUMER = f"/subscriptions/{CONSUMER_SUBSCRIPTION}/resourceGroups/consumer"


def network(group: str, kind: str, name: str) -> str:
    return f"{group}/providers/Microsoft.Network/{kind}/{name}"


OWNER_NETWORK = network(OWNER, "virtualNetworks", "vnet")
NAT = f"{OWNER_NETWORK}/subnets/nat"
SPARE = f"{OWNER_NETWORK}/subnets/spare"
GUARDED = f"{OWNER_NETWORK}/subnets/guarded"
BALANCER = network(OWNER, "loadBalancers", "lb")
FRONTEND = f"{BALANCER}/frontendIPConfigurations/fe"
SECOND_FRONTEND = f"{BALANCER}/frontendIPConfigurations/fe2"
SERVICE = network(OWNER, "privateLinkServices", "pls")
EAST_NETWORK = network(OWNER, "virtualNetworks", "east")

CONSUMER_NETWORK = network(CONSUMER, "virtualNetworks", "vnet")
CLIENTS = f"{CONSUMER_NETWORK}/subnets/clients"
DELEGATED = f"{CONSUMER_NETWORK}/subnets/delegated"
ENDPOINT = network(CONSUMER, "privateEndpoints", "pe")
GROUP = network(CONSUMER, "applicationSecurityGroups", "clients")

ZONE_NAME = "privatelink.westus.kusto.windows.net"
ZONE = network(CONSUMER, "privateDnsZones", ZONE_NAME)
LINK = f"{ZONE}/virtualNetworkLinks/link"
RECORD = f"{ZONE}/A/myadx"


def _network(*subnets: Json, space: str) -> Json:
    return {"properties": {"addressSpace": {"addressPrefixes": [space]}, "subnets": list(subnets)}}


def _frontend(name: str, address: str) -> Json:
    return {"name": name, "properties": {"publicIPAddress": {"id": network(OWNER, "publicIPAddresses", address)}}}


def subnet(name: str, prefix: str, **properties: Any) -> Json:
    return {"name": name, "properties": {"addressPrefix": prefix, **properties}}


STANDARD = {"name": "Standard"}


def public_address(location: str = "westus", **properties: Any) -> Json:
    """A Standard public address."""
    return {
        "location": location,
        "sku": STANDARD,
        "properties": {"publicIPAllocationMethod": "Static", **properties},
    }


_FOR_KUSTO = {"name": "kusto", "properties": {"serviceName": "Microsoft.Kusto/clusters"}}
SKU = {"name": "Standard_D13_v2", "tier": "Standard", "capacity": 2}

WORLD: list[Json] = [
    {"id": OWNER, "location": "westus"},
    {
        "id": OWNER_NETWORK,
        "location": "westus",
        **_network(
            subnet("nat", "10.1.0.0/28", privateLinkServiceNetworkPolicies="Disabled"),
            subnet("spare", "10.1.1.0/28", privateLinkServiceNetworkPolicies="Disabled"),
            subnet("guarded", "10.1.2.0/28"),
            subnet("adx", "10.1.14.0/28", delegations=[_FOR_KUSTO]),
            subnet("adx-spare", "10.1.15.0/28", delegations=[_FOR_KUSTO]),
            space="10.1.0.0/16",
        ),
    },
    {
        "id": EAST_NETWORK,
        "location": "eastus",
        **_network(subnet("nat", "10.2.0.0/28", privateLinkServiceNetworkPolicies="Disabled"), space="10.2.0.0/16"),
    },
    {"id": network(OWNER, "publicIPAddresses", "one"), **public_address(ipAddress="40.0.0.1")},
    {"id": network(OWNER, "publicIPAddresses", "two"), **public_address()},
    {"id": network(OWNER, "publicIPAddresses", "east"), **public_address(location="eastus")},
    {"id": network(OWNER, "publicIPAddresses", "basic"), "location": "westus"},
    {
        "id": BALANCER,
        "location": "westus",
        "sku": STANDARD,
        "properties": {"frontendIPConfigurations": [_frontend("fe", "one"), _frontend("fe2", "two")]},
    },
    {
        "id": network(OWNER, "loadBalancers", "east"),
        "location": "eastus",
        "sku": STANDARD,
        "properties": {"frontendIPConfigurations": [_frontend("fe", "east")]},
    },
    {
        "id": network(OWNER, "loadBalancers", "basic"),
        "location": "westus",
        "properties": {"frontendIPConfigurations": [_frontend("fe", "basic")]},
    },
    {"id": CONSUMER, "location": "westus"},
    {
        "id": CONSUMER_NETWORK,
        "location": "westus",
        **_network(
            subnet("clients", "10.3.0.0/29"),
            subnet("delegated", "10.3.0.16/28", delegations=[_FOR_KUSTO]),
            space="10.3.0.0/24",
        ),
    },
]


class SandboxCloud:
    """The sandbox's Azure as a client that takes ids as text, and checks what Azure rejects."""

    def __init__(self, azure: Azure) -> None:
        self.azure = azure

    def get(self, id: str) -> Json:
        return self.azure.get(ResourceId.parse(id))

    def put(self, id: str, body: Json) -> Json:
        return self.azure.put(ResourceId.parse(id), body)

    def delete(self, id: str) -> None:
        self.azure.delete(ResourceId.parse(id))

    def ids(self) -> list[str]:
        return [resource["id"] for resource in self.azure.list()]

    @contextmanager
    def rejects(self, code: str, status: int = 400) -> Generator[None]:
        """Expect a request to be rejected with this code, and to change nothing, not even an etag."""
        before = self.azure.list()
        with pytest.raises(AzureError) as error:
            yield
        assert (error.value.code, error.value.status) == (code, status)
        assert self.azure.list() == before

    def connections(self, service: str = SERVICE) -> list[Json]:
        return self.get(service)["properties"]["privateEndpointConnections"]

    def connection_of(self, endpoint: str = ENDPOINT) -> Json:
        """The connection of an endpoint, as the endpoint shows it."""
        properties = self.get(endpoint)["properties"]
        (only,) = properties["manualPrivateLinkServiceConnections"] + properties["privateLinkServiceConnections"]
        return only

    def decide(self, status: str, connection: str | None = None) -> Json:
        """Approve or reject a connection, as the owner of its target."""
        state = {"status": status, "description": f"{status} by a test", "actionsRequired": "None"}
        return self.put(
            connection or self.connections()[0]["id"], {"properties": {"privateLinkServiceConnectionState": state}}
        )

    def address_of(self, owner: str) -> list[str]:
        """The addresses of an endpoint's or a service's network interface."""
        interface = self.get(self.get(owner)["properties"]["networkInterfaces"][0]["id"])
        return [
            configuration["properties"]["privateIPAddress"]
            for configuration in interface["properties"]["ipConfigurations"]
        ]


def service(**changes: Any) -> Json:
    """A service that is visible to every subscription. `None` omits a property."""
    properties = {
        "loadBalancerFrontendIpConfigurations": [{"id": FRONTEND}],
        "ipConfigurations": [nat("nat-1")],
        "visibility": {"subscriptions": ["*"]},
        **changes,
    }
    location = properties.pop("location", "westus")
    return {
        "location": location,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def nat(name: str, subnet: str = NAT, **properties: Any) -> Json:
    """A NAT address of a service. One with an address is static."""
    static = {"privateIPAllocationMethod": "Static"} if "privateIPAddress" in properties else {}
    return {"name": name, "properties": {"subnet": {"id": subnet}, **static, **properties}}


def endpoint(target: str, *, manual: bool = True, subnet: str = CLIENTS, **changes: Any) -> Json:
    """An endpoint that connects to an alias, or (not manual) to a service's id."""
    array = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    connection: Json = {"name": "connection", "properties": {"privateLinkServiceId": target}}
    location = changes.pop("location", "westus")
    return {"location": location, "properties": {array: [connection], "subnet": {"id": subnet}, **changes}}


def zone(**more: Any) -> Json:
    return {"location": "global", **more}


def link(network: str = CONSUMER_NETWORK, **properties: Any) -> Json:
    return {
        "location": "global",
        "properties": {"virtualNetwork": {"id": network}, "registrationEnabled": False, **properties},
    }


def a_record(*addresses: str, **properties: Any) -> Json:
    return {"properties": {"ttl": 300, "aRecords": [{"ipv4Address": address} for address in addresses], **properties}}
