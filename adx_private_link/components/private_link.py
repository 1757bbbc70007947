"""`AdxPrivateLink`: private access to one cluster, for all of its consumers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import privatedns

from ..facts import Facts, Providers, read_facts_now
from ..nodes import ClusterNode
from ..settings import ClusterSettings, ConsumerSettings, Role, parse
from ..topology import topology
from .aliases import without_versioned_aliases
from .context import Context
from .private_dns_zone import KustoPrivateDnsZone
from .private_endpoint import Endpoint, make_endpoint
from .private_link_service import Service, make_service
from .providers import by_subscription, reading, require
from .refusals import on_refusal


class AdxPrivateLink(pulumi.ComponentResource):
    """
    Private access to one Azure Data Explorer cluster that is injected in a virtual network.

    For the engine and for ingestion it makes the private link service on the right load balancer frontend; for each
    consumer a private endpoint, its approval, and the A record in the consumer's private DNS zone.
    """

    node: ClusterNode
    services: dict[Role, Service]
    """The private link services, by role: `engine`, `ingestion`."""
    endpoints: dict[str, dict[Role, Endpoint]]
    """The private endpoints, by consumer key and target."""
    zones: dict[str, KustoPrivateDnsZone]
    """The zones that hold the records, by their key; those that were given and those that were made here."""

    def __init__(
        self,
        name: str,
        cluster: ClusterSettings | Mapping[str, Any],
        consumers: Mapping[str, ConsumerSettings | Mapping[str, Any]],
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
                another name is another graph.
            cluster: The cluster, as in a stack's settings (`ClusterSettings`); `{"id": …}` is enough.
            consumers: The networks that want access, by key (`ConsumerSettings`); those that do not name this cluster
                in `clusters` are left out.
            facts: What is known of Azure. Default: read here, one look-up after the other; `read_facts` reads it for
                all clusters at once.
            zones: Zones that exist in the program already, by key (`topology(…).zones`). Default: each zone that a
                consumer names is made here, which is right for a program with a single cluster in the region.
            providers: azure-native providers by subscription id, for the sides that are not in the default
                provider's subscription.
            opts: Options of the component; `provider` is the default for every side.

        Raises:
            SettingsError: What is wrong with the arguments, or with the objects in Azure that they name, all of it at
                once and before anything is registered.
        """
        settings = parse({"clusters": {name: cluster}, "consumers": {**consumers}})
        settings = settings.alone(name)
        providers = by_subscription(providers)
        require(settings.subscriptions, providers, opts)
        if facts is None:
            facts = read_facts_now(settings, providers, reading(opts))
        planned = topology(settings, facts)
        self.node = planned.clusters[name]
        super().__init__(
            "adxPrivateLink:index:AdxPrivateLink", name, _inputs(self.node), without_versioned_aliases(opts)
        )

        context = Context(self, providers, on_refusal(name))
        self.services = {role: make_service(each, context) for role, each in self.node.services.items()}
        given = zones or {}
        made = {
            key: KustoPrivateDnsZone(planned.zones[key], providers=providers, opts=pulumi.ResourceOptions(parent=self))
            for key in self.node.zones
            if key not in given
        }
        self.zones = {key: given[key] if key in given else made[key] for key in self.node.zones}
        self.endpoints = {}
        for node in self.node.endpoints:
            made_endpoint = make_endpoint(node, self.services[node.target.service], self.zones, context)
            self.endpoints.setdefault(node.consumer, {})[node.target_name] = made_endpoint
        for key, zone in made.items():
            zone.link_after(self.records_in(key))
        self.register_outputs(self.outputs)

    def records_in(self, zone: str) -> list[privatedns.PrivateRecordSet]:
        """This cluster's records in a zone, by the zone's key."""
        return [
            endpoint.records[record.host]
            for targets in self.endpoints.values()
            for endpoint in targets.values()
            for record in endpoint.node.records
            if record.zone == zone
        ]

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack output of this cluster: ids, aliases, connection states, and the addresses of its hosts."""
        return {
            "services": {role: {"id": each.id, "alias": each.alias} for role, each in self.services.items()},
            "endpoints": {
                consumer: {
                    target: {"id": each.id, "connection_state": each.connection_state, "hosts": each.hosts}
                    for target, each in targets.items()
                }
                for consumer, targets in self.endpoints.items()
            },
        }


def _inputs(node: ClusterNode) -> dict[str, Any]:
    """Plain and without secrets: what a preview can say of the cluster."""
    return {
        "cluster": node.id,
        "hosts": {role: each.host for role, each in node.services.items()},
        "consumers": sorted({each.consumer for each in node.endpoints}),
    }
