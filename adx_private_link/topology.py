"""
The typed resource graph as a plain value: `topology(settings, facts)`.

Every name is made here and every conflict found here, before anything is registered. Components only turn these
records into resources. It needs no engine and no Azure, so that it can be tested by the thousand, drawn and checked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from .conflicts import conflicts
from .facts import (
    ClusterFacts,
    Facts,
    FrontendFacts,
    LoadBalancerFacts,
    NetworkFacts,
    SubnetFacts,
    Unreadable,
    nat_subnet,
)
from .nodes import (
    ApprovalNode,
    ClusterNode,
    EndpointNode,
    LinkNode,
    Place,
    RecordNode,
    ServiceAlias,
    ServiceById,
    ServiceNode,
    Topology,
    ZoneNode,
)
from .problems import Problem, SettingsError
from .resource_ids import NetworkId, SubnetId
from .settings import (
    ROLES,
    ClusterSettings,
    ConsumerSettings,
    LinkSettings,
    Role,
    ServiceSettings,
    Settings,
)

# Logical names are joined with dots, which keys cannot contain: no two objects ever share one.

_Lists = tuple[tuple[str, ...], tuple[str, ...]]
"""Subscriptions that may ask for a connection to a cluster's services, and those that get it without asking."""

_LIST_LIMIT = 100
"""Entries in a visibility or auto-approval list (Azure private link limits)."""


def topology(settings: Settings, facts: Facts, prefix: str = "") -> Topology:
    """Plan the graph. Raises `SettingsError` with all that Azure would refuse; paths in it begin with `prefix`."""
    planner = _Planner(settings, facts)
    planned = planner.plan()
    # Some are found more than once, such as what both services of a cluster lack.
    problems = dict.fromkeys([*planner.problems, *conflicts(planned)])
    if problems:
        raise SettingsError([replace(each, path=prefix + each.path) for each in problems])
    return planned


