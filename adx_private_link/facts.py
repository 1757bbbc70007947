"""What the graph has to know of Azure: read by look-ups before anything is registered, or given by the caller."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import pulumi
from pulumi_azure_native import kusto, network

from . import reads
from .next_steps import next_step
from .reads import Read
from .resource_ids import ClusterId, LoadBalancerId, NetworkId
from .settings import ROLES, Role, Settings


@dataclass(frozen=True)
class Unreadable:
    """Something that is not known of Azure: what Azure answered, and what to do about it."""

    reason: str
    remedy: str

    @property
    def not_found(self) -> bool:
        return "NotFound" in self.reason


@dataclass(frozen=True)
class ClusterFacts:
    """An Azure Data Explorer cluster."""

    location: str
    hosts: Mapping[Role, str]
    """Host names, from `uri` and `dataIngestionUri`."""
    subnet_id: str | None
    """The subnet that the cluster is injected in (`virtualNetworkConfiguration`); None for a cluster that is not."""
    public_ip_ids: Mapping[Role, str]
    """The public addresses of an injected cluster; they tell which load balancer frontend is which."""


@dataclass(frozen=True)
class FrontendFacts:
    """A frontend of a load balancer."""

    id: str
    name: str
    public_ip_id: str | None


@dataclass(frozen=True)
class LoadBalancerFacts:
    """A load balancer of a cluster."""

    id: str
    location: str
    sku: str
    frontends: tuple[FrontendFacts, ...]


@dataclass(frozen=True)
class SubnetFacts:
    """A subnet of a virtual network."""

    service_policies_enabled: bool
    """`privateLinkServiceNetworkPolicies`: while they are, Azure lets no private link service into the subnet."""
    delegated_to: str | None
    """The service that the subnet is delegated to; Azure lets no private endpoint into such a subnet."""


@dataclass(frozen=True)
class NetworkFacts:
    """A virtual network and its subnets, by lower-case name."""

    location: str
    subnets: Mapping[str, SubnetFacts]


@dataclass(frozen=True)
class Facts:
    """All that the topology of a stack has to know of Azure."""

    clusters: Mapping[str, ClusterFacts | Unreadable]
    """By cluster key."""
    load_balancers: Mapping[tuple[str, Role], LoadBalancerFacts | Unreadable]
    """By cluster key and role."""
    networks: Mapping[str, NetworkFacts | Unreadable]
    """By the network's id in lower case."""
    lost_groups: Mapping[tuple[str, str], Unreadable] = field(default_factory=dict[tuple[str, str], Unreadable])
    """Resource groups that the settings name and Azure does not show, by subscription and name."""

    def cluster(self, key: str) -> ClusterFacts | Unreadable:
        return self.clusters.get(key, _NOT_GIVEN)

    def load_balancer(self, key: str, role: Role) -> LoadBalancerFacts | Unreadable:
        return self.load_balancers.get((key, role), _NOT_GIVEN)

    def network(self, id: NetworkId) -> NetworkFacts | Unreadable:
        return self.networks.get(id.key, _NOT_GIVEN)


def _unreadable(error: str) -> Unreadable:
    reader = "log in with an identity that has the Reader role there"
    return Unreadable(error, reader if "AuthorizationFailed" in error else next_step(error, reader))


_NOT_GIVEN = Unreadable(
    "it is not among the facts that were given", "add it to them, or leave `facts` out to have all read"
)


_Reads = Generator[list[Read[Any]], list[Any], Facts]
Providers = Mapping[str, pulumi.ProviderResource]
"""azure-native providers by the subscription (lower case) that they work in."""


async def read_facts(settings: Settings, providers: Providers) -> Facts:
    """Read everything that the settings refer to, all at once: for programs with `pulumi.run(main)`."""

    async def answer(read: Read[Any]) -> Any:
        try:
            return await read.answer(pulumi.InvokeOptions(provider=providers.get(read.subscription)))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    batches = _reads(settings)
    try:
        batch = next(batches)
        while True:
            batch = batches.send(await asyncio.gather(*(answer(each) for each in batch)))
    except StopIteration as end:
        return cast("Facts", end.value)


def read_facts_now(settings: Settings, providers: Providers, opts: pulumi.InvokeOptions) -> Facts:
    """Read the same one after the other: for a component in an ordinary program."""

    def answer(read: Read[Any]) -> Any:
        provider = providers.get(read.subscription) or opts.provider
        try:
            return read.answer_now(pulumi.InvokeOptions(parent=opts.parent, provider=provider))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    batches = _reads(settings)
    try:
        batch = next(batches)
        while True:
            batch = batches.send([answer(each) for each in batch])
    except StopIteration as end:
        return cast("Facts", end.value)


