"""
Batches of look-ups: each follows from the answers to the one before.

The first asks about what the settings name, the second about what follows from the kinds of the clusters, and the third
about the objects that the stack may have deployed. The fourth asks who else writes names, where a zone group is new.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Generator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pulumi
from pulumi_azure_native import network

from ..naming.accesses import Access, find_accesses
from ..naming.azure import link_id, load_balancer_name, service_id, shared_link_id, zone_group_name
from ..plain_text import escaped
from ..resource_ids import ActionGroupId, ClusterId, LinkId, LoadBalancerId, NetworkId, ServiceId, SubnetId
from ..settings import ConsumerSettings, HandOver, HandOverSource, Role, Settings, Target
from . import lookups
from .answers import (
    addresses_of_record,
    cluster_of,
    deployed_of,
    endpoint_of,
    is_absent,
    link_of,
    load_balancer_of,
    network_of,
    service_of,
    zone_group_of,
)
from .deployed_names import with_deployed_names
from .described import nat_subnet
from .former import former_of
from .hand_overs import hand_over_in, hand_over_of_file
from .lookups import LookUp
from .managed_endpoints import managed_endpoint_facts, managed_lookups, managed_target_facts
from .records import (
    ClusterFacts,
    Deployed,
    EndpointFacts,
    Facts,
    Former,
    FormerEndpoint,
    LoadBalancerFacts,
    ServiceFacts,
    Unreadable,
    ZoneGroupFacts,
)
from .targets import find_targets, published_keys
from .zone_groups import ZoneGroups
from .zones import choose_zone, listed_zones, zones_of_clusters

Question = tuple[str, ...]
"""The kind of object that is looked up, and which one."""
_NOT_ASKED = Unreadable("it was not asked for", "")
Batches = Generator[dict[Question, LookUp[Any]], dict[Question, Any], Facts]


def facts_in_batches(settings: Settings, stack: str, *, has_outputs: bool) -> Batches:
    """Yield the look-ups in batches, each of which follows from the answers to the one before."""
    stacks = _stack_lookups(settings, stack if has_outputs else None)
    answers = yield {**stacks, **_first_lookups(settings)}
    hand_overs = {key: _hand_over(key, source, answers) for key, source in settings.hand_overs.items()}
    former = _former(answers["stack", stack]) if has_outputs else Former()

    reading = _Reading(settings, stack, former, hand_overs)
    reading.add(answers)
    reading.add((yield reading.second_lookups()))
    reading.use_deployed_names()
    reading.add((yield reading.third_lookups()))
    if fourth := reading.fourth_lookups():
        reading.add((yield fourth))
    return reading.facts()


# Hand-overs, and the former objects of this stack


def _stack_lookups(settings: Settings, stack: str | None) -> dict[Question, LookUp[Any]]:
    stacks = [stack, *(source.stack for source in settings.hand_overs.values())]
    return {("stack", name): lookups.stack_outputs(name) for name in stacks if name}


def _hand_over(key: str, source: HandOverSource, answers: Mapping[Question, Any]) -> HandOver | Unreadable:
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


def _first_lookups(settings: Settings) -> dict[Question, LookUp[Any]]:
    networks = [consumer.subnet_id.network for consumer in settings.consumers.values()]
    return {
        **{("cluster", key): lookups.cluster(id) for key, id in _clusters(settings)},
        **{("network", id.key): lookups.virtual_network(id) for id in networks},
        **{
            ("zone", id.key): lookups.private_zone(id)
            for consumer in settings.consumers.values()
            for id in consumer.zone_ids
        },
        **({("action group", id.key): lookups.action_group(id)} if (id := _action_group(settings)) else {}),
        **{("group", sub, group): lookups.resource_group(sub, group) for _, sub, group in settings.resource_groups},
    }


def _action_group(settings: Settings) -> ActionGroupId | None:
    return settings.alerts.action_group_id if settings.alerts else None


def _clusters(settings: Settings) -> list[tuple[str, ClusterId]]:
    """The clusters that are looked up: those that the settings do not describe."""
    return [(key, cluster.id) for key, cluster in settings.clusters.items() if cluster.id and not cluster.described]


@dataclass
class _Reading:
    """The answers so far, and the look-ups that follow from them."""

    settings: Settings
    stack: str
    former: Former
    hand_overs: Mapping[str, HandOver | Unreadable]
    answers: dict[Question, Any] = field(default_factory=dict[Question, Any])

    def add(self, answers: Mapping[Question, Any]) -> None:
        self.answers |= answers

    def use_deployed_names(self) -> None:
        """Look further for endpoints under the names that they have."""
        networks = {key: network_of(answer) for (key,), answer in self._answers_about("network")}
        self.settings = with_deployed_names(self.settings, networks, self._targets)

    def second_lookups(self) -> dict[Question, LookUp[Any]]:
        zones = {
            id.key: id
            for consumer in self.settings.consumers.values()
            if consumer.zones and consumer.zones.zones_in
            for name in self._zone_names(consumer)
            for id in listed_zones(consumer, name)
        }
        return {
            **{
                ("balancer", key, role): self._load_balancer_lookup(key, role, "elb")
                for key, role in self._load_balancers
            },
            **{("service", id.key): lookups.private_link_service(id) for id in self._services()},
            **{
                ("zone", key): lookups.private_zone(id)
                for key, id in zones.items()
                if ("zone", key) not in self.answers
            },
            **({("resources",): lookups.stack_resources(self.stack)} if self._needs_state else {}),
        }

    def third_lookups(self) -> dict[Question, LookUp[Any]]:
        networks = [subnet.network for subnet in self._nat_subnets()]
        endpoints = self._endpoints()
        return {
            **{("network", id.key): lookups.virtual_network(id) for id in networks if not self._has_network(id)},
            **{
                ("internal balancer", key, role): self._load_balancer_lookup(key, role, "ilb")
                for key, role in self._load_balancers
                if is_absent(self.answers["balancer", key, role])
                and self.settings.clusters[key].service(role).load_balancer is None
            },
            **{("endpoint", access.endpoint.key): lookups.private_endpoint(access.endpoint) for access in endpoints},
            **{
                ("zone group", access.endpoint.key): lookups.zone_group(
                    access.endpoint, zone_group_name(consumer, access.cluster)
                )
                for access in endpoints
                if access.target == "cluster" and (consumer := self.settings.consumers[access.consumer]).zones
            },
            **{
                ("zone group", left.id.key): lookups.zone_group(left.id, left.zone_group.name)
                for left in self._left_endpoints({access.endpoint.key for access in endpoints})
                if left.zone_group
            },
            **{("link", id.key): lookups.virtual_network_link(id) for id in self._links()},
            **managed_lookups(self.settings),
        }

    def fourth_lookups(self) -> dict[Question, LookUp[Any]]:
        """Look for other writers of names, where a zone group is new or moves."""
        groups = ZoneGroups(
            self.settings,
            self._endpoints(),
            self._clusters,
            self.hand_overs,
            self._existing_endpoints,
            self._zone_groups,
            self._zones_of_clusters,
            self._lost_zones(),
            self._deployed(),
        )
        new = groups.new
        needs_state = ("resources",) not in self.answers and (bool(new) or self._has_unknown_zone_groups)
        return {
            **({("resources",): lookups.stack_resources(self.stack)} if needs_state else {}),
            **{
                ("record", zone.record_key(name)): lookups.a_record(zone, name)
                for access in new
                for zone, name in groups.records_of(access)
            },
        }

    @property
    def _has_unknown_zone_groups(self) -> bool:
        """Whether endpoints have zone groups that the last complete update did not leave."""
        own = {endpoint.id.key for endpoint in self.former.endpoints if endpoint.zone_group}
        groups = {
            key
            for key, endpoint in self._existing_endpoints.items()
            if isinstance(endpoint, EndpointFacts) and endpoint.has_zone_group
        }
        return bool(groups - own)

    def facts(self) -> Facts:
        return Facts(
            clusters=self._clusters,
            load_balancers={(key, role): self._load_balancer(key, role) for key, role in self._load_balancers},
            networks={key: network_of(answer) for (key,), answer in self._answers_about("network")},
            hand_overs=self.hand_overs,
            services=self._existing_services,
            endpoints=self._existing_endpoints,
            zone_groups=self._zone_groups,
            records={
                key: addresses_of_record(answer)
                for (key,), answer in self._objects("record")
                if not isinstance(answer, Unreadable)
            },
            links={key: link_of(answer) for (key,), answer in self._objects("link")},
            managed_endpoints=managed_endpoint_facts(self.settings, self.answers),
            managed_targets=managed_target_facts(self.settings, self.answers),
            lost_groups={
                (subscription, group): answer
                for (subscription, group), answer in self._answers_about("group")
                if isinstance(answer, Unreadable)
            },
            lost_action_groups={
                key: answer for (key,), answer in self._answers_about("action group") if isinstance(answer, Unreadable)
            },
            lost_zones=self._lost_zones(),
            former=self.former,
            deployed=self._deployed(),
        )

    def _lost_zones(self) -> dict[str, Unreadable]:
        return {key: answer for (key,), answer in self._answers_about("zone") if isinstance(answer, Unreadable)}

    def _deployed(self) -> Deployed:
        return self._deployed_resources if ("resources",) in self.answers else Deployed()

    @cached_property
    def _deployed_resources(self) -> Deployed:
        return deployed_of(self.answers["resources",])

    # Each is asked for after the batch with its answers only.

    @cached_property
    def _existing_services(self) -> dict[str, ServiceFacts | Unreadable]:
        return {key: service_of(answer) for (key,), answer in self._objects("service")}

    @cached_property
    def _existing_endpoints(self) -> dict[str, EndpointFacts | Unreadable]:
        return {key: endpoint_of(answer) for (key,), answer in self._objects("endpoint")}

    @cached_property
    def _zone_groups(self) -> dict[str, ZoneGroupFacts | Unreadable]:
        return {key: zone_group_of(answer) for (key,), answer in self._objects("zone group")}

    @cached_property
    def _targets(self) -> dict[str, tuple[Target, ...]]:
        published = published_keys(self.settings, self._existing_services, self.former)
        return find_targets(self.settings, self._clusters, self.hand_overs, published)

    @property
    def _needs_state(self) -> bool:
        """Whether the stack's state decides: about existing zones, and about keys that were removed or renamed."""
        consumers = self.settings.consumers.values()
        has_zones = any(consumer.zone_ids or (consumer.zones and consumer.zones.zones_in) for consumer in consumers)
        return has_zones or self._has_other_keys

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

    @cached_property
    def _clusters(self) -> dict[str, ClusterFacts | Unreadable]:
        """The clusters that are looked up, by key."""
        return {key: cluster_of(answer) for (key,), answer in self._answers_about("cluster")}

    @property
    def _load_balancers(self) -> list[tuple[str, Role]]:
        """The roles of clusters that may have load balancers: those that are not native."""
        return [
            (key, role)
            for key, facts in self._clusters.items()
            if not (isinstance(facts, ClusterFacts) and facts.is_native)
            for role in self.settings.clusters[key].published
        ]

    def _services(self) -> list[ServiceId]:
        planned = [
            service_id(self.settings, key, role)
            for key, cluster in self.settings.clusters.items()
            if not self._was_never_injected(key)
            for role in cluster.published
        ]
        # No provider works in a subscription that the settings no longer name, and a provider that was made for a
        # look-up would be left in the state. Pulumi's protection and Azure still guard foreign connections there.
        subscriptions = self.settings.subscriptions
        return [*planned, *(left.id for left in self.former.services if left.id.subscription in subscriptions)]

    def _was_never_injected(self, key: str) -> bool:
        facts = self._clusters.get(key)
        return isinstance(facts, ClusterFacts) and facts.is_native and not facts.is_migrated

    def _endpoints(self) -> list[Access]:
        """The endpoints that may exist: not those of services that do not."""
        return [
            access
            for access in find_accesses(self.settings, self._targets)
            if not isinstance(access.target_id, ServiceId)
            or not isinstance(self.answers["service", access.target_id.key], Unreadable)
        ]

    def _left_endpoints(self, planned: Container[str]) -> list[FormerEndpoint]:
        """The endpoints of the last update that the settings no longer ask for."""
        subscriptions = self.settings.subscriptions
        return [
            left
            for left in self.former.endpoints
            if left.id.key not in planned and left.id.subscription in subscriptions
        ]

    def _links(self) -> list[LinkId]:
        """The virtual network links that the settings ask for: for known clusters, and for other stacks."""
        links: dict[LinkId, None] = {}
        lost, deployed = self._lost_zones(), self._deployed()
        for key, consumer in self.settings.consumers.items():
            for name in self._zone_names(consumer):
                zone = choose_zone(consumer, name, lost, deployed)
                if zone is not None and consumer.zones is not None:
                    settings = consumer.zones.links if zone.is_made else consumer.zones.links_of_existing
                    ids = (link_id(self.settings, key, name, link, zone.id) for name, link in settings.items())
                    links |= dict.fromkeys(ids)
        for key, zones in self.settings.zones.items():
            ids = (shared_link_id(key, name, link, id) for id in zones.ids for name, link in zones.links.items())
            links |= dict.fromkeys(ids)
        return list(links)

    def _zone_names(self, consumer: ConsumerSettings) -> set[str]:
        """The names of the zones that a consumer needs, as far as its clusters are known."""
        names = self._zones_of_clusters
        return {name for cluster in names if consumer.connects_to(cluster) for name in names[cluster]}

    @cached_property
    def _zones_of_clusters(self) -> Mapping[str, Collection[str]]:
        return zones_of_clusters(self.settings, self._clusters, self.hand_overs)

    def _nat_subnets(self) -> list[SubnetId]:
        subnets: list[SubnetId | None] = []
        for key, facts in self._clusters.items():
            if isinstance(facts, ClusterFacts) and not facts.is_native:
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
