"""The consumer side of a cluster: private endpoints, their approvals, and what they publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..facts.records import DEAD, EndpointFacts, NetworkFacts, ServiceFacts, Unreadable
from ..naming import azure as names
from ..naming.accesses import Access
from ..resource_ids import EndpointId
from ..settings import ROLES, ConsumerSettings, Role
from .as_deployed import endpoint_as_deployed
from .planning import Offer, Planning
from .records import ApprovalNode, EndpointNode, HandedAlias, Place, RecordNode, ServiceAlias, ServiceById, Target
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
    connected = None if consumer.clusters is None else set(consumer.clusters)
    for cluster, roles in consumer.endpoints.items():
        where = f"{path}.endpoints.{cluster}"
        if not planning.settings.has_cluster(cluster):
            planning.report(where, "is not the key of a cluster", _known_clusters(planning))
            continue
        if connected is not None and cluster not in connected:
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
    for role in given.roles or ():
        for cluster in settings.clusters if given.clusters is None else given.clusters:
            published = settings.clusters[cluster].published if cluster in settings.clusters else ROLES
            if role not in published:
                _report_role(planning, f"{path}.roles", role, cluster, published)


def _check_clusters(planning: Planning, path: str, given: list[str] | None) -> None:
    for index, cluster in enumerate(given or ()):
        if not planning.settings.has_cluster(cluster):
            planning.report(f"{path}.{index}", "is not the key of a cluster", _known_clusters(planning), cluster)


def _known_clusters(planning: Planning) -> str:
    first = ", ".join(planning.settings.cluster_keys[:20])
    more = len(planning.settings.cluster_keys) - 20
    return f"write one of: {first}{f' and {more} more' if more > 0 else ''}"


def plan_endpoints(planning: Planning, offer: Offer, service_place: Place | None) -> list[EndpointNode]:
    """The endpoints of all consumers of a cluster; `service_place` is where this stack's services lie."""
    for consumer, given in sorted(planning.settings.consumers_of(offer.key).items()):
        _check_roles(planning, offer, consumer, given)
    wanted = [
        _Endpoint(planning, offer, service_place, access, planning.settings.consumers[access.consumer])
        for access in planning.accesses.get(offer.key, ())
        if access.role in offer.records and _is_allowed(planning, offer, access)
    ]
    planned = [each.plan() for each in wanted if offer.takes_new_endpoints or each.is_there]
    return [each for each in planned if each is not None]


def _check_roles(planning: Planning, offer: Offer, consumer: str, given: ConsumerSettings) -> None:
    """A consumer asks for roles that the cluster has."""
    overridden = given.endpoints.get(offer.key, {})
    asked: list[Role] = [*(given.roles or ()), *overridden]
    allowed = offer.allowed_roles.get(given.subnet_id.subscription, ROLES)
    for role in dict.fromkeys(asked):
        path = f"consumers.{consumer}.{f'endpoints.{offer.key}.{role}' if role in overridden else 'roles'}"
        if role not in offer.records:
            if offer.takes_new_endpoints:
                _report_role(planning, path, role, offer.key, offer.records)
        elif role not in allowed:
            planning.report(
                path,
                f"asks for {role}; the owner of cluster {offer.key} lets subscription {given.subnet_id.subscription} "
                f"connect to {_listed(allowed)} only",
                f"ask for {_listed(allowed)}, or leave the setting out for all that is allowed; or ask the owner to "
                "extend `external_consumers.*.roles`",
            )


def _is_allowed(planning: Planning, offer: Offer, access: Access) -> bool:
    """Whether the owner lets a consumer connect; a hand-over that allows less removes nothing that is connected."""
    subscription = planning.settings.consumers[access.consumer].subnet_id.subscription
    endpoint = planning.facts.endpoints.get(access.endpoint.key)
    is_connected = isinstance(endpoint, EndpointFacts) and endpoint.state == "Approved"
    return is_connected or access.role in offer.allowed_roles.get(subscription, ROLES)


def _listed(roles: Iterable[Role]) -> str:
    return " and ".join(each for each in ROLES if each in roles)


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
    access: Access
    given: ConsumerSettings

    @property
    def consumer(self) -> str:
        return self.access.consumer

    @property
    def role(self) -> Role:
        return self.access.role

    def plan(self) -> EndpointNode | None:
        network = self.planning.facts.network(self.given.subnet_id.network)
        if not isinstance(network, NetworkFacts):
            return None
        special, withheld = self.given.endpoint(self.offer.key, self.role), self._withheld()
        records = self.offer.records[self.role]
        node = EndpointNode(
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
        return endpoint_as_deployed(self.planning, node, self.access)

    @property
    def is_there(self) -> bool:
        """Whether Azure has it: a service lists its connection, or it has been looked up itself."""
        return self._listed_state() is not None or self._id.key in self.planning.facts.endpoints

    @property
    def _logical_name(self) -> str:
        return f"{self.offer.name}.{names.lasting(self.consumer, self.given)}.{self.role}"

    @property
    def _id(self) -> EndpointId:
        return self.access.endpoint

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
        name = names.at_most(64, f"approve-{self._logical_name}")
        return ApprovalNode(f"{self._logical_name}.approval", name, self.service_place)

    # What is published

    def _withheld(self) -> str | None:
        """The connection's state, where nothing may be published: a record never leads to a dead endpoint."""
        state = self._listed_state() or self._shown_state()
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
        service = self.planning.facts.services.get(self.access.service.key) if self.access.service else None
        connection = service.connection_of(self._id) if isinstance(service, ServiceFacts) else None
        return connection.state if connection else None

    def _shown_state(self) -> str | Unreadable:
        """What the endpoint itself says; one that does not exist yet waits."""
        found = self.planning.facts.endpoints.get(self._id.key)
        return found.state if isinstance(found, EndpointFacts) else found or "Pending"

    def _records(self) -> tuple[RecordNode, ...]:
        dns, id = self.given.dns, self.planning.zone(self.consumer, self.offer.zone_name)
        if isinstance(dns, str) or id is None:
            return ()
        zone = zone_key(id)
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
