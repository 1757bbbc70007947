"""The context of one planning: settings, facts, what follows from both, and the problems so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..facts.records import (
    ClusterFacts,
    ConnectionFacts,
    Facts,
    NetworkFacts,
    SubnetFacts,
    TargetFacts,
    Unreadable,
)
from ..facts.targets import find_targets, published_keys
from ..facts.zones import ChosenZone, choose_zone
from ..naming.accesses import Access, TargetId, find_accesses
from ..naming.azure import service_id
from ..naming.logical import ZoneName
from ..problems import Problem
from ..resource_ids import ClusterId, NetworkId, ServiceId, SubnetId
from ..settings import Settings, Target


@dataclass
class Planning:
    """One planning of a topology."""

    settings: Settings
    facts: Facts
    problems: list[Problem] = field(default_factory=list[Problem])
    _zones: dict[tuple[str, str], ChosenZone | None] = field(default_factory=dict[tuple[str, str], "ChosenZone | None"])
    _zone_keys: dict[tuple[str, str], str | None] = field(default_factory=dict[tuple[str, str], "str | None"])

    @cached_property
    def accesses(self) -> Mapping[str, tuple[Access, ...]]:
        """Who connects to what, by cluster key."""
        by_cluster: dict[str, list[Access]] = {}
        for access in find_accesses(self.settings, self.targets):
            by_cluster.setdefault(access.cluster, []).append(access)
        return {key: tuple(accesses) for key, accesses in by_cluster.items()}

    @cached_property
    def targets(self) -> Mapping[str, tuple[Target, ...]]:
        """What private endpoints can connect to, by cluster key."""
        return find_targets(self.settings, self.facts.clusters, self.facts.hand_overs, self.published)

    @cached_property
    def published(self) -> frozenset[str]:
        """The keys of the clusters that have services of this stack."""
        return published_keys(self.settings, self.facts.services, self.facts.former)

    @cached_property
    def services(self) -> Mapping[tuple[str, Target], ServiceId]:
        """The ids of the private link services that the settings ask for, by cluster key and target."""
        return {
            (key, role): service_id(self.settings, key, role)
            for key, cluster in self.settings.clusters.items()
            if self.targets[key] != ("cluster",)
            for role in cluster.published
        }

    def zone(self, consumer: str, name: str) -> ChosenZone | None:
        """Return the zone of a name that holds a consumer's records; None where the consumer has no such zone."""
        # Cached, because every host of every endpoint needs it.
        if (consumer, name) not in self._zones:
            settings = self.settings.consumers[consumer]
            self._zones[consumer, name] = choose_zone(settings, name, self.facts.lost_zones, self.facts.deployed)
        return self._zones[consumer, name]

    def zone_key(self, consumer: str, name: str) -> str | None:
        """Return the key of that zone in the topology."""
        if (consumer, name) not in self._zone_keys:
            zone = self.zone(consumer, name)
            self._zone_keys[consumer, name] = str(ZoneName.of(zone.id)) if zone else None
        return self._zone_keys[consumer, name]

    def target_facts(self, id: TargetId | None) -> TargetFacts | None:
        """Return the facts of a target that lists its connections, where it exists and can be read."""
        if isinstance(id, ClusterId):
            return self._native_clusters.get(id.key)
        return self.facts.service(id)

    @cached_property
    def _native_clusters(self) -> Mapping[str, ClusterFacts]:
        """The clusters that are looked up, by id in lower case."""
        return {
            cluster.id.key: facts
            for key, cluster in self.settings.clusters.items()
            if cluster.id and isinstance(facts := self.facts.cluster(key), ClusterFacts)
        }

    def is_own(self, connection: ConnectionFacts, target: TargetId) -> bool:
        """
        Return whether a connection of a target is one of this stack's.

        Its endpoint is one that the last update left, or is planned to connect to this very target: one that was
        created by hand may have the name of an endpoint that is planned for another.
        """
        if connection.endpoint_id is None:
            return False
        endpoint = connection.endpoint_id.key
        return endpoint in self._left_endpoints or (target.key, endpoint) in self._planned_connections

    @cached_property
    def _left_endpoints(self) -> frozenset[str]:
        return frozenset(endpoint.id.key for endpoint in self.facts.former.endpoints)

    @cached_property
    def own_zone_groups(self) -> frozenset[str]:
        """The ids (lower case) of the endpoints whose zone group the last complete update left."""
        return frozenset(endpoint.id.key for endpoint in self.facts.former.endpoints if endpoint.zone_group)

    @cached_property
    def _planned_connections(self) -> frozenset[tuple[str, str]]:
        """The ids (lower case) of targets, each with that of an endpoint."""
        planned = (access for accesses in self.accesses.values() for access in accesses)
        return frozenset((access.target_id.key, access.endpoint.key) for access in planned if access.target_id)

    @cached_property
    def service_keys(self) -> frozenset[str]:
        """The ids (lower case) of the private link services that the settings ask for."""
        return frozenset(id.key for id in self.services.values())

    @cached_property
    def former_services(self) -> Mapping[tuple[str, str], str]:
        """The ids (lower case) of the services that the last update left, by cluster key and target."""
        return {(service.cluster, service.target): service.id.key for service in self.facts.former.services}

    @cached_property
    def former_endpoints(self) -> Mapping[tuple[str, str, str], str]:
        """The ids (lower case) of the endpoints that the last update left, by cluster key, consumer key and target."""
        return {
            (endpoint.cluster, endpoint.consumer, endpoint.target): endpoint.id.key
            for endpoint in self.facts.former.endpoints
        }

    def report(self, path: str, message: str, remedy: str, value: object = None) -> None:
        """Report a problem."""
        self.problems.append(Problem(path, message, remedy, value))

    def report_unreadable(self, path: str, unreadable: Unreadable, what: str, value: str | None) -> None:
        """Report a fact that the planning needs and that is not known."""
        if unreadable.not_found:
            self.report(
                path,
                f"does not exist in Azure ({what})",
                "correct it: the object must exist before the update",
                value,
            )
        else:
            self.report(path, f"cannot be read ({what}): {unreadable.reason}", unreadable.remedy, value)

    def subnet(self, path: str, id: SubnetId) -> SubnetFacts | None:
        """Return a subnet's facts; without them the reason is reported."""
        network = self.facts.network(id.network)
        if isinstance(network, Unreadable):
            self.report_unreadable(path, network, "its virtual network", str(id))
            return None
        subnet = network.subnets.get(id.name.lower())
        if subnet is None:
            names = ", ".join(sorted(network.subnets)) or "none"
            self.report(
                path, f"is not in its network; the subnets there: {names}", "correct the subnet's name", str(id)
            )
        return subnet

    def location_of(self, network: NetworkId) -> str | None:
        """Return the region of a network; None where it is not known."""
        facts = self.facts.network(network)
        return facts.location if isinstance(facts, NetworkFacts) else None
