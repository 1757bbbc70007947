"""Public DNS: the names of clusters and of storage accounts, and the addresses behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from .azure import Azure, Json, ResourceId, type_names
from .azure.bodies import properties, read_object, read_objects
from .azure.resource_types.cluster_networks import is_injected
from .rules import OWN_CHOICE, Rule

_PRIVATE_ENDPOINTS = "MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-dns.md"
_MIGRATION = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md"

CLUSTER_NAMES = Rule(
    says="The host names of every cluster are aliases of their `privatelink` names in public DNS, with or without "
    "private endpoints. Behind these are the public addresses of an injected cluster, and Microsoft's own addresses of "
    "any other",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint-troubleshoot.md (the "
    "alias); Microsoft's guide for injected clusters, vnet-create-private-endpoint.md, has it for a cluster without "
    f"endpoints; that an address follows at once, and which one, is an {OWN_CHOICE}",
)
PUBLIC_ACCESS = Rule(
    says="`publicNetworkAccess: Disabled` changes nothing in public DNS: the names still have public addresses, which "
    "reject connections",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-restrict-public-access.md; that the names "
    f"stay is an {OWN_CHOICE}",
)
MIGRATED_NAMES = Rule(
    says="A cluster that has left its network has Microsoft's public addresses, no longer those of its owner",
    source=_MIGRATION,
)
NAMES_OF_INJECTED_NETWORKS = Rule(
    says="An injected cluster also has the names `private-…`, `ingest-private-…` and `private-ingest-…`, with the "
    "addresses of its internal load balancers. They still exist after the cluster has left its network",
    source=f"{_MIGRATION}; MicrosoftDocs/dataexplorer-docs, vnet-deployment.md (removed); that they are aliases of "
    f"`privatelink` names, and Microsoft's addresses after the migration, is an {OWN_CHOICE}",
)
MEMBERS_STORAGE = Rule(
    says="The host names of a cluster's own storage accounts are aliases of their `privatelink` names in public DNS, "
    "with Microsoft's addresses behind them",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint-troubleshoot.md (seen "
    f"from inside); that they are aliases before the first endpoint is an {OWN_CHOICE}",
)
STORAGE_NAMES = Rule(
    says="The host names of a storage account are aliases of their `privatelink` names in public DNS once the account "
    "has a private endpoint, and public addresses before",
    source=f"{_PRIVATE_ENDPOINTS}; articles/storage/common/storage-private-endpoints.md; that all services of the "
    f"account become aliases at once, and which addresses they have, is an {OWN_CHOICE}",
)

Role = Literal["engine", "ingestion", "storage"]
"""What the server behind a host name is."""

Access = Literal["public", "disabled", "internal"]
"""From everywhere, from nowhere (`publicNetworkAccess: Disabled`), or from a virtual network only."""

_ADDRESSES: Final = {"engine": "enginePublicIpId", "ingestion": "dataManagementPublicIpId"}


@dataclass(frozen=True)
class Answer:
    """One line of a DNS answer."""

    name: str
    type: str
    value: str


@dataclass(frozen=True)
class PublicHost:
    """A host name in public DNS, and the server behind it."""

    name: str
    owner: Json
    """The cluster or storage account, as GET answers it."""
    role: Role
    addresses: tuple[str, ...]
    alias: str = ""
    """The name that it is an alias of; the addresses are under that name then."""
    access: Access = "public"
    """From where clients connect to these addresses."""

    @property
    def answers(self) -> list[Answer]:
        """The answers of public DNS."""
        addresses = [Answer(self.alias or self.name, "A", address) for address in self.addresses]
        return [*([Answer(self.name, "CNAME", self.alias)] if self.alias else []), *addresses]


def list_public_hosts(azure: Azure, resources: list[Json]) -> list[PublicHost]:
    """Every host name that Azure's resources have in public DNS."""
    hosts: list[PublicHost] = []
    for resource in resources:
        match resource["type"]:
            case type_names.CLUSTERS:
                hosts += _hosts_of_cluster(azure, resource, resources)
            case type_names.STORAGE_ACCOUNTS:
                hosts += _hosts_of_account(resource)
            case _:
                pass
    return hosts


