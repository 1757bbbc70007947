"""The consumer side of a cluster: private endpoints, their approvals, and what they publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .. import names
from ..facts import DEAD, NetworkFacts, ServiceFacts, Unreadable
from ..nodes import (
    ApprovalNode,
    EndpointNode,
    HandedAlias,
    Place,
    RecordNode,
    ServiceAlias,
    ServiceById,
    Target,
)
from ..resource_ids import EndpointId
from ..settings import ROLES, ConsumerSettings, Role
from .planning import Offer, Planning, at_most
from .zones import zone_key


def check_consumer(planning: Planning, key: str) -> None:
    """What is wrong with a consumer, whatever cluster it connects to."""
    consumer, path = planning.settings.consumers[key], f"consumers.{key}"
    _check_clusters(planning, f"{path}.clusters", consumer.clusters)
    _check_overrides(planning, path, consumer)
    subnet = planning.subnet(f"{path}.subnet_id", consumer.subnet_id)
    if subnet is None:
        return
    if subnet.delegated_to:
        planning.report(
            f"{path}.subnet_id",
            f"is delegated to {subnet.delegated_to}; Azure lets no private endpoint into a delegated subnet",
            "give another subnet of the network",
            str(consumer.subnet_id),
        )
    for cluster, roles in consumer.endpoints.items():
        for role, given in roles.items():
            if given.address:
                where = f"{path}.endpoints.{cluster}.{role}.address"
                planning.check_address(where, given.address, subnet, consumer.subnet_id)


def _check_overrides(planning: Planning, path: str, consumer: ConsumerSettings) -> None:
    """What is said of an endpoint that is never made would be lost in silence."""
    known = planning.settings.cluster_keys
    for cluster, roles in consumer.endpoints.items():
        where = f"{path}.endpoints.{cluster}"
        if cluster not in known:
            planning.report(where, "is not the key of a cluster", f"write one of: {', '.join(known)}")
            continue
        if not consumer.connects_to(cluster):
            planning.report(where, "is not among its `clusters`", "add it to them, or remove it here")
        for role in roles:
            if consumer.roles is not None and role not in consumer.roles:
                planning.report(f"{where}.{role}", "is not among its `roles`", "add it to them, or remove it here")


def check_external_consumer(planning: Planning, key: str) -> None:
    """What is wrong with an external consumer."""
    settings, path = planning.settings, f"external_consumers.{key}"
    given = settings.external_consumers[key]
    _check_clusters(planning, f"{path}.clusters", given.clusters)
    for index, cluster in enumerate(given.clusters or ()):
        if cluster in settings.hand_overs:
            planning.report(
                f"{path}.clusters.{index}",
                "is a cluster that somebody else publishes, and approves connections to",
                "remove it here, and let its owner declare them in `external_consumers`",
                cluster,
            )
    for cluster, published in settings.clusters.items():
        if not given.connects_to(cluster):
            continue
        for role in given.roles or ():
            if role not in published.published:
                _report_role(planning, f"{path}.roles", role, cluster, published.published)


def _check_clusters(planning: Planning, path: str, given: list[str] | None) -> None:
    known = ", ".join(planning.settings.cluster_keys)
    for index, cluster in enumerate(given or ()):
        if cluster not in planning.settings.cluster_keys:
            planning.report(f"{path}.{index}", "is not the key of a cluster", f"write one of: {known}", cluster)


def plan_endpoints(planning: Planning, offer: Offer, service_place: Place | None) -> list[EndpointNode]:
    """The endpoints of all consumers of a cluster; `service_place` is where this stack's services lie."""
    wanted = [
        _Endpoint(planning, offer, service_place, consumer, given, role)
        for consumer, given in sorted(planning.settings.consumers_of(offer.key).items())
        for role in _roles(planning, offer, consumer, given)
    ]
    planned = [each.plan() for each in wanted if offer.takes_new_endpoints or each.is_there]
    return [each for each in planned if each is not None]


def _roles(planning: Planning, offer: Offer, consumer: str, given: ConsumerSettings) -> list[Role]:
    overridden = given.endpoints.get(offer.key, {})
    asked: list[Role] = [*(given.roles or ()), *overridden]
    for role in dict.fromkeys(asked):
        if role not in offer.records and offer.takes_new_endpoints:
            path = f"endpoints.{offer.key}.{role}" if role in overridden else "roles"
            _report_role(planning, f"consumers.{consumer}.{path}", role, offer.key, offer.records)
    return [each for each in ROLES if each in offer.records and (given.roles is None or each in given.roles)]


def _report_role(planning: Planning, path: str, role: Role, cluster: str, published: Iterable[Role]) -> None:
    planning.report(
        path,
        f"asks for {role}, which cluster {cluster} does not publish",
        f"ask for what it publishes ({', '.join(published)}), or leave the setting out for all that there is",
    )


