"""Public DNS: the names of clusters and of storage accounts, and the addresses behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from .azure import Azure, Json, ResourceId
from .azure.bodies import properties, read_object, read_objects
from .azure.type_names import CLUSTERS, LOAD_BALANCERS, STORAGE_ACCOUNTS
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

_ROLES: Final = (("uri", "enginePublicIpId"), ("dataIngestionUri", "dataManagementPublicIpId"))


@dataclass(frozen=True)
class Answer:
    """One line of a DNS answer."""

    name: str
    type: str
    value: str


def list_public_answers(azure: Azure, resources: list[Json]) -> dict[str, list[Answer]]:
    """The answers of public DNS to every name that Azure's resources have, by name."""
    answers = (
        answer
        for resource in resources
        for answer in (*_cluster_answers(azure, resource, resources), *_storage_answers(resource))
    )
    by_name: dict[str, list[Answer]] = {}
    for answer in answers:
        by_name.setdefault(answer.name, []).append(answer)
    return by_name


def public_address(host: str) -> str:
    """Microsoft's public address of a host; the same in every run."""
    digest = hashlib.sha256(host.lower().encode()).digest()
    # 20.0.0.0/8 is Microsoft's, and 0 and 255 look like the addresses of a network.
    return ".".join(["20", *(str(1 + byte % 254) for byte in digest[:3])])


def is_injected(cluster: Json) -> bool:
    """Whether a cluster is in a virtual network. One that has left it keeps the configuration."""
    network = properties(cluster).get("virtualNetworkConfiguration")
    return bool(network) and network.get("state") != "Disabled"


def _cluster_answers(azure: Azure, cluster: Json, resources: list[Json]) -> Iterator[Answer]:
    if str(cluster["type"]).lower() != CLUSTERS.lower():
        return
    network: Json = properties(cluster).get("virtualNetworkConfiguration") or {}
    for uri, address_property in _ROLES:
        host = _host_of(properties(cluster)[uri])
        if not is_injected(cluster):
            yield from _alias_of_label(host, [public_address(host)])
            continue
        owned = [resource for resource in resources if resource["id"].lower() == network[address_property].lower()]
        yield from _alias_of_label(host, [properties(address)["ipAddress"] for address in owned])
    roles = {_host_of(properties(cluster)[uri]) for uri, _ in _ROLES}
    for member in azure.members_of(ResourceId.parse(cluster["id"])):
        for host in {*member.fqdns} - roles:
            yield from _alias_of_label(host, [public_address(host)])
    if network:
        yield from _answers_of_injected_networks(cluster, resources)


def _answers_of_injected_networks(cluster: Json, resources: list[Json]) -> Iterator[Answer]:
    name, _, domain = _host_of(properties(cluster)["uri"]).partition(".")
    for balancer, labels in (
        (f"kucompute-{name}-ilb", (f"private-{name}",)),
        (f"kudatamgmt-{name}-ilb", (f"ingest-private-{name}", f"private-ingest-{name}")),
    ):
        for label in labels:
            host = f"{label}.{domain}"
            addresses = _internal_addresses(balancer, resources) if is_injected(cluster) else [public_address(host)]
            yield from _alias_of_label(host, addresses)


def _internal_addresses(balancer: str, resources: Iterable[Json]) -> list[str]:
    frontends = [
        frontend
        for resource in resources
        if resource["type"] == LOAD_BALANCERS and resource["name"].lower() == balancer
        for frontend in read_objects(resource, "frontendIPConfigurations")
    ]
    return [address for frontend in frontends if (address := properties(frontend).get("privateIPAddress"))]


def _storage_answers(account: Json) -> Iterator[Answer]:
    if account["type"] != STORAGE_ACCOUNTS:
        return
    for endpoints in ("primaryEndpoints", "secondaryEndpoints"):
        for service, url in read_object(properties(account), endpoints).items():
            host = _host_of(url)
            if properties(account)["privateEndpointConnections"]:
                # The host of `web` has a label more: `data.z22.web.core.windows.net`.
                label, _, suffix = host.partition(f".{service}.")
                yield from _alias(host, f"{label}.privatelink.{service}.{suffix}", [public_address(host)])
            else:
                yield Answer(host, "A", public_address(host))


def _alias_of_label(host: str, addresses: Iterable[str]) -> Iterator[Answer]:
    """A host whose first label is the name of its cluster or storage account."""
    label, _, domain = host.partition(".")
    yield from _alias(host, f"{label}.privatelink.{domain}", addresses)


def _alias(host: str, private_host: str, addresses: Iterable[str]) -> Iterator[Answer]:
    yield Answer(host, "CNAME", private_host)
    yield from (Answer(private_host, "A", address) for address in addresses)


def _host_of(url: object) -> str:
    return urlsplit(str(url)).hostname or ""
