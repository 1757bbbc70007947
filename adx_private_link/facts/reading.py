"""
Reads the facts: everything that the settings refer to is looked up, concurrently or one after the other.

A look-up that fails is a fact, too: `Unreadable`. The topology decides whether it matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pulumi_azure_native import network

from ..naming.accesses import Access, find_accesses
from ..naming.azure import link_id, load_balancer_name, service_id, zone_id
from ..naming.hosts import default_zone
from ..next_steps import next_step
from ..plain_text import escaped
from ..resource_ids import ClusterId, EndpointId, LinkId, LoadBalancerId, NetworkId, ServiceId, SubnetId
from ..settings import HandOver, HandOverSource, Role, Settings
from . import lookups
from .answers import (
    cluster_of,
    deployed_of,
    endpoint_of,
    is_absent,
    link_of,
    load_balancer_of,
    network_of,
    service_of,
)
from .deployed_names import with_deployed_names
from .described import described_facts, nat_subnet
from .former import former_of
from .hand_overs import hand_over_in, hand_over_of_file
from .lookups import LookUp
from .records import ClusterFacts, Facts, Former, LoadBalancerFacts, Unreadable

Providers = Mapping[str, pulumi.ProviderResource]
"""azure-native providers by the subscription (lower case) that they work in."""

_Question = tuple[str, ...]
"""The kind of object that is looked up, and which one."""
_NOT_ASKED = Unreadable("it was not asked for", "")
_Batches = Generator[dict[_Question, LookUp[Any]], dict[_Question, Any], Facts]


async def read_facts(settings: Settings, providers: Providers) -> Facts:
    """
    Read everything that the settings refer to, concurrently: for programs with `pulumi.run(main)`.

    Args:
        settings: The settings of the stack.
        providers: azure-native providers by subscription id; the default provider serves the rest.
    """

    async def answer(look_up: LookUp[Any]) -> Any:
        try:
            return await look_up.answer(pulumi.InvokeOptions(provider=providers.get(look_up.subscription)))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    batches = _batches(settings, lookups.this_stack(), has_outputs=True)
    try:
        batch = next(batches)
        while True:
            answers = await asyncio.gather(*(answer(look_up) for look_up in batch.values()))
            batch = batches.send(dict(zip(batch, answers, strict=True)))
    except StopIteration as end:
        return cast("Facts", end.value)


def read_facts_now(settings: Settings, providers: Providers, opts: pulumi.InvokeOptions) -> Facts:
    """Read the same one after the other: for a component in an ordinary program."""

    def answer(look_up: LookUp[Any]) -> Any:
        provider = providers.get(look_up.subscription) or opts.provider
        try:
            return look_up.answer_now(pulumi.InvokeOptions(parent=opts.parent, provider=provider))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    # The outputs of a user's own program are not about this component.
    batches = _batches(settings, lookups.this_stack(), has_outputs=False)
    try:
        batch = next(batches)
        while True:
            batch = batches.send({question: answer(look_up) for question, look_up in batch.items()})
    except StopIteration as end:
        return cast("Facts", end.value)


def _unreadable(error: str) -> Unreadable:
    reader = "log in with an identity that has the Reader role there"
    return Unreadable(error, reader if "AuthorizationFailed" in error else next_step(error, reader))


def _batches(settings: Settings, stack: str, *, has_outputs: bool) -> _Batches:
    """Yield the look-ups in batches, each of which follows from the answers to the one before."""
    answers = yield _stack_lookups(settings, stack if has_outputs else None)
    hand_overs = {key: _hand_over(key, source, answers) for key, source in settings.hand_overs.items()}
    former = _former(answers["stack", stack]) if has_outputs else Former()

    reading = _Reading(settings, stack, former, hand_overs, find_accesses(settings, hand_overs))
    reading.add((yield reading.first_lookups()))
    reading.use_deployed_names()
    reading.add((yield reading.second_lookups()))
    return reading.facts()


# Hand-overs, and the former objects of this stack


def _stack_lookups(settings: Settings, stack: str | None) -> dict[_Question, LookUp[Any]]:
    stacks = [stack, *(source.stack for source in settings.hand_overs.values())]
    return {("stack", name): lookups.stack_outputs(name) for name in stacks if name}


def _hand_over(key: str, source: HandOverSource, answers: Mapping[_Question, Any]) -> HandOver | Unreadable:
    if source.inline:
        return source.inline
    if source.file:
        return hand_over_of_file(key, source)
    answer: Any = answers["stack", str(source.stack)]
    if isinstance(answer, Unreadable):
        return Unreadable(answer.reason, "correct the stack's name, or log in where it is (`pulumi login`)")
    return hand_over_in(answer["outputs"].get("hand_overs"), key, source, f"stack {source.stack}")


def _former(answer: Any) -> Former:
    if not isinstance(answer, Unreadable):
        return former_of(answer["outputs"])
    # Not a problem: the state may be in a backend without projects, which knows no stack by its full name.
    pulumi.log.warn(
        escaped(
            "The outputs of this stack cannot be read, so nothing guards private link services that the settings no "
            f"longer name: {answer.reason}. Next: look at `pulumi stack output`; a backend of an old layout is "
            "upgraded by `pulumi state upgrade`."
        )
    )
    return Former()


# Azure


@dataclass
class _Reading:
    """The answers so far, and the look-ups that follow from them."""

    settings: Settings
    stack: str
    former: Former
    hand_overs: Mapping[str, HandOver | Unreadable]
    accesses: tuple[Access, ...]
    answers: dict[_Question, Any] = field(default_factory=dict[_Question, Any])

    def add(self, answers: Mapping[_Question, Any]) -> None:
        self.answers |= answers

    def use_deployed_names(self) -> None:
        """Look further for endpoints under the names that they have."""
        networks = {key: network_of(answer) for (key,), answer in self._answers_about("network")}
        settings = with_deployed_names(self.settings, networks, self.hand_overs)
        if settings is not self.settings:
            self.settings, self.accesses = settings, find_accesses(settings, self.hand_overs)

    def first_lookups(self) -> dict[_Question, LookUp[Any]]:
        settings = self.settings
        networks = [consumer.subnet_id.network for consumer in settings.consumers.values()]
        zones = {zone.key: zone for consumer in settings.consumers.values() for zone in consumer.zone_ids}
        return {
            **{("cluster", key): lookups.cluster(id) for key, id in self._clusters},
            **{
                ("balancer", key, role): self._load_balancer_lookup(key, role, "elb")
                for key, role in self._load_balancers
            },
            **{("service", id.key): lookups.private_link_service(id) for id in self._services()},
            **{("network", id.key): lookups.virtual_network(id) for id in networks},
            **{("zone", key): lookups.private_zone(id) for key, id in zones.items()},
            **{("group", *group): lookups.resource_group(*group) for group in self._groups},
            **({("resources",): lookups.stack_resources(self.stack)} if zones or self._has_other_keys else {}),
        }

    def second_lookups(self) -> dict[_Question, LookUp[Any]]:
        networks = [subnet.network for subnet in self._nat_subnets()]
        return {
            **{("network", id.key): lookups.virtual_network(id) for id in networks if not self._has_network(id)},
            **{
                ("internal balancer", key, role): self._load_balancer_lookup(key, role, "ilb")
                for key, role in self._load_balancers
                if is_absent(self.answers["balancer", key, role])
                and self.settings.clusters[key].service(role).load_balancer is None
            },
            **{("endpoint", id.key): lookups.private_endpoint(id) for id in self._endpoints()},
            **{("link", id.key): lookups.virtual_network_link(id) for id in self._links()},
        }

    def facts(self) -> Facts:
        return Facts(
            clusters={key: cluster_of(self.answers["cluster", key]) for key, _ in self._clusters},
            load_balancers={(key, role): self._load_balancer(key, role) for key, role in self._load_balancers},
            networks={key: network_of(answer) for (key,), answer in self._answers_about("network")},
            hand_overs=self.hand_overs,
            services={key: service_of(answer) for (key,), answer in self._objects("service")},
            endpoints={key: endpoint_of(answer) for (key,), answer in self._objects("endpoint")},
            links={key: link_of(answer) for (key,), answer in self._objects("link")},
            lost_groups={
                (subscription, group): answer
                for (subscription, group), answer in self._answers_about("group")
                if isinstance(answer, Unreadable)
            },
            lost_zones={
                key: answer for (key,), answer in self._answers_about("zone") if isinstance(answer, Unreadable)
            },
            former=self.former,
            deployed=deployed_of(self.answers.get(("resources",))),
        )

    @property
    def _has_other_keys(self) -> bool:
        """Whether the last update left objects under a key that was removed or renamed since then."""
        settings, former = self.settings, self.former
        clusters = {left.cluster for left in (*former.services, *former.endpoints)}
        consumers = {endpoint.consumer for endpoint in former.endpoints}
        return bool(clusters - {*settings.cluster_keys} or consumers - {*settings.consumers})

    def _answers_about(self, kind: str) -> list[tuple[tuple[Any, ...], Any]]:
        return [(question[1:], answer) for question, answer in self.answers.items() if question[0] == kind]

    def _objects(self, kind: str) -> list[tuple[tuple[Any, ...], Any]]:
        """The answers about objects that exist, or that cannot be read."""
        return [(key, answer) for key, answer in self._answers_about(kind) if not is_absent(answer)]

    @property
    def _clusters(self) -> list[tuple[str, ClusterId]]:
        """The clusters that are looked up: those that the settings do not describe."""
        clusters = self.settings.clusters
        return [(key, cluster.id) for key, cluster in clusters.items() if cluster.id and not cluster.described]

    @property
    def _load_balancers(self) -> list[tuple[str, Role]]:
        return [(key, role) for key, _ in self._clusters for role in self.settings.clusters[key].published]

    @property
    def _groups(self) -> list[tuple[str, str]]:
        return sorted({(subscription, group) for _, subscription, group in self.settings.resource_groups})

    def _services(self) -> list[ServiceId]:
        planned = [
            service_id(self.settings, key, target)
            for key, cluster in self.settings.clusters.items()
            for target in cluster.published
        ]
        # No provider works in a subscription that the settings no longer name, and a provider that was made for a
        # look-up would be left in the state. Pulumi's protection and Azure still guard foreign connections there.
        subscriptions = self.settings.subscriptions
        return [*planned, *(left.id for left in self.former.services if left.id.subscription in subscriptions)]

    def _endpoints(self) -> list[EndpointId]:
        """The endpoints that may exist: those of services that exist, and those of clusters that are handed over."""
        return [
            access.endpoint
            for access in self.accesses
            if access.service is None or not isinstance(self.answers["service", access.service.key], Unreadable)
        ]

    def _links(self) -> list[LinkId]:
        """The virtual network links that the settings ask for, in the zones of the clusters that are known."""
        settings, zones = self.settings, self._zone_names()
        links: dict[LinkId, None] = {}
        for key, consumer in settings.consumers.items():
            for name in {zones[cluster] for cluster in zones if consumer.connects_to(cluster)}:
                zone = zone_id(consumer, name)
                if zone is not None and not isinstance(consumer.dns, str):
                    links |= {link_id(settings, key, link, zone): None for link in consumer.dns.links}
        return list(links)

    def _zone_names(self) -> dict[str, str]:
        """The names of the clusters' zones, by cluster key."""
        names = {
            key: self.settings.hand_overs[key].zone or hand_over.own_zone
            for key, hand_over in self.hand_overs.items()
            if isinstance(hand_over, HandOver)
        }
        for key, cluster in self.settings.clusters.items():
            facts = described_facts(cluster) or cluster_of(self.answers["cluster", key])
            if isinstance(facts, ClusterFacts):
                names[key] = cluster.zone or default_zone(facts.hosts[cluster.published[0]])
        return names

    def _nat_subnets(self) -> list[SubnetId]:
        subnets: list[SubnetId | None] = []
        for key, _ in self._clusters:
            facts = cluster_of(self.answers["cluster", key])
            if isinstance(facts, ClusterFacts):
                subnets.append(nat_subnet(self.settings.clusters[key], facts))
        return [subnet for subnet in subnets if subnet]

    def _has_network(self, id: NetworkId) -> bool:
        return ("network", id.key) in self.answers

    def _load_balancer_lookup(self, key: str, role: Role, suffix: str) -> LookUp[network.GetLoadBalancerResult]:
        """Look for `kucompute-{cluster}-elb` and `kudatamgmt-{cluster}-elb`, unless the settings name another one."""
        cluster = self.settings.clusters[key]
        load_balancer, home = cluster.service(role).load_balancer, cluster.home
        if isinstance(load_balancer, LoadBalancerId):
            return lookups.load_balancer(load_balancer)
        name = load_balancer or load_balancer_name(home.name, role, suffix)
        return lookups.load_balancer(LoadBalancerId.of(home.subscription, home.resource_group, name))

    def _load_balancer(self, key: str, role: Role) -> LoadBalancerFacts | Unreadable:
        internal = load_balancer_of(self.answers.get(("internal balancer", key, role), _NOT_ASKED))
        return load_balancer_of(self.answers["balancer", key, role]) if isinstance(internal, Unreadable) else internal
