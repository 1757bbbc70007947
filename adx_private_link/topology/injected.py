"""The publisher of injected clusters: a private link service of this stack for each target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..facts.described import nat_subnet
from ..facts.records import ClusterFacts, ServiceFacts, Unreadable
from ..naming.accesses import TargetId
from ..naming.azure import naming_key
from ..naming.hosts import default_zone, records_of
from ..naming.logical import ServiceName
from ..resource_ids import FrontendId, SubnetId
from ..settings import ClusterSettings, Role, Target
from .addresses import check_address
from .approvals import plan_external_approvals, subscription_lists
from .as_deployed import service_as_deployed
from .existing_services import check_existing
from .foreign_connections import needs_protection
from .frontends import find_frontend
from .offers import REQUEST_MESSAGE, Offer, OfferedTarget
from .planning import Planning
from .records import Host, Place, ServiceAlias, ServiceById, ServiceNode


def offer_injected(planning: Planning, key: str, facts: ClusterFacts) -> Offer | None:
    """Plan the services of a cluster, and make its offer; None where the whole cluster cannot be published."""
    return _Publisher(planning, key, planning.settings.clusters[key], facts).offer()


@dataclass(frozen=True)
class _Position:
    """The frontend and the NAT addresses of a service, which Azure never changes."""

    frontend_id: FrontendId | None
    nat_subnet_id: SubnetId
    nat_addresses: tuple[str | None, ...]


@dataclass
class _Publisher:
    """One cluster that this stack publishes."""

    planning: Planning
    key: str
    cluster: ClusterSettings
    facts: ClusterFacts

    @property
    def has_left(self) -> bool:
        """
        Whether the cluster has left its virtual network.

        Its load balancers may be gone, so nothing is derived from them: services that exist are planned from
        themselves, which changes nothing about them, and no new one is planned.
        """
        return self.facts.subnet_id is None

    def offer(self) -> Offer:
        """Plan the services, and offer them."""
        self._check_targets()
        if not self.has_left:
            self._check_nat_subnet()
        visibility, auto_approval = subscription_lists(self.planning, self.key)
        nodes = [self._service(target, visibility, auto_approval) for target in self._targets]
        services: dict[Target, ServiceNode] = {node.target: node for node in nodes if node is not None}
        ids: dict[Target, TargetId] = {target: self.planning.services[self.key, target] for target in self._targets}
        check_existing(self.planning, self.key, services)
        return Offer(
            cluster=self.key,
            name=self._name,
            id=self.cluster.id,
            location=self.facts.location,
            zone=self._zone,
            request_message=REQUEST_MESSAGE,
            targets={target: self._offered(target) for target in self._targets},
            has_left=self.has_left,
            was_injected=True,
            services=services,
            external_approvals=plan_external_approvals(self.planning, self.key, self._name, ids, self._place),
            external_consumers=tuple(sorted(self.planning.settings.external_consumers_of(self.key))),
            warnings=self._warnings(),
        )

    def _offered(self, target: Role) -> OfferedTarget:
        return OfferedTarget(
            target=target,
            hosts=self._hosts[target],
            default=ServiceAlias(target),
            by_id=ServiceById(target),
            approvals=self._place,
            idle="left" if self.has_left else "public" if self.cluster.names == "public" else None,
        )

    @property
    def _name(self) -> str:
        return naming_key(self.key, self.cluster)

    @cached_property
    def _targets(self) -> tuple[Role, ...]:
        """The targets that are published. A service that cannot be read may exist."""
        if not self.has_left:
            return self.cluster.published
        return tuple(target for target in self.cluster.published if self._existing(target) is not None)

    @cached_property
    def _place(self) -> Place:
        home = self.cluster.home
        return Place(home.subscription, self.cluster.resource_group or home.resource_group, self.facts.location)

    @cached_property
    def _zone(self) -> str:
        return self.cluster.zone or default_zone(self.facts.hosts[self.cluster.published[0]])

    @cached_property
    def _hosts(self) -> Mapping[Target, tuple[Host, ...]]:
        return {
            target: tuple(
                Host(record.host, target, self._zone, record.name)
                for record in records_of(target, self.facts.hosts[target], legacy_names=self.cluster.legacy_names)
            )
            for target in self._targets
        }

    # Services

    def _service(self, target: Role, visibility: tuple[str, ...], auto_approval: tuple[str, ...]) -> ServiceNode | None:
        position = self._position_of_itself(target) if self.has_left else self._position(target)
        if position is None:
            return None
        settings = self.cluster.service(target)
        node = ServiceNode(
            target=target,
            logical_name=str(ServiceName(self._name, target)),
            name=self.planning.services[self.key, target].name,
            place=self._place,
            frontend_id=position.frontend_id,
            nat_subnet_id=position.nat_subnet_id,
            nat_addresses=position.nat_addresses,
            hosts=tuple(host.name for host in self._hosts[target]),
            visibility=visibility,
            auto_approval=auto_approval,
            proxy_protocol=settings.proxy_protocol,
            lock=self.cluster.lock,
            protect=self.cluster.protect or needs_protection(self.planning, self._existing(target)),
            tags=self.cluster.tags,
            keep=tuple(settings.keep),
            is_left=self.has_left,
        )
        return node if node.is_left else service_as_deployed(self.planning, self.key, node)

    def _position(self, target: Role) -> _Position | None:
        frontend = find_frontend(self.planning, self.key, target, self.facts)
        if frontend is None:
            return None
        addresses = self.cluster.service(target).nat_addresses or [None] * self.cluster.nat.addresses
        return _Position(frontend, self._nat_subnet, tuple(addresses))

    def _position_of_itself(self, target: Role) -> _Position | None:
        """The position of a service that exists, from its own facts."""
        service = self._existing(target)
        if isinstance(service, ServiceFacts):
            if service.nat_subnet_id:
                return _Position(service.frontend_id, service.nat_subnet_id, service.nat_addresses)
            service = Unreadable("it has no NAT subnet", "look at it in Azure")
        if isinstance(service, Unreadable):
            name = self.planning.services[self.key, target].name
            self.planning.report_unreadable(
                f"clusters.{self.key}.services.{target}", service, f"private link service {name}", None
            )
        return None

    def _existing(self, target: Role) -> ServiceFacts | Unreadable | None:
        return self.planning.facts.services.get(self.planning.services[self.key, target].key)

    def _check_targets(self) -> None:
        """The settings cannot ask for what the cluster is not: private access would end."""
        path, targets = f"clusters.{self.key}.targets", self.cluster.targets
        if self.has_left and targets == "services":
            self.planning.report(
                path,
                "is `services`, and the cluster has left its virtual network: nothing reaches it through private link "
                "services",
                f"write `both`; to return to the network, run `adx-private-link roll-back {self.key}` after that",
                targets,
            )
        elif not self.has_left and targets == "cluster":
            self.planning.report(
                path,
                "is `cluster`, and the cluster is in a virtual network: private endpoints of the cluster itself have "
                "no effect before it has left the network, so private access would end",
                f"write `both`, then run `adx-private-link migrate {self.key}`; or, for clients that may use the "
                "public endpoint meanwhile, write `names: public` beside it",
                targets,
            )
            for name in self.cluster.of_services:
                if name != "legacy_names":  # which holds for the names of the cluster itself, too
                    self.planning.report(
                        f"clusters.{self.key}.{name}",
                        "concerns private link services, which a cluster with `targets: cluster` does not have",
                        "remove it, or write `targets: both`",
                    )

    # NAT addresses

    @cached_property
    def _nat_subnet(self) -> SubnetId:
        subnet = nat_subnet(self.cluster, self.facts)
        assert subnet is not None
        return subnet

    def _check_nat_subnet(self) -> None:
        path, subnet, planning = f"clusters.{self.key}.nat.subnet_id", self._nat_subnet, self.planning
        if self.cluster.described:
            return  # nothing of it is looked up
        if all("nat_addresses" in self.cluster.service(target).keep for target in self.cluster.published):
            return  # all services keep theirs
        facts = planning.subnet(path, subnet)
        location = planning.location_of(subnet.network)
        if location not in (None, self.facts.location):
            planning.report(
                path,
                f"is in {location}, the cluster in {self.facts.location}; Azure requires both in one region",
                "use a subnet of the cluster's region, or remove the setting to use the cluster's own",
                str(subnet),
            )
        if facts is None:
            return
        if facts.service_policies_enabled:
            planning.report(
                path,
                "has private link service network policies enabled; Azure rejects private link services in it",
                "disable them (this applies to the whole subnet): az network vnet subnet update --ids "
                f"{subnet} --disable-private-link-service-network-policies true",
                str(subnet),
            )
        for target, service in self.cluster.services.items():
            for index, address in enumerate(service.nat_addresses or ()):
                where = f"clusters.{self.key}.services.{target}.nat_addresses.{index}"
                check_address(planning, where, address, facts, subnet)

    # Warnings

    def _warnings(self) -> tuple[str, ...]:
        visible = (
            f"clusters.{self.key}.visible_to_all: everyone who knows the alias of a service may ask for a connection "
            "to it. Name subscriptions (`visibility`) unless you intend this."
        )
        return (
            *([visible] if self.cluster.visible_to_all else []),
            *([self._left_warning] if self.has_left and not self.cluster.targets else []),
        )

    @property
    def _left_warning(self) -> str:
        gone = [target for target in self.cluster.published if target not in self._targets]
        return (
            f"clusters.{self.key}: {self.cluster.id} is no longer injected in a virtual network, and no setting says "
            "so. Its names lead to endpoints of the cluster itself now. "
            + "".join(f"Its {target} service does not exist any more. " for target in gone)
            + (
                "Its private link services and their endpoints stay as they are: clients cannot reach the cluster "
                "through them. "
                if self._targets
                else ""
            )
            + f"To delete them, write `targets: cluster` in clusters.{self.key}; to return to them, write `targets: "
            f"both`, then run `adx-private-link roll-back {self.key}`."
        )
