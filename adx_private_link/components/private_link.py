"""`AdxPrivateLink`: private access to one cluster, for all of its consumers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, cast

import pulumi

from ..facts.reading import Providers, read_facts_now
from ..facts.records import Facts
from ..outputs import ClusterOutput
from ..plain_text import escaped
from ..program import parse, plan
from ..settings import (
    AlertSettings,
    ClusterSettings,
    ConsumerSettings,
    ExternalConsumerSettings,
    HandOver,
    HandOverSource,
    Settings,
    Target,
)
from ..topology.records import ClusterNode, ZoneNode
from .aliases import without_versioned_aliases
from .cluster_services import ClusterServices
from .consumer_endpoints import ConsumerEndpoints
from .context import Context, same_objects
from .diagnostic_setting import make_diagnostic_setting
from .endpoint_names import NamesInZone
from .hand_over import write_hand_over
from .managed_endpoints import ManagedEndpoint, ManagedEndpoints
from .private_dns_zone import PrivateDnsZone
from .private_endpoint import Endpoint
from .private_link_service import Service
from .providers import by_subscription, reading, require
from .retries import retry_hook
from .stack_traces import short_stack_traces


class AdxPrivateLink(pulumi.ComponentResource):
    """
    Private access to one Azure Data Explorer cluster.

    To a native cluster it creates, for each consumer, a private endpoint, its approval, and the zone group by which
    Azure writes the names of the cluster and its storage accounts. For a cluster that is injected in a virtual network
    it creates the private link service on the right load balancer frontend, for the engine and for ingestion; for each
    consumer the endpoints, their approvals and record sets. It consists of `ClusterServices`, where there are services
    or external consumers, one `ConsumerEndpoints` for each consumer, and `ManagedEndpoints`, where the cluster has any.
    """

    node: ClusterNode
    services: dict[Target, Service]
    """The private link services, by target: `engine`, `ingestion`; none of a native or handed-over cluster."""
    endpoints: dict[str, dict[Target, Endpoint]]
    """The private endpoints, by consumer key and target."""
    managed_endpoints: dict[str, ManagedEndpoint]
    """The managed private endpoints of the cluster itself, by key."""
    zones: dict[str, PrivateDnsZone]
    """The zones that hold the records, by key: the zones in the arguments and the zones of this component."""

    def __init__(  # noqa: PLR0913 - keywords, each about another thing
        self,
        name: str,
        cluster: ClusterSettings | HandOverSource | HandOver | Mapping[str, Any],
        consumers: Mapping[str, ConsumerSettings | Mapping[str, Any]] | None = None,
        external_consumers: Mapping[str, ExternalConsumerSettings | Mapping[str, Any]] | None = None,
        *,
        alerts: AlertSettings | Mapping[str, Any] | None = None,
        facts: Facts | None = None,
        zones: Mapping[str, PrivateDnsZone] | None = None,
        cluster_id: pulumi.Output[str] | None = None,
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Plan the graph of one cluster, and register it.

        Args:
            name: The cluster's key: 1 to 40 letters, digits, `-` or `_`. Pulumi's and Azure's names are made from it;
                another name is another graph, unless `formerly` in the cluster's settings gives the former one.
            cluster: The cluster, as in a stack's settings (`ClusterSettings`; `{"id": …}` is enough); or the hand-over
                from its owner (`HandOver`, or the same as a mapping), or the source of one (`HandOverSource`).
            consumers: The networks that want access, by key (`ConsumerSettings`). A consumer whose `clusters` do not
                name this cluster is left out. Default: none.
            external_consumers: Networks whose owners have stacks of their own, by key (`ExternalConsumerSettings`):
                this program approves their connections, and `hand_over` is for them. Default: none.
            alerts: Metric alerts on the services and the endpoints (`AlertSettings`). Default: none.
            facts: The facts about Azure. Default: read here, one look-up after the other; `read_facts` reads the facts
                of all clusters at once.
            zones: Zones that the program has already, by key (`plan(…).zones`). Default: each zone that a consumer
                names is created here, which is right for a program with a single cluster in the region.
            cluster_id: The `id` of a `kusto.Cluster` of the same program, which is created first; its settings describe
                it (`described: {location, hosts}`). Default: the id in its settings.
            providers: azure-native providers by subscription id, for subscriptions other than the default provider's.
            opts: Options of the component; `provider` is the default for every subscription.

        Raises:
            SettingsError: The arguments have problems, or the objects in Azure that they name do. All problems are
                reported at once, before anything is registered.
        """
        settings = _parse_settings(name, cluster, consumers or {}, external_consumers or {}, alerts)
        providers = by_subscription(providers)
        require(settings.subscriptions, providers, opts)
        if facts is None:
            facts = read_facts_now(settings, providers, reading(opts))
        topology = plan(settings, facts.alone(name))
        self._register(topology.clusters[name], topology.zones, zones or {}, providers, opts, cluster_id)
        # Commands find them in the state (`cli.pulumi.outputs`), whatever the program exports.
        self.register_outputs({"outputs": self.outputs, "handOver": self.hand_over})

    @classmethod
    def from_node(
        cls,
        node: ClusterNode,
        *,
        zones: Mapping[str, PrivateDnsZone],
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """
        Register the graph of one cluster of a topology: for programs that plan several clusters at once.

        Args:
            node: The cluster's record, from `plan(settings, facts).clusters`.
            zones: The zones of the same topology, by key; the zones of the cluster's records are needed.
            providers: azure-native providers by subscription id. The default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in a subscription of the cluster's resources.
        """
        link = cls.__new__(cls)
        link._register(node, {}, zones, by_subscription(providers), opts)  # noqa: SLF001 - of this class
        link.register_outputs({})  # the program has them in its own output `clusters`
        return link

    def _register(
        self,
        node: ClusterNode,
        planned_zones: Mapping[str, ZoneNode],
        zones: Mapping[str, PrivateDnsZone],
        providers: Providers,
        opts: pulumi.ResourceOptions | None,
        cluster_id: pulumi.Output[str] | None = None,
    ) -> None:
        """Register a cluster's record, with the planned zones that the program does not have already."""
        super().__init__(
            "adxPrivateLink:index:AdxPrivateLink",
            node.name,
            _inputs(node),
            without_versioned_aliases(same_objects(opts, ["cluster"] if node.as_deployed else [])),
        )
        self.node = node
        for warning in node.warnings:
            pulumi.log.warn(escaped(warning), self)
        with short_stack_traces():
            self._register_children(node, planned_zones, zones, providers, cluster_id)

    def _register_children(
        self,
        node: ClusterNode,
        planned_zones: Mapping[str, ZoneNode],
        zones: Mapping[str, PrivateDnsZone],
        providers: Providers,
        cluster_id: pulumi.Output[str] | None,
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        has_services = bool(node.services or node.external_approvals)
        self._cluster_services = ClusterServices(node, providers=providers, opts=child) if has_services else None
        self.services = self._cluster_services.services if self._cluster_services else {}
        created = {
            key: PrivateDnsZone(zone, providers=providers, opts=child)
            for key, zone in planned_zones.items()
            if key not in zones
        }
        self.zones = {key: zones[key] for key in (*planned_zones, *node.zones) if key in zones} | created
        self._consumer_endpoints = [
            ConsumerEndpoints(
                node,
                consumer,
                services=self.services,
                zones=self.zones,
                cluster_id=cluster_id,
                providers=providers,
                opts=child,
            )
            for consumer in node.consumers
        ]
        self.endpoints = {component.consumer: component.endpoints for component in self._consumer_endpoints}
        self._managed_endpoints = (
            ManagedEndpoints(node, cluster_id=cluster_id, providers=providers, opts=child)
            if node.managed_endpoints
            else None
        )
        self.managed_endpoints = self._managed_endpoints.endpoints if self._managed_endpoints else {}
        for key, zone in created.items():
            zone.link_after(self.records_in(key))
        if node.diagnostics:
            require({node.diagnostics.cluster_id.subscription}, providers, child)
            context = Context(self, providers, retry_hook(node.diagnostics.logical_name))
            make_diagnostic_setting(node.diagnostics, cluster_id, is_same=node.as_deployed, context=context)

    def records_in(self, zone: str) -> list[NamesInZone]:
        """Return what writes this cluster's names into a zone, by the zone's key: record sets, and zone groups."""
        return [record for component in self._consumer_endpoints for record in component.records_in(zone)]

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack output of this cluster: zone, ids, aliases, connection states, and the addresses of its hosts."""
        return ClusterOutput.write(
            zone=self.node.zone_name,
            services=self._cluster_services.outputs if self._cluster_services else {},
            endpoints={component.consumer: component.outputs for component in self._consumer_endpoints},
            **({"managed_endpoints": self._managed_endpoints.outputs} if self._managed_endpoints else {}),
        )

    @property
    def hand_over(self) -> dict[str, Any] | None:
        """The hand-over for external consumers' stacks; None for a cluster that is itself handed over."""
        return None if self.node.is_handed_over else write_hand_over(self.node, self.services)


def _parse_settings(
    name: str,
    cluster: ClusterSettings | HandOverSource | HandOver | Mapping[str, Any],
    consumers: Mapping[str, ConsumerSettings | Mapping[str, Any]],
    external_consumers: Mapping[str, ExternalConsumerSettings | Mapping[str, Any]],
    alerts: AlertSettings | Mapping[str, Any] | None,
) -> Settings:
    section, value = "clusters", cast("object", cluster)
    if isinstance(cluster, HandOver) or (isinstance(cluster, Mapping) and "version" in cluster):
        section, value = "hand_overs", {"inline": cluster}
    elif isinstance(cluster, HandOverSource):
        section = "hand_overs"
    content = {section: {name: value}, "consumers": {**consumers}, "external_consumers": {**external_consumers}}
    return parse({**content, "alerts": alerts}).alone(name)


def _inputs(node: ClusterNode) -> dict[str, Any]:
    """The inputs of the component, plain and without secrets: previews and reports describe the cluster by them."""
    return {
        "cluster": str(node.id) if node.id else None,
        # The cluster's own name of each role comes first.
        "hosts": {host.role: host.name for hosts in node.hosts.values() for host in reversed(hosts)},
        "consumers": [*node.consumers],
        "externalConsumers": [*node.external_consumers],
    }