class _Planner:
    def __init__(self, settings: Settings, facts: Facts) -> None:
        self._settings = settings
        self._facts = facts
        self.problems: list[Problem] = []

    def plan(self) -> Topology:
        for path, subscription, group in self._settings.resource_groups:
            if lost := self._facts.lost_groups.get((subscription, group)):
                self._report_unreadable(path, lost, f"a resource group in subscription {subscription}", group)
        for key in sorted(self._settings.consumers):
            self._check_consumer(key, self._settings.consumers[key])
        # Sorted: the order in which people write their settings must not show anywhere.
        clusters = [self._cluster(key, self._settings.clusters[key]) for key in sorted(self._settings.clusters)]
        planned = {each.key: each for each in clusters if each is not None}
        return Topology(planned, self._zones())

    def _report(self, path: str, message: str, remedy: str, value: object = None) -> None:
        self.problems.append(Problem(path, message, remedy, value))

    # Clusters and their services

    def _cluster(self, key: str, cluster: ClusterSettings) -> ClusterNode | None:
        path = f"clusters.{key}"
        facts = self._facts.cluster(key)
        if isinstance(facts, Unreadable):
            self._report_unreadable(f"{path}.id", facts, "the cluster", str(cluster.id))
            return None
        subnet = nat_subnet(self._settings, key, facts)
        if facts.subnet_id is None or subnet is None:
            self._report(
                f"{path}.id",
                "is a cluster that is not injected in a virtual network, so it has no load balancers to publish",
                "give it a private endpoint of its own (groupId `cluster`); this version serves injected clusters",
                str(cluster.id),
            )
            return None
        self._check_nat_subnet(path, subnet, facts.location)
        lists = self._lists(key, cluster)
        services = [self._service(key, cluster, facts, role, subnet, lists) for role in ROLES]
        endpoints = tuple(
            endpoint
            for consumer, each in sorted(self._settings.consumers_of(key).items())
            for role in ROLES
            if (endpoint := self._endpoint(key, cluster, facts, consumer, each, role)) is not None
        )
        return ClusterNode(
            key=key,
            id=str(cluster.id),
            services={each.role: each for each in services if each is not None},
            endpoints=endpoints,
            zones=tuple(sorted({record.zone for each in endpoints for record in each.records})),
        )

    def _service(
        self, key: str, cluster: ClusterSettings, facts: ClusterFacts, role: Role, subnet: str, lists: _Lists
    ) -> ServiceNode | None:
        path = f"clusters.{key}.services.{role}"
        given = cluster.services.get(role) or ServiceSettings()
        balancer = self._facts.load_balancer(key, role)
        if isinstance(balancer, Unreadable):
            what = str(given.load_balancer) if given.load_balancer else None
            self._report_unreadable(f"{path}.load_balancer", balancer, f"the load balancer of the {role} service", what)
            return None
        if balancer.sku != "Standard":
            self._report(
                f"{path}.load_balancer",
                f"is a load balancer of SKU {balancer.sku}; a private link service needs a Standard one",
                "give the name or id of a Standard load balancer of the cluster",
                balancer.id,
            )
        if balancer.location != facts.location:
            self._report(
                f"{path}.load_balancer",
                f"is in {balancer.location}, the cluster in {facts.location}; Azure wants both in one region",
                "give the cluster's own load balancer",
                balancer.id,
            )
        frontend = self._frontend(path, given, balancer, facts.public_ip_ids.get(role), role)
        if frontend is None:
            return None
        visibility, auto_approval = lists
        return ServiceNode(
            role=role,
            logical_name=f"{key}.{role}",
            name=given.name or f"pls-{key}-{role}",
            place=_service_place(cluster, facts),
            frontend_id=frontend.id,
            nat_subnet_id=subnet,
            nat_addresses=cluster.nat.addresses,
            host=facts.hosts[role],
            visibility=visibility,
            auto_approval=auto_approval,
            tags=cluster.tags,
        )

    def _frontend(
        self, path: str, given: ServiceSettings, balancer: LoadBalancerFacts, public_ip: str | None, role: Role
    ) -> FrontendFacts | None:
        if given.frontend is not None:
            found = [each for each in balancer.frontends if each.name.lower() == given.frontend.lower()]
        else:
            found = [
                each
                for each in balancer.frontends
                if each.public_ip_id and each.public_ip_id.lower() == (public_ip or "").lower()
            ]
            # An internal load balancer has no public address to go by; a single frontend leaves no doubt.
            if not found and len(balancer.frontends) == 1 and balancer.frontends[0].public_ip_id is None:
                found = list(balancer.frontends)
        if found:
            return found[0]
        names = ", ".join(each.name for each in balancer.frontends) or "none"
        problem = (
            "is not a frontend of"
            if given.frontend
            else f"cannot be derived: no frontend has the cluster's {role} address on"
        )
        self._report(
            f"{path}.frontend", f"{problem} {balancer.id}", f"write one of its frontends: {names}", given.frontend
        )
        return None

    def _check_nat_subnet(self, path: str, subnet: str, location: str) -> None:
        path = f"{path}.nat.subnet_id"
        facts = self._subnet(path, subnet)
        network = self._facts.network(SubnetId.parse(subnet).network)
        if isinstance(network, NetworkFacts) and network.location != location:
            self._report(
                path,
                f"is in {network.location}, the cluster in {location}; Azure wants both in one region",
                "give a subnet of the cluster's region, or leave it out to take the cluster's own",
                subnet,
            )
        if facts is not None and facts.service_policies_enabled:
            self._report(
                path,
                "has private link service network policies enabled; Azure lets no private link service into it",
                "disable them (it concerns the whole subnet): az network vnet subnet update --ids "
                f"{subnet} --disable-private-link-service-network-policies true",
                subnet,
            )

    def _lists(self, key: str, cluster: ClusterSettings) -> _Lists:
        path = f"clusters.{key}"
        consumers = self._settings.consumers_of(key)
        needed = {each.subnet_id.subscription for each in consumers.values()}
        trusted = {each.subnet_id.subscription for each in consumers.values() if each.approval == "auto"}
        visibility = (
            set(cluster.visibility) if cluster.visibility is not None else needed | set(cluster.auto_approval or ())
        )
        auto_approval = set(cluster.auto_approval) if cluster.auto_approval is not None else trusted
        for name, found, wanted, why in (
            ("visibility", visibility, needed, "a consumer of this cluster lies in it"),
            ("visibility", visibility, auto_approval - needed, "auto_approval names it"),
            ("auto_approval", auto_approval, trusted, "a consumer with `approval: auto` lies in it"),
        ):
            for subscription in sorted(wanted - found):
                self._report(
                    f"{path}.{name}", f"lacks subscription {subscription}; {why}", "add it, or leave the setting out"
                )
        for name, found in (("visibility", visibility), ("auto_approval", auto_approval)):
            if len(found) > _LIST_LIMIT:
                self._report(
                    f"{path}.{name}", f"has {len(found)} subscriptions, Azure takes {_LIST_LIMIT}", "name fewer"
                )
        return tuple(sorted(visibility)), tuple(sorted(auto_approval))

    # Consumers and their endpoints

    def _check_consumer(self, key: str, consumer: ConsumerSettings) -> None:
        path = f"consumers.{key}"
        known = ", ".join(sorted(self._settings.clusters))
        for index, cluster in enumerate(consumer.clusters or ()):
            if cluster not in self._settings.clusters:
                self._report(
                    f"{path}.clusters.{index}", "is not a key of `clusters`", f"write one of: {known}", cluster
                )
        for cluster in consumer.names:
            if cluster not in self._settings.clusters:
                self._report(f"{path}.names.{cluster}", "is not a key of `clusters`", f"write one of: {known}")
        subnet = self._subnet(f"{path}.subnet_id", str(consumer.subnet_id))
        if subnet is not None and subnet.delegated_to:
            self._report(
                f"{path}.subnet_id",
                f"is delegated to {subnet.delegated_to}; Azure lets no private endpoint into a delegated subnet",
                "give another subnet of the network",
                str(consumer.subnet_id),
            )

    def _subnet(self, path: str, id: str) -> SubnetFacts | None:
        """A subnet's facts; without them the reason is reported."""
        subnet = SubnetId.parse(id)
        facts = self._facts.network(subnet.network)
        if isinstance(facts, Unreadable):
            self._report_unreadable(path, facts, "its virtual network", id)
            return None
        found = facts.subnets.get(subnet.name.lower())
        if found is None:
            names = ", ".join(sorted(facts.subnets)) or "none"
            self._report(path, f"is not in its network; the subnets there: {names}", "correct the subnet's name", id)
        return found

    def _endpoint(
        self,
        key: str,
        cluster: ClusterSettings,
        facts: ClusterFacts,
        consumer: str,
        given: ConsumerSettings,
        role: Role,
    ) -> EndpointNode | None:
        network = self._facts.network(given.subnet_id.network)
        if not isinstance(network, NetworkFacts):
            return None
        logical_name = f"{key}.{consumer}.{role}"
        name = given.names.get(key, {}).get(role) or f"pe-{key}-{role}-{consumer}"
        approval = ApprovalNode(
            f"{logical_name}.approval", _at_most(64, f"approve-{logical_name}"), _service_place(cluster, facts)
        )
        return EndpointNode(
            consumer=consumer,
            target_name=role,
            logical_name=logical_name,
            name=name,
            place=Place(
                given.subnet_id.subscription, given.resource_group or given.subnet_id.resource_group, network.location
            ),
            subnet_id=str(given.subnet_id),
            target=ServiceById(role) if given.approval == "resource_id" else ServiceAlias(role),
            connection_name=f"{key}-{role}",
            request_message=given.request_message,
            approval=approval if given.approval == "approve" else None,
            records=(self._record(cluster, given, facts.hosts[role], logical_name),),
            tags=given.tags,
        )

    def _record(self, cluster: ClusterSettings, consumer: ConsumerSettings, host: str, owner: str) -> RecordNode:
        return RecordNode(
            logical_name=owner,
            host=host,
            name=host.partition(".")[0],
            zone=_zone_key(consumer, zone_name(cluster, host)),
            ttl=consumer.dns.ttl,
        )

    # Zones and their links

    def _zones(self) -> dict[str, ZoneNode]:
        links: dict[str, list[LinkNode]] = defaultdict(list)
        found: dict[str, ZoneNode] = {}
        for consumer, key, zone in self._zones_of_consumers():
            given = self._settings.consumers[consumer]
            found[key] = ZoneNode(key, zone, given.zone_subscription, given.dns.resource_group, ())
            links[key] += [
                _link(consumer, link_key, zone, link.network_id or given.subnet_id.network, link)
                for link_key, link in sorted(given.dns.links.items())
            ]
        return {
            key: ZoneNode(key, each.name, each.subscription, each.resource_group, tuple(links[key]))
            for key, each in sorted(found.items())
        }

    def _zones_of_consumers(self) -> Iterator[tuple[str, str, str]]:
        """Each consumer's zones: (consumer, key of the zone, name of the zone)."""
        for consumer, given in sorted(self._settings.consumers.items()):
            names = {
                zone_name(cluster, host)
                for key, cluster in self._settings.clusters.items()
                if given.connects_to(key) and isinstance(facts := self._facts.cluster(key), ClusterFacts)
                for host in facts.hosts.values()
            }
            for name in sorted(names):
                yield consumer, _zone_key(given, name), name

    def _report_unreadable(self, path: str, unreadable: Unreadable, what: str, value: str | None) -> None:
        if unreadable.not_found:
            self._report(
                path,
                f"leads nowhere: Azure has no such resource ({what})",
                "correct it; the object must exist already",
                value,
            )
        else:
            self._report(path, f"cannot be read ({what}): {unreadable.reason}", unreadable.remedy, value)


