"""The service side of a cluster: its private link services, and who may connect to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..facts.records import (
    ClusterFacts,
    FrontendFacts,
    LoadBalancerFacts,
    ServiceFacts,
    Unreadable,
    described_facts,
    nat_subnet,
)
from ..naming import azure as names
from ..naming import hosts
from ..resource_ids import SubnetId
from ..settings import ClusterSettings, DescribedCluster, ExternalConsumerSettings, HandedRecord, Role, ServiceSettings
from .as_deployed import service_as_deployed
from .existing import check_existing, foreign_connections
from .planning import Offer, Planning
from .records import ApprovalNode, ExternalApprovalNode, Place, ServiceNode

REQUEST_MESSAGE = "Private access to Azure Data Explorer"

_LIST_LIMIT = 100
"""Entries in a visibility or auto-approval list (Azure private link limits)."""
_EVERYONE = ("*",)


@dataclass(frozen=True)
class Published:
    """A cluster that this stack publishes."""

    offer: Offer
    place: Place
    """Where its services lie."""
    services: Mapping[Role, ServiceNode]
    external_approvals: tuple[ExternalApprovalNode, ...]
    warnings: tuple[str, ...]


def cluster_facts(planning: Planning, key: str) -> ClusterFacts | Unreadable:
    """What is known of a cluster: as its settings describe it, or as it was read."""
    return described_facts(planning.settings.clusters[key]) or planning.facts.cluster(key)


def plan_services(planning: Planning, key: str) -> Published | None:
    """Plan a cluster's services; None where something about the whole cluster is wrong."""
    cluster, path = planning.settings.clusters[key], f"clusters.{key}"
    facts = cluster_facts(planning, key)
    if isinstance(facts, Unreadable):
        planning.report_unreadable(f"{path}.id", facts, "the cluster", str(cluster.id))
        return None
    services = _Services(planning, key, cluster, facts)
    if services.has_left and not services.were_deployed:
        planning.report(
            f"{path}.id",
            "is a cluster that is not injected in a virtual network, so it has no load balancers to publish",
            "give it a private endpoint of its own (groupId `cluster`); this version serves injected clusters",
            str(cluster.id),
        )
        return None
    return services.plan()


@dataclass(frozen=True)
class _Position:
    """What a service connects, which Azure never changes: a frontend, and NAT addresses of a subnet."""

    frontend_id: str
    nat_subnet_id: str
    nat_addresses: tuple[str | None, ...]