def list_public_answers(hosts: list[PublicHost]) -> dict[str, list[Answer]]:
    """The answers of public DNS to every name, by name."""
    by_name: dict[str, list[Answer]] = {}
    for answer in (answer for host in hosts for answer in host.answers):
        by_name.setdefault(answer.name, []).append(answer)
    return by_name


def public_address(host: str) -> str:
    """Microsoft's public address of a host; the same in every run."""
    digest = hashlib.sha256(host.lower().encode()).digest()
    # 20.0.0.0/8 is Microsoft's, and 0 and 255 look like the addresses of a network.
    return ".".join(["20", *(str(1 + byte % 254) for byte in digest[:3])])


def _hosts_of_cluster(azure: Azure, cluster: Json, resources: list[Json]) -> Iterator[PublicHost]:
    if "uri" not in properties(cluster):
        # Azure is still creating it.
        return
    uris: dict[Role, str] = {"engine": properties(cluster)["uri"], "ingestion": properties(cluster)["dataIngestionUri"]}
    network = read_object(properties(cluster), "virtualNetworkConfiguration")
    access = _public_access(cluster)
    for role, uri in uris.items():
        host = _host_of(uri)
        if is_injected(cluster):
            owned = [resource for resource in resources if resource["id"].lower() == network[_ADDRESSES[role]].lower()]
            addresses = tuple(properties(address)["ipAddress"] for address in owned)
        else:
            addresses = (public_address(host),)
        yield PublicHost(host, cluster, role, addresses, _private_name(host), access)
    for host in (host for member in azure.members_of(ResourceId.parse(cluster["id"])) for host in member.fqdns):
        if host not in map(_host_of, uris.values()):
            yield PublicHost(host, cluster, "storage", (public_address(host),), _private_name(host))
    if network:
        yield from _hosts_of_injected_network(cluster, resources)


def _hosts_of_injected_network(cluster: Json, resources: list[Json]) -> Iterator[PublicHost]:
    name, _, domain = _host_of(properties(cluster)["uri"]).partition(".")
    labels: dict[str, tuple[Role, str]] = {
        f"private-{name}": ("engine", f"kucompute-{name}-ilb"),
        f"ingest-private-{name}": ("ingestion", f"kudatamgmt-{name}-ilb"),
        f"private-ingest-{name}": ("ingestion", f"kudatamgmt-{name}-ilb"),
    }
    for label, (role, balancer) in labels.items():
        host = f"{label}.{domain}"
        if is_injected(cluster):
            addresses, access = _internal_addresses(balancer, resources), "internal"
        else:
            addresses, access = (public_address(host),), _public_access(cluster)
        yield PublicHost(host, cluster, role, addresses, _private_name(host), access)


def _internal_addresses(balancer: str, resources: list[Json]) -> tuple[str, ...]:
    frontends = [
        frontend
        for resource in resources
        if resource["type"] == type_names.LOAD_BALANCERS and resource["name"].lower() == balancer
        for frontend in read_objects(resource, "frontendIPConfigurations")
    ]
    return tuple(address for frontend in frontends if (address := properties(frontend).get("privateIPAddress")))


def _hosts_of_account(account: Json) -> Iterator[PublicHost]:
    is_alias = bool(properties(account)["privateEndpointConnections"])
    for endpoints in ("primaryEndpoints", "secondaryEndpoints"):
        for service, url in read_object(properties(account), endpoints).items():
            host = _host_of(url)
            # The host of `web` has a label more: `data.z22.web.core.windows.net`.
            label, _, suffix = host.partition(f".{service}.")
            alias = f"{label}.privatelink.{service}.{suffix}" if is_alias else ""
            yield PublicHost(host, account, "storage", (public_address(host),), alias, _public_access(account))


def _public_access(resource: Json) -> Access:
    return "disabled" if properties(resource).get("publicNetworkAccess") == "Disabled" else "public"


def _private_name(host: str) -> str:
    """The `privatelink` name of a host whose first label is the name of its cluster or storage account."""
    label, _, domain = host.partition(".")
    return f"{label}.privatelink.{domain}"


def _host_of(url: object) -> str:
    return urlsplit(str(url)).hostname or ""
