"""`ConsumerEndpoints`: the private endpoints of one consumer for one cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from ..facts.reading import Providers
from ..outputs import EndpointOutput
from ..settings import Target
from ..topology.records import ClusterNode, HandedAlias
from .aliases import without_versioned_aliases
from .context import Context
from .endpoint_names import NamesInZone
from .private_dns_zone import PrivateDnsZone
from .private_endpoint import Endpoint, make_endpoint
from .private_link_service import Service
from .providers import by_subscription, require
from .retries import retry_hook
from .stack_traces import short_stack_traces


class ConsumerEndpoints(pulumi.ComponentResource):
    """
    The private endpoints of a consumer for one cluster, and the names that lead to them.

    They connect to services of this program or to a native cluster, and this program approves the connections as well;
    or to those of another stack, known by a hand-over: then nothing is published before their owner has approved.
    """

    consumer: str
    endpoints: dict[Target, Endpoint]
    """The private endpoints, by target."""

    def __init__(
        self,
        node: ClusterNode,
        consumer: str,
        *,
        services: Mapping[Target, Service],
        zones: Mapping[str, PrivateDnsZone],
        cluster_id: pulumi.Output[str] | None = None,
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Register one consumer's endpoints for a cluster, their approvals and records.

        Args:
            node: The cluster's record, from `plan(settings, facts).clusters`.
            consumer: The key of one of its consumers (`node.consumers`).
            services: The cluster's services, by target (`ClusterServices.services`); `{}` where it is native or handed
                over.
            zones: The zones of the records, by key (`plan(…).zones`).
            cluster_id: The id of a native cluster that the same program creates. Default: the one in its settings.
            providers: azure-native providers by subscription id; the default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in a subscription of the consumer's side.
        """
        nodes = [endpoint for endpoint in node.endpoints if endpoint.consumer == consumer]
        providers = by_subscription(providers)
        approving = {endpoint.approval.place.subscription for endpoint in nodes if endpoint.approval}
        require({endpoint.place.subscription for endpoint in nodes} | approving, providers, opts)
        super().__init__(
            "adxPrivateLink:index:ConsumerEndpoints",
            nodes[0].component_name,
            {
                "consumer": consumer,
                "hosts": {endpoint.target: [host.name for host in endpoint.hosts] for endpoint in nodes},
                **({"idle": idle} if (idle := {node.target: node.idle for node in nodes if node.idle}) else {}),
            },
            without_versioned_aliases(opts),
        )
        self.consumer = consumer
        hook = retry_hook(
            nodes[0].component_name,
            nodes[0].place.subscription,
            is_handed_over=isinstance(nodes[0].connects_to, HandedAlias),
            look_up=pulumi.InvokeOptions(parent=self, provider=providers.get(next(iter(approving), ""))),
        )
        context = Context(self, providers, hook)
        with short_stack_traces():
            self.endpoints = {
                endpoint.target: make_endpoint(endpoint, services, zones, context, cluster_id) for endpoint in nodes
            }
        self.register_outputs(self.outputs)  # `report` reads them from the state

    def records_in(self, zone: str) -> list[NamesInZone]:
        """Return what writes its names into a zone, by the zone's key: record sets, and zone groups."""
        records = [
            endpoint.records[record.host]
            for endpoint in self.endpoints.values()
            for record in endpoint.node.records
            if record.zone == zone
        ]
        groups = [
            endpoint.zone_group
            for endpoint in self.endpoints.values()
            if endpoint.zone_group and zone in endpoint.node.zones
        ]
        return [*records, *groups]

    @property
    def outputs(self) -> dict[str, Any]:
        """Ids, connection states, and the addresses of published hosts, by target."""
        return {
            target: EndpointOutput.write(
                id=endpoint.id,
                connection_state=endpoint.connection_state,
                hosts=endpoint.hosts,
                names=endpoint.names,
                **({"zone_group": endpoint.zone_group.id} if endpoint.zone_group else {}),
                **({"idle": endpoint.node.idle} if endpoint.node.idle else {}),
            )
            for target, endpoint in self.endpoints.items()
        }