def _reads(settings: Settings) -> _Reads:
    """The look-ups in batches, each made of what the one before has told."""
    answers = yield [
        reads.cluster(each.id.subscription, each.id.resource_group, each.id.name) for each in settings.clusters.values()
    ]
    clusters = {key: _cluster(answer) for key, answer in zip(settings.clusters, answers, strict=True)}

    wanted: dict[tuple[str, Role], LoadBalancerId] = {
        (key, role): _load_balancer_id(settings, key, role, "elb") for key in settings.clusters for role in ROLES
    }
    networks = _networks(settings, clusters)
    groups = sorted({(subscription, group) for _, subscription, group in settings.resource_groups})
    answers = yield [
        *(_load_balancer_read(each) for each in wanted.values()),
        *(reads.virtual_network(each.subscription, each.resource_group, each.name) for each in networks.values()),
        *(reads.resource_group(*each) for each in groups),
    ]
    remaining = iter(answers)
    balancers = {which: _load_balancer(next(remaining)) for which in wanted}
    found = {key: _network(next(remaining)) for key in networks}
    lost = {each: answer for each in groups if isinstance(answer := next(remaining), Unreadable)}

    internal: list[tuple[str, Role]] = [
        (key, role)
        for (key, role), each in balancers.items()
        if isinstance(each, Unreadable) and each.not_found and not _is_given(settings, key, role)
    ]
    answers = yield [_load_balancer_read(_load_balancer_id(settings, key, role, "ilb")) for key, role in internal]
    for which, answer in zip(internal, answers, strict=True):
        if not isinstance(answer, Unreadable):
            balancers[which] = _load_balancer(answer)
    return Facts(clusters, balancers, found, lost)


def _load_balancer_read(id: LoadBalancerId) -> Read[network.GetLoadBalancerResult]:
    return reads.load_balancer(id.subscription, id.resource_group, id.name)


def _is_given(settings: Settings, key: str, role: Role) -> bool:
    service = settings.clusters[key].services.get(role)
    return service is not None and service.load_balancer is not None


def _load_balancer_id(settings: Settings, key: str, role: Role, suffix: str) -> LoadBalancerId:
    """`kucompute-{cluster}-elb` and `kudatamgmt-{cluster}-elb`, unless the settings say otherwise."""
    cluster: ClusterId = settings.clusters[key].id
    service = settings.clusters[key].services.get(role)
    given = service.load_balancer if service else None
    if isinstance(given, LoadBalancerId):
        return given
    name = given or f"{'kucompute' if role == 'engine' else 'kudatamgmt'}-{cluster.name}-{suffix}"
    return LoadBalancerId.parse(
        f"/subscriptions/{cluster.subscription}/resourceGroups/{cluster.resource_group}"
        f"/providers/Microsoft.Network/loadBalancers/{name}"
    )


def _networks(settings: Settings, clusters: Mapping[str, ClusterFacts | Unreadable]) -> dict[str, NetworkId]:
    """The consumers' networks, and those of the NAT subnets."""
    found = [each.subnet_id.network for each in settings.consumers.values()]
    for key, facts in clusters.items():
        if isinstance(facts, ClusterFacts) and (subnet := nat_subnet(settings, key, facts)):
            found.append(NetworkId.parse(subnet.rsplit("/", 2)[0]))
    return {each.key: each for each in found}


def nat_subnet(settings: Settings, key: str, facts: ClusterFacts) -> str | None:
    """The subnet of a cluster's NAT addresses: the one given, or the one that the cluster is injected in."""
    given = settings.clusters[key].nat.subnet_id
    return str(given) if given else facts.subnet_id


def _cluster(answer: kusto.GetClusterResult | Unreadable) -> ClusterFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    injected = answer.virtual_network_configuration
    disabled = injected is not None and injected.state == "Disabled"
    return ClusterFacts(
        location=_region(answer.location),
        hosts={"engine": _host(answer.uri), "ingestion": _host(answer.data_ingestion_uri)},
        subnet_id=injected.subnet_id if injected and not disabled else None,
        public_ip_ids={"engine": injected.engine_public_ip_id, "ingestion": injected.data_management_public_ip_id}
        if injected
        else {},
    )


def _load_balancer(answer: network.GetLoadBalancerResult | Unreadable) -> LoadBalancerFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    return LoadBalancerFacts(
        id=answer.id or "",
        location=_region(answer.location or ""),
        sku=(answer.sku.name if answer.sku else None) or "Basic",
        frontends=tuple(
            FrontendFacts(each.id or "", each.name or "", each.public_ip_address.id if each.public_ip_address else None)
            for each in answer.frontend_ip_configurations or ()
        ),
    )


def _network(answer: network.GetVirtualNetworkResult | Unreadable) -> NetworkFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    return NetworkFacts(
        location=_region(answer.location or ""),
        subnets={
            (each.name or "").lower(): SubnetFacts(
                service_policies_enabled=each.private_link_service_network_policies != "Disabled",
                delegated_to=each.delegations[0].service_name if each.delegations else None,
            )
            for each in answer.subnets or ()
        },
    )


def _host(uri: str) -> str:
    return urlsplit(uri).hostname or uri


def _region(location: str) -> str:
    """`West US` and `westus` are one region."""
    return location.replace(" ", "").lower()


__all__ = [
    "ClusterFacts",
    "Facts",
    "FrontendFacts",
    "LoadBalancerFacts",
    "NetworkFacts",
    "Providers",
    "SubnetFacts",
    "Unreadable",
    "read_facts",
    "read_facts_now",
]
