"""Settings that describe the private endpoints of a consumer as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...naming.azure import cluster_naming_key, connection_name, endpoint_name
from ...naming.logical import EndpointName
from ...settings import ROLES, Role, Settings, Target
from ...topology.offers import REQUEST_MESSAGE
from .adoptable_endpoints import AdoptableEndpoint
from .consumers import AdoptedConsumer
from .found_objects import FoundEndpoint
from .services import ClusterServices
from .suggestions import DeadEndpoint, Path, Suggestions, is_same_value


def suggest_consumer(
    consumer: AdoptedConsumer, services: Sequence[ClusterServices], settings: Settings, suggestions: Suggestions
) -> str:
    """Suggest all settings of a consumer except DNS, and return how its connections are approved."""
    return _ConsumerSuggester(consumer, settings, suggestions).suggest(services)


@dataclass(frozen=True)
class _ConsumerSuggester:
    consumer: AdoptedConsumer
    settings: Settings
    suggestions: Suggestions

    def suggest(self, services: Sequence[ClusterServices]) -> str:
        path, first = self.consumer.path, self.consumer.endpoints[0]
        group, default_group = first.in_azure.resource_id.resource_group, first.in_azure.subnet_id.resource_group
        approval = self._approval(services)
        self.suggestions.suggest((*path, "subnet_id"), first.in_azure.subnet, None)
        self.suggestions.suggest((*path, "resource_group"), group, default_group)
        if not self.consumer.is_deployed:
            self.suggestions.suggest((*path, "approval"), approval, None)
        if self.consumer.settings is None:
            self._suggest_targets(services)
        if not first.connects_by_right:
            self._suggest_common(
                "request_message", lambda endpoint: endpoint.connection.request_message, REQUEST_MESSAGE
            )
        self._suggest_common("tags", lambda endpoint: endpoint.tags, {})
        self._suggest_common("application_security_groups", lambda endpoint: sorted(endpoint.security_group_ids), [])
        for endpoint in self.consumer.endpoints:
            self._suggest_endpoint(endpoint)
        return approval

    def _approval(self, services: Sequence[ClusterServices]) -> str:
        """Return how the connections are approved; the stack does not approve them again."""
        consumer = self.consumer
        if consumer.is_deployed and consumer.settings:
            return consumer.settings.approval
        if consumer.endpoints[0].connects_by_right:
            return "resource_id"
        by_cluster = {cluster_services.cluster.key: cluster_services.by_role for cluster_services in services}
        # A native cluster has no list of trusted subscriptions: with `auto`, the stack would approve again.
        is_trusted = all(
            endpoint.target != "cluster"
            and consumer.subscription in map(str.lower, by_cluster[endpoint.cluster][endpoint.target].auto_approval)
            for endpoint in consumer.endpoints
        )
        is_pending = any(endpoint.in_azure.connection.state == "Pending" for endpoint in consumer.endpoints)
        return "auto" if is_trusted and not is_pending else "elsewhere"

    def _suggest_targets(self, services: Sequence[ClusterServices]) -> None:
        """Suggest the clusters and roles of a new consumer that does not connect to all of them."""
        path = self.consumer.path
        connected: dict[str, list[Target]] = {}
        for endpoint in self.consumer.endpoints:
            connected.setdefault(endpoint.cluster, []).append(endpoint.target)
        offered = {cluster_services.cluster.key: cluster_services.targets for cluster_services in services}
        clusters = {cluster for cluster, targets in offered.items() if targets} | {*self.settings.hand_overs}
        self.suggestions.suggest((*path, "clusters"), sorted(connected), sorted(clusters))
        if any(offered[cluster] != targets for cluster, targets in connected.items()):
            roles: list[Role] = [role for role in ROLES if any(role in targets for targets in connected.values())]
            self.suggestions.suggest((*path, "roles"), roles, None)

    def _suggest_common(self, name: str, value_of: Callable[[FoundEndpoint], object], default: object) -> None:
        """Suggest the common value of all endpoints; if there is none, each deviating endpoint keeps its value."""
        path = (*self.consumer.path, name)
        values = [value_of(endpoint.in_azure) for endpoint in self.consumer.endpoints]
        common = values[0] if all(value == values[0] for value in values) else None
        # An empty message cannot be suggested: the default would take its place.
        if common is not None and (common or not default):
            self.suggestions.suggest(path, common, default)
            return
        current = self.suggestions.current_value(path)
        for endpoint, value in zip(self.consumer.endpoints, values, strict=True):
            if not is_same_value(value, default if current is None else current):
                self.suggestions.keep(self._path(endpoint), name, {path: value})

    def _suggest_endpoint(self, endpoint: AdoptableEndpoint) -> None:
        in_azure, path = endpoint.in_azure, self._path(endpoint)
        cluster = cluster_naming_key(self.settings, endpoint.cluster)
        default_name = endpoint_name(cluster, endpoint.target, self.consumer.name)
        if in_azure.is_dead:
            logical_name = EndpointName(cluster, self.consumer.name, endpoint.target)
            command = f"pulumi up --replace '**PrivateEndpoint::{logical_name}'"
            self.suggestions.dead_endpoints.append(DeadEndpoint(in_azure.id, in_azure.connection.state, command))
        self.suggestions.suggest((*path, "name"), in_azure.resource_id.name, default_name)
        self.suggestions.suggest((*path, "interface_name"), in_azure.interface_name or None, None)
        if endpoint.is_of_native_cluster:
            self._suggest_zone_group(endpoint, path)
        else:
            self._suggest_way(in_azure, path)
        if in_azure.connection.name != connection_name(cluster, endpoint.target):
            self.suggestions.keep(path, "connection_name", {})

    def _suggest_zone_group(self, endpoint: AdoptableEndpoint, path: Path) -> None:
        """Suggest the name of a zone group that is imported, even the default one: without it, it is someone else's."""
        is_kept = self.consumer.settings is None or self.consumer.settings.zones is not None
        if endpoint.imported_group and is_kept:
            self.suggestions.suggest((*path, "zone_group"), endpoint.imported_group.name, None)

    def _suggest_way(self, in_azure: FoundEndpoint, path: Path) -> None:
        """Suggest how an endpoint connects to a private link service, and its address."""
        by_id = bool(in_azure.manual_connections) and in_azure.connection.target.startswith("/")
        self.suggestions.suggest((*path, "by_id"), by_id, default=False)
        match in_azure.ip_configurations:
            case ():
                self.suggestions.suggest((*path, "address"), None, None)
            case (configuration,) if configuration.name == "static":
                self.suggestions.suggest((*path, "address"), configuration.address, None)
            case configurations:
                self.suggestions.keep(path, "address", {(*path, "address"): configurations[0].address})

    def _path(self, endpoint: AdoptableEndpoint) -> Path:
        return (*self.consumer.path, "endpoints", endpoint.cluster, endpoint.target)