def zone_name(cluster: ClusterSettings, host: str) -> str:
    """`myadx.westus.kusto.windows.net` -> `privatelink.westus.kusto.windows.net`; other clouds alike."""
    return cluster.zone or f"privatelink.{host.partition('.')[2]}"


def _link(consumer: str, key: str, zone: str, network: NetworkId, given: LinkSettings) -> LinkNode:
    return LinkNode(
        consumer=consumer,
        key=key,
        # Azure links a network to one zone of a name. So that is what names the link: whatever moves it to another
        # zone, or under another key, deletes the old one first instead of clashing with it.
        logical_name=f"{zone}@{network.name}.{network.resource_group}.{network.subscription}".lower(),
        name=given.name or f"{consumer}-{key}",
        network_id=str(network),
        resolution_policy=given.resolution_policy,
    )


def _service_place(cluster: ClusterSettings, facts: ClusterFacts) -> Place:
    return Place(cluster.id.subscription, cluster.resource_group or cluster.id.resource_group, facts.location)


def _zone_key(consumer: ConsumerSettings, zone: str) -> str:
    """What makes a zone the same zone: its name and where it lies."""
    return f"{zone}@{consumer.dns.resource_group.lower()}.{consumer.zone_subscription}"


def _at_most(length: int, name: str) -> str:
    """Azure takes 64 characters for a deployment's name; what is cut off stays distinguishable."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