@dataclass
class _Services:
    """The services of one cluster."""

    planning: Planning
    key: str
    cluster: ClusterSettings
    facts: ClusterFacts

    @property
    def has_left(self) -> bool:
        """
        Whether the cluster is in no virtual network (any more).

        Its load balancers may be gone, so that nothing is derived from them: services that are there are planned from
        themselves, which changes nothing about them, and nothing new is made for the cluster.
        """
        return self.facts.subnet_id is None

    @property
    def were_deployed(self) -> bool:
        """Whether there is, or this stack has made, any service of it."""
        former = {each.cluster for each in self.planning.facts.former.services}
        return bool(self._roles or former & {self.key, self._name})

    def plan(self) -> Published:
        if not self.has_left:
            self._check_nat_subnet()
        visibility, auto_approval = self._lists()
        found = [self._service(role, visibility, auto_approval) for role in self._roles]
        services: dict[Role, ServiceNode] = {each.role: each for each in found if each is not None}
        check_existing(self.planning, self.key, services)
        return Published(
            self._offer(),
            self._place,
            services,
            tuple(
                self._external_approval(consumer, given, role)
                for consumer, given in sorted(self.planning.settings.external_consumers_of(self.key).items())
                for role in self._roles
                if given.roles is None or role in given.roles
            ),
            self._warnings(),
        )

    @property
    def _path(self) -> str:
        return f"clusters.{self.key}"

    @property
    def _name(self) -> str:
        return names.lasting(self.key, self.cluster)

    @property
    def _roles(self) -> tuple[Role, ...]:
        """What it publishes; a service that cannot be read may be there."""
        published = self.cluster.published
        return tuple(each for each in published if self._found(each) is not None) if self.has_left else published

    @property
    def _place(self) -> Place:
        home = self.cluster.home
        return Place(home.subscription, self.cluster.resource_group or home.resource_group, self.facts.location)

    # What it offers

    def _offer(self) -> Offer:
        return Offer(
            key=self.key,
            name=self._name,
            location=self.facts.location,
            zone_name=hosts.zone_name(self.cluster.zone, self.facts.hosts[self.cluster.published[0]]),
            records=self._records,
            aliases=None,
            request_message=REQUEST_MESSAGE,
            takes_new_endpoints=not self.has_left,
        )

    @cached_property
    def _records(self) -> Mapping[Role, tuple[HandedRecord, ...]]:
        return {role: hosts.records(self.cluster, role, self.facts.hosts[role]) for role in self._roles}

    # Services

    def _service(self, role: Role, visibility: tuple[str, ...], auto_approval: tuple[str, ...]) -> ServiceNode | None:
        given = self.cluster.service(role)
        position = self._position_of_itself(role) if self.has_left else self._position(role, given)
        if position is None:
            return None
        id = self.planning.services[self.key, role]
        node = ServiceNode(
            role=role,
            logical_name=f"{self._name}.{role}",
            name=id.name,
            place=self._place,
            frontend_id=position.frontend_id,
            nat_subnet_id=position.nat_subnet_id,
            nat_addresses=position.nat_addresses,
            hosts=tuple(each.host for each in self._records[role]),
            visibility=visibility,
            auto_approval=auto_approval,
            proxy_protocol=given.proxy_protocol,
            lock=self.cluster.lock,
            # `pulumi destroy` runs no program that could say who is connected: Pulumi itself refuses it then, before
            # anything is touched.
            protect=self.cluster.protect or self._is_used_by_others(role),
            tags=self.cluster.tags,
            keep=tuple(given.keep),
        )
        return service_as_deployed(self.planning, self.key, node, id)

    def _position(self, role: Role, given: ServiceSettings) -> _Position | None:
        frontend = self._frontend(role, given)
        if frontend is None:
            return None
        addresses = given.nat_addresses or [None] * self.cluster.nat.addresses
        return _Position(frontend.id, str(self._nat_subnet), tuple(addresses))

    def _position_of_itself(self, role: Role) -> _Position | None:
        found = self._found(role)
        if isinstance(found, Unreadable):
            name = self.planning.services[self.key, role].name
            self.planning.report_unreadable(
                f"{self._path}.services.{role}", found, f"private link service {name}", None
            )
        return (
            _Position(found.frontend_id, found.nat_subnet_id, found.nat_addresses)
            if isinstance(found, ServiceFacts)
            else None
        )

    def _frontend(self, role: Role, given: ServiceSettings) -> FrontendFacts | None:
        path = f"{self._path}.services.{role}"
        if self.cluster.described:
            return _described_frontend(self.cluster.described, role)
        balancer = self.planning.facts.load_balancer(self.key, role)
        if isinstance(balancer, Unreadable):
            what = str(given.load_balancer) if given.load_balancer else None
            self.planning.report_unreadable(
                f"{path}.load_balancer", balancer, f"the load balancer of the {role} service", what
            )
            return None
        if balancer.sku != "Standard":
            self.planning.report(
                f"{path}.load_balancer",
                f"is a load balancer of SKU {balancer.sku}; a private link service needs a Standard one",
                "give the name or id of a Standard load balancer of the cluster",
                balancer.id,
            )
        if balancer.location != self.facts.location:
            self.planning.report(
                f"{path}.load_balancer",
                f"is in {balancer.location}, the cluster in {self.facts.location}; Azure wants both in one region",
                "give the cluster's own load balancer",
                balancer.id,
            )
        found = _matching_frontend(given, balancer, self.facts.public_ip_ids.get(role))
        if found is None:
            listed = ", ".join(each.name for each in balancer.frontends) or "none"
            problem = (
                "is not a frontend of"
                if given.frontend
                else f"cannot be derived: no frontend has the cluster's {role} address on"
            )
            remedy = f"write one of its frontends: {listed}"
            self.planning.report(f"{path}.frontend", f"{problem} {balancer.id}", remedy, given.frontend)
        return found

    # NAT addresses

    @property
    def _nat_subnet(self) -> SubnetId:
        subnet = nat_subnet(self.planning.settings, self.key, self.facts)
        assert subnet is not None
        return SubnetId.parse(subnet)

    def _check_nat_subnet(self) -> None:
        path, subnet, planning = f"{self._path}.nat.subnet_id", self._nat_subnet, self.planning
        if self.cluster.described:
            return  # nothing of it is looked up
        kept = [self.cluster.service(each).keep for each in self.cluster.published]
        if all("nat_addresses" in each for each in kept):
            return  # whatever subnet they have, it is not this one's concern
        facts = planning.subnet(path, subnet)
        location = planning.location_of(subnet)
        if location not in (None, self.facts.location):
            planning.report(
                path,
                f"is in {location}, the cluster in {self.facts.location}; Azure wants both in one region",
                "give a subnet of the cluster's region, or leave it out to take the cluster's own",
                str(subnet),
            )
        if facts is None:
            return
        if facts.service_policies_enabled:
            planning.report(
                path,
                "has private link service network policies enabled; Azure lets no private link service into it",
                "disable them (it concerns the whole subnet): az network vnet subnet update --ids "
                f"{subnet} --disable-private-link-service-network-policies true",
                str(subnet),
            )
        for role, given in self.cluster.services.items():
            for index, address in enumerate(given.nat_addresses or ()):
                planning.check_address(f"{self._path}.services.{role}.nat_addresses.{index}", address, facts, subnet)

    # Who may connect

    def _lists(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Subscriptions that may ask for a connection, and those that get it without asking."""
        settings, cluster = self.planning.settings, self.cluster
        consumers = settings.consumers_of(self.key).values()
        externals = settings.external_consumers_of(self.key).values()
        needed = {each.subnet_id.subscription for each in consumers} | {each.subscription for each in externals}
        trusted = {each.subnet_id.subscription for each in consumers if each.approval == "auto"}
        auto_approval = set(cluster.auto_approval) if cluster.auto_approval is not None else trusted
        self._check_list("auto_approval", auto_approval, trusted, "a consumer with `approval: auto` lies in it")
        if cluster.visible_to_all:
            return _EVERYONE, tuple(sorted(auto_approval))
        visibility = set(cluster.visibility) if cluster.visibility is not None else needed | auto_approval
        self._check_list("visibility", visibility, needed, "a consumer of this cluster lies in it")
        self._check_list("visibility", visibility, auto_approval - needed, "auto_approval names it")
        return tuple(sorted(visibility)), tuple(sorted(auto_approval))

    def _check_list(self, name: str, found: set[str], wanted: set[str], why: str) -> None:
        path = f"{self._path}.{name}"
        for subscription in sorted(wanted - found):
            self.planning.report(path, f"lacks subscription {subscription}; {why}", "add it, or leave the setting out")
        if len(found) > _LIST_LIMIT:
            self.planning.report(path, f"has {len(found)} subscriptions, Azure takes {_LIST_LIMIT}", "name fewer")

    def _is_used_by_others(self, role: Role) -> bool:
        service = self._existing(role)
        return service is not None and bool(foreign_connections(self.planning, service))

    def _existing(self, role: Role) -> ServiceFacts | None:
        found = self._found(role)
        return found if isinstance(found, ServiceFacts) else None

    def _found(self, role: Role) -> ServiceFacts | Unreadable | None:
        return self.planning.facts.services.get(self.planning.services[self.key, role].key)

    def _external_approval(self, consumer: str, given: ExternalConsumerSettings, role: Role) -> ExternalApprovalNode:
        logical_name = f"{self._name}.{names.lasting(consumer, given)}.{role}.approval"
        service = self._existing(role)
        return ExternalApprovalNode(
            consumer,
            given.subscription,
            role,
            ApprovalNode(
                logical_name, names.at_most(64, f"approve-{logical_name}".removesuffix(".approval")), self._place
            ),
            tuple(self._connections(given, service)) if service else (),
        )

    def _connections(self, given: ExternalConsumerSettings, service: ServiceFacts) -> list[str]:
        """The connections of an external consumer that can be approved: none of this stack, and none that is dead."""
        wanted = {each.lower() for each in given.endpoint_names or ()}
        return sorted(
            each.name
            for each in foreign_connections(self.planning, service)
            if not each.is_dead
            and each.endpoint_id.lower().startswith(f"/subscriptions/{given.subscription}/")
            and (given.endpoint_names is None or each.endpoint_id.rsplit("/", 1)[-1].lower() in wanted)
        )

    def _warnings(self) -> tuple[str, ...]:
        visible = (
            f"clusters.{self.key}.visible_to_all: everyone who knows the alias of a service may ask for a connection "
            "to it; name subscriptions (`visibility`) unless that is meant."
        )
        return (*([visible] if self.cluster.visible_to_all else []), *([self._left] if self.has_left else []))

    @property
    def _left(self) -> str:
        """What people should know of a cluster that has left its network."""
        kept = (
            "What exists of its private link services and endpoints stays as it is, and none is added; clients may "
            "not reach the cluster through it. "
        )
        gone = [each for each in self.cluster.published if each not in self._roles]
        return (
            f"clusters.{self.key}: {self.cluster.id} is not injected in a virtual network any more. "
            + "".join(f"Its {each} service does not exist, so this stack has no endpoints for it. " for each in gone)
            + (kept if self._roles else "")
            + "Outside this stack, create a private endpoint of the cluster itself (groupId `cluster`) in each "
            f"network; then remove clusters.{self.key} here and run `pulumi up`."
        )


def _described_frontend(described: DescribedCluster, role: Role) -> FrontendFacts:
    id = described.services[role].frontend_id
    return FrontendFacts(str(id), id.name, None)


def _matching_frontend(
    given: ServiceSettings, balancer: LoadBalancerFacts, public_ip: str | None
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
    return found[0] if found else None
