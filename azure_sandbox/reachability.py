"""Reachability: whether a client in a virtual network reaches the server of a host name, and why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .azure import Azure, Json
from .azure.bodies import linked_id, properties, read_object, read_objects
from .azure.resource_ids import parent_of
from .azure.resource_types.cluster_networks import is_injected
from .azure.type_names import (
    CLUSTERS,
    LOAD_BALANCERS,
    NETWORK_INTERFACES,
    PRIVATE_LINK_SERVICES,
    VIRTUAL_NETWORK_PEERINGS,
)
from .public_dns import PublicHost
from .resolver import Dns
from .rules import OWN_CHOICE, Rule

Outcome = Literal[
    "connected", "no-such-name", "no-route", "not-approved", "not-in-effect", "wrong-server", "refused", "not-running"
]

PRIVATE_ENDPOINTS = Rule(
    says="A private endpoint connects the clients of its network, and of peered networks, to its target once its "
    "connection is approved. A server has the certificate of its own names, so a name with the address of another "
    "member does not connect",
    source="MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-overview.md; articles/private-link/"
    "private-endpoint-dns.md",
)
PUBLIC_ACCESS_DISABLED = Rule(
    says="With `publicNetworkAccess: Disabled`, a cluster or storage account rejects connections to its public "
    "address; private endpoints still connect",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-restrict-public-access.md; that the "
    "storage accounts of a cluster stay open, and that an IP list rejects no client of the sandbox (which have no "
    f"public address), is an {OWN_CHOICE}",
)
MIGRATION = Rule(
    says="Private endpoints of a cluster have no effect while it is injected, and connect once it has left its "
    "network. Endpoints of private link services on its load balancers then lose it",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md (the "
    f"endpoints of the cluster); that the services lose it at once is an {OWN_CHOICE}",
)

NOT_RUNNING = Rule(
    says="A cluster that is not running answers no client",
    source=f"{OWN_CHOICE}: what its names and endpoints do meanwhile is in no source",
)

_BALANCER = re.compile(r"(?P<service>kucompute|kudatamgmt)-(?P<cluster>.+)-(elb|ilb)", re.IGNORECASE)
_ROLES = {"kucompute": "engine", "kudatamgmt": "ingestion"}


@dataclass(frozen=True)
class Reach:
    """What a client gets that connects to a host name."""

    outcome: Outcome
    address: str = ""
    """The address that the client connects to; empty if the name has none."""
    through: str = ""
    """The id of the private endpoint, or of the load balancer in the network; empty for a public address."""


def reach(azure: Azure, network: str, host: str) -> Reach:
    """What a client in a virtual network (its id) gets from the first address of a host name."""
    return reach_all(azure, network, [host])[host]


def reach_all(azure: Azure, network: str, hosts: Iterable[str]) -> dict[str, Reach]:
    """What clients in a virtual network (its id) get, by host name. Azure is read once."""
    clients = _Network(Dns(azure), network)
    return {host: clients.reach(host.lower().rstrip(".")) for host in hosts}


class _Network:
    """The servers that the clients of a virtual network reach."""

    def __init__(self, dns: Dns, network: str) -> None:
        self._dns = dns
        self._network = network
        self._resources = dns.resources
        self._hosts = dns.public_hosts
        peerings = [
            properties(resource)
            for resource in self._of_type(VIRTUAL_NETWORK_PEERINGS)
            if resource["id"].lower().startswith(f"{network.lower()}/")
        ]
        connected = [peering for peering in peerings if peering["peeringState"] == "Connected"]
        self._networks = {network.lower(), *(peering["remoteVirtualNetwork"]["id"].lower() for peering in connected)}

    def reach(self, host: str) -> Reach:
        addresses = [answer.value for answer in self._dns.resolve(self._network, host) if answer.type == "A"]
        if not addresses:
            return Reach("no-such-name")
        address = addresses[0]
        if interface := self._find_interface(address):
            endpoint = self._find(interface["endpoint"])
            assert endpoint is not None  # An interface goes with its endpoint.
            return Reach(self._outcome_of_endpoint(host, endpoint, interface["fqdns"]), address, endpoint["id"])
        if balancer := self._find_balancer(address):
            return Reach(self._outcome_of_balancer(host, balancer), address, balancer["id"])
        return Reach(self._public_outcome(host, address), address)

    def _find_interface(self, address: str) -> Json | None:
        """The endpoint and the host names of the interface with an address in these networks."""
        for interface in self._of_type(NETWORK_INTERFACES):
            endpoint = linked_id(properties(interface), "privateEndpoint")
            for configuration in map(properties, read_objects(interface, "ipConfigurations")):
                if endpoint and configuration.get("privateIPAddress") == address and self._is_near(configuration):
                    link = read_object(configuration, "privateLinkConnectionProperties")
                    return {"endpoint": endpoint, "fqdns": link.get("fqdns", [])}
        return None

    def _outcome_of_endpoint(self, host: str, endpoint: Json, fqdns: list[str]) -> Outcome:
        arrays = ("manualPrivateLinkServiceConnections", "privateLinkServiceConnections")
        [connection] = [properties(item) for array in arrays for item in read_objects(endpoint, array)]
        if connection["privateLinkServiceConnectionState"]["status"] != "Approved":
            return "not-approved"
        target = self._find_target(connection["privateLinkServiceId"])
        if target["type"] == PRIVATE_LINK_SERVICES:
            frontends = [frontend["id"] for frontend in read_objects(target, "loadBalancerFrontendIpConfigurations")]
            balancer = self._find(parent_of(frontends[0])) if frontends else None
            return self._outcome_of_balancer(host, balancer) if balancer else "not-in-effect"
        if host not in fqdns:
            return "wrong-server"
        if target["type"] != CLUSTERS:
            return "connected"
        return "not-in-effect" if is_injected(target) else _outcome_of_cluster(target)

    def _find_balancer(self, address: str) -> Json | None:
        """The load balancer with an internal address in these networks."""
        for balancer in self._of_type(LOAD_BALANCERS):
            for frontend in map(properties, read_objects(balancer, "frontendIPConfigurations")):
                if frontend.get("privateIPAddress") == address and self._is_near(frontend):
                    return balancer
        return None

    def _outcome_of_balancer(self, host: str, balancer: Json) -> Outcome:
        """A load balancer of a cluster serves the names of its engine or of its ingestion service."""
        name = _BALANCER.fullmatch(balancer["name"])
        server = self._find_host(host)
        if not name or not server or server.role != _ROLES[name["service"].lower()]:
            return "wrong-server"
        if server.owner["name"].lower() != name["cluster"].lower():
            return "wrong-server"
        return _outcome_of_cluster(server.owner) if is_injected(server.owner) else "not-in-effect"

    def _public_outcome(self, host: str, address: str) -> Outcome:
        servers = [server for server in self._hosts if address in server.addresses and server.access != "internal"]
        if not servers:
            return "no-route"
        server = next((server for server in servers if server.name == host), None)
        if server is None:
            return "wrong-server"
        if server.access == "disabled":
            return "refused"
        return _outcome_of_cluster(server.owner) if server.owner["type"] == CLUSTERS else "connected"

    def _find_host(self, name: str) -> PublicHost | None:
        return next((host for host in self._hosts if host.name == name), None)

    def _is_near(self, configuration: Json) -> bool:
        """Whether an address is in these networks."""
        subnet = str(linked_id(configuration, "subnet") or "")
        return subnet.rsplit("/", 2)[0].lower() in self._networks

    def _find_target(self, target: str) -> Json:
        """The target of an endpoint, by id or alias."""
        if found := self._find(target):
            return found
        services = self._of_type(PRIVATE_LINK_SERVICES)
        return next(service for service in services if properties(service)["alias"].lower() == target.lower())

    def _find(self, id: str) -> Json | None:
        return next((resource for resource in self._resources if resource["id"].lower() == id.lower()), None)

    def _of_type(self, type: str) -> Iterator[Json]:
        return (resource for resource in self._resources if resource["type"] == type)


def _outcome_of_cluster(cluster: Json) -> Outcome:
    return "connected" if properties(cluster)["state"] == "Running" else "not-running"