@dataclass
class _Endpoint:
    """One endpoint."""

    planning: Planning
    offer: Offer
    service_place: Place | None
    consumer: str
    given: ConsumerSettings
    role: Role

    def plan(self) -> EndpointNode | None:
        network = self.planning.facts.network(self.given.subnet_id.network)
        if not isinstance(network, NetworkFacts):
            return None
        special, withheld = self.given.endpoint(self.offer.key, self.role), self._withheld()
        records = self.offer.records[self.role]
        return EndpointNode(
            consumer=self.consumer,
            target_name=self.role,
            logical_name=self._logical_name,
            name=self._id.name,
            place=Place(self._id.subscription, self._id.resource_group, network.location),
            subnet_id=str(self.given.subnet_id),
            target=self._target(),
            connection_name=names.connection_name(self.offer.name, self.role),
            request_message=None
            if self.given.approval == "resource_id"
            else self.given.request_message or self.offer.request_message,
            approval=self._approval(),
            withheld=withheld,
            hosts=() if withheld else tuple(each.host for each in records),
            records=() if withheld else self._records(),
            address=special.address,
            interface_name=special.interface_name,
            application_security_groups=tuple(map(str, self.given.application_security_groups)),
            tags=self.given.tags,
            keep=tuple(special.keep),
        )

    @property
    def is_there(self) -> bool:
        """Whether Azure has it: a service lists its connection, or it has been looked up itself."""
        return self._listed_state() is not None or self._id.key in self.planning.facts.endpoint_states

    @property
    def _logical_name(self) -> str:
        return f"{self.offer.name}.{names.lasting(self.consumer, self.given)}.{self.role}"

    @cached_property
    def _id(self) -> EndpointId:
        return names.endpoint(self.planning.settings, self.offer.key, self.consumer, self.role)

    def _target(self) -> Target:
        special = self.given.endpoint(self.offer.key, self.role)
        by_id = self.given.approval == "resource_id" or special.by_id
        if self.offer.aliases is None:
            return ServiceById(self.role) if by_id else ServiceAlias(self.role)
        if special.by_id:
            self.planning.report(
                f"consumers.{self.consumer}.endpoints.{self.offer.key}.{self.role}.by_id",
                f"connects by id, but cluster {self.offer.key} is handed over by its alias",
                "leave it out",
                special.by_id,
            )
        elif by_id:
            self.planning.report(
                f"consumers.{self.consumer}.approval",
                f"connects by id, but cluster {self.offer.key} is handed over by its alias",
                "write `approve`, and its owner approves; or `auto`, where its owner trusts your subscription",
                self.given.approval,
            )
        return HandedAlias(self.offer.aliases[self.role])

    def _approval(self) -> ApprovalNode | None:
        if self.service_place is None or self.given.approval != "approve":
            return None
        name = at_most(64, f"approve-{self._logical_name}")
        return ApprovalNode(f"{self._logical_name}.approval", name, self.service_place)

    # What is published

    def _withheld(self) -> str | None:
        """The connection's state, where nothing may be published: a record never leads to a dead endpoint."""
        state = self._listed_state() or self.planning.facts.endpoint_states.get(self._id.key, "Pending")
        if isinstance(state, Unreadable):
            # Not to be read is not "not approved": withdrawing records for it would be an outage.
            self.planning.report_unreadable(
                f"consumers.{self.consumer}", state, f"private endpoint {self._id.name}", str(self._id)
            )
            return None
        # Whoever counts on an approval that needs nobody is checked for it during the update.
        handed = self.offer.aliases is not None and self.given.approval == "approve"
        somebody = handed or self.given.approval == "elsewhere"
        return state if state in DEAD or (somebody and state != "Approved") else None

    def _listed_state(self) -> str | None:
        """What a service of this stack says; it lists no connection that its owner has removed."""
        if self.offer.aliases is not None:
            return None
        id = names.service(self.planning.settings, self.offer.key, self.role)
        service = self.planning.facts.services.get(id.key)
        connection = service.connection_of(self._id) if isinstance(service, ServiceFacts) else None
        return connection.state if connection else None

    def _records(self) -> tuple[RecordNode, ...]:
        dns = self.given.dns
        if isinstance(dns, str):
            return ()
        zone = zone_key(self.given, self.offer.zone_name)
        if zone is None:
            return ()
        return tuple(
            # Azure has one record of a name in a zone. So that is what names it: whatever writes it from now on, and
            # wherever the zone moves, the old one is deleted and not mistaken for the new one.
            RecordNode(f"{each.name}@{zone}", each.host, each.name, zone, dns.ttl, tuple(dns.keep))
            for each in self.offer.records[self.role]
        )


def withheld_warning(node: EndpointNode, cluster: str) -> str | None:
    """What people should know of an endpoint that publishes nothing."""
    what = f"consumers.{node.consumer}: private endpoint {node.name} ({cluster}, {node.target_name})"
    if node.withheld in DEAD:
        return (
            f"{what} is {node.withheld}, and Azure cannot bring it back: it has no records, and clients get the "
            f"public address. Replace it, after the service's owner agrees: `pulumi up --replace "
            f"'**PrivateEndpoint::{node.logical_name}'`, then `pulumi up` publishes it."
        )
    if node.withheld:
        return (
            f"{what} waits for the approval of the service's owner; it has no records until then. After the approval "
            "`pulumi up` publishes it."
        )
    return None
