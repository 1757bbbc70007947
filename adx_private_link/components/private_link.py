"""`AdxPrivateLink`: private access to one cluster, for all of its consumers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pulumi_azure_native import privatedns

from ..facts.reading import Providers, read_facts_now
from ..facts.records import Facts
from ..plain_text import escaped
from ..program import parse, plan
from ..settings import (
    ClusterSettings,
    ConsumerSettings,
    ExternalConsumerSettings,
    HandOver,
    HandOverSource,
    Role,
    Settings,
)
from ..topology.records import ClusterNode
from .aliases import without_versioned_aliases
from .cluster_services import ClusterServices
from .consumer_endpoints import ConsumerEndpoints
from .context import same_objects
from .private_dns_zone import KustoPrivateDnsZone
from .private_endpoint import Endpoint
from .private_link_service import Service
from .providers import by_subscription, reading, require


class AdxPrivateLink(pulumi.ComponentResource):
    """
    Private access to one Azure Data Explorer cluster that is injected in a virtual network.

    For the engine and for ingestion it makes the private link service on the right load balancer frontend; for each
    consumer a private endpoint, its approval, and the A record in the consumer's private DNS zone. It is made of
    `ClusterServices` and one `ConsumerEndpoints` for each consumer; a cluster that somebody else publishes, and hands
    over, has consumers only.
    """

    node: ClusterNode
    services: dict[Role, Service]
    """The private link services, by role: `engine`, `ingestion`; none for a cluster that is handed over."""
    endpoints: dict[str, dict[Role, Endpoint]]
    """The private endpoints, by consumer key and target."""
    zones: dict[str, KustoPrivateDnsZone]
    """The zones that hold the records, by their key; those that were given and those that were made here."""

    def __init__(
        self,
        name: str,
        cluster: ClusterSettings | HandOverSource | HandOver | Mapping[str, Any],
        consumers: Mapping[str, ConsumerSettings | Mapping[str, Any]] | None = None,
        external_consumers: Mapping[str, ExternalConsumerSettings | Mapping[str, Any]] | None = None,
        *,
        facts: Facts | None = None,
        zones: Mapping[str, KustoPrivateDnsZone] | None = None,
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Register the whole graph of one cluster.

        Args:
            name: The cluster's key: 1 to 40 letters, digits, `-` or `_`. Pulumi's and Azure's names are made from it;
                another name is another graph, unless the cluster says what it was called `formerly`.
            cluster: The cluster, as in a stack's settings (`ClusterSettings`; `{"id": …}` is enough); or what its owner
                has handed over (`HandOver`, or the same as a mapping), or where that is (`HandOverSource`).
            consumers: The networks that want access, by key (`ConsumerSettings`); those that do not name this cluster
                in `clusters` are left out. Default: none.
            external_consumers: Networks whose owners have stacks of their own, by key (`ExternalConsumerSettings`):
                their connections are approved, and `hand_over` is for them. Default: none.
            facts: What is known of Azure. Default: read here, one look-up after the other; `read_facts` reads it for
                all clusters at once.
            zones: Zones that exist in the program already, by key (`plan(…).zones`). Default: each zone that a
                consumer names is made here, which is right for a program with a single cluster in the region.
            providers: azure-native providers by subscription id, for the sides that are not in the default
                provider's subscription.
            opts: Options of the component; `provider` is the default for every side.

        Raises:
            SettingsError: What is wrong with the arguments, or with the objects in Azure that they name, all of it at
                once and before anything is registered.
        """
        settings = _settings(name, cluster, consumers or {}, external_consumers or {})
        providers = by_subscription(providers)
        require(settings.subscriptions, providers, opts)
        if facts is None:
            facts = read_facts_now(settings, providers, reading(opts))
        planned = plan(settings, facts.alone(name))
        self.node = planned.clusters[name]
        super().__init__(
            "adxPrivateLink:index:AdxPrivateLink",
            self.node.name,
            _inputs(self.node),
            without_versioned_aliases(same_objects(opts, ["cluster"] if self.node.as_deployed else [])),
        )
        for warning in self.node.warnings:
            pulumi.log.warn(escaped(warning), self)

        child = pulumi.ResourceOptions(parent=self)
        self._service_side = ClusterServices(self.node, providers=providers, opts=child) if self.node.services else None
        self.services = self._service_side.services if self._service_side else {}
        given = zones or {}
        made = {
            key: KustoPrivateDnsZone(node, providers=providers, opts=child)
            for key, node in planned.zones.items()
            if key not in given
        }
        self.zones = {key: given[key] if key in given else made[key] for key in planned.zones}
        self._consumer_sides = [
            ConsumerEndpoints(
                self.node, each, services=self.services, zones=self.zones, providers=providers, opts=child
            )
            for each in self.node.consumers
        ]
        self.endpoints = {each.consumer: each.endpoints for each in self._consumer_sides}
        for key, zone in made.items():
            zone.link_after(self.records_in(key))
        self.register_outputs(self.outputs)

    def records_in(self, zone: str) -> list[privatedns.PrivateRecordSet]:
        """This cluster's records in a zone, by the zone's key."""
        return [record for each in self._consumer_sides for record in each.records_in(zone)]

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack output of this cluster: zone, ids, aliases, connection states, and the addresses of its hosts."""
        return {
            "zone": self.node.zone_name,
            "services": self._service_side.outputs if self._service_side else {},
            "endpoints": {each.consumer: each.outputs for each in self._consumer_sides},
        }

    @property
    def hand_over(self) -> dict[str, Any] | None:
        """What external consumers' own stacks have to know of the cluster; None where it is itself handed over."""
        return self._service_side.hand_over if self._service_side else None


def _settings(
    name: str,
    cluster: ClusterSettings | HandOverSource | HandOver | Mapping[str, Any],
    consumers: Mapping[str, ConsumerSettings | Mapping[str, Any]],
    external_consumers: Mapping[str, ExternalConsumerSettings | Mapping[str, Any]],
) -> Settings:
    section, given_cluster = "clusters", cast("object", cluster)
    if isinstance(cluster, HandOver) or (isinstance(cluster, Mapping) and "version" in cluster):
        section, given_cluster = "hand_overs", {"inline": cluster}
    elif isinstance(cluster, HandOverSource):
        section = "hand_overs"
    given = {section: {name: given_cluster}, "consumers": {**consumers}, "external_consumers": {**external_consumers}}
    settings = parse(given)
    return settings.alone(name)


def _inputs(node: ClusterNode) -> dict[str, Any]:
    """Plain and without secrets: what a preview can say of the cluster."""
    return {
        "cluster": node.id,
        "hosts": {role: each[0].host for role, each in node.records.items()},
        "consumers": [*node.consumers],
        "externalConsumers": [*node.external_consumers],
    }
