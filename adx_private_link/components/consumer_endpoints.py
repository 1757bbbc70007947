"""`ConsumerEndpoints`: the consumer side, one consumer's access to one cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import privatedns

from ..facts.reading import Providers
from ..settings import Role
from ..topology.records import ClusterNode, HandedAlias
from .aliases import without_versioned_aliases
from .context import Context
from .private_dns_zone import KustoPrivateDnsZone
from .private_endpoint import Endpoint, make_endpoint
from .private_link_service import Service
from .providers import by_subscription, require
from .retries import on_refusal


class ConsumerEndpoints(pulumi.ComponentResource):
    """
    What a consumer has: private endpoints to the services of one cluster, and the records that lead to them.

    The services are those of this program, whose connections it approves as well; or somebody else's, known by a
    hand-over, and then nothing is published before they have approved.
    """

    consumer: str
    endpoints: dict[Role, Endpoint]
    """The private endpoints, by target."""

    def __init__(
        self,
        node: ClusterNode,
        consumer: str,
        *,
        services: Mapping[Role, Service],
        zones: Mapping[str, KustoPrivateDnsZone],
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Register one consumer's endpoints for a cluster, their approvals and records.

        Args:
            node: The cluster's record, from `plan(settings, facts).clusters`.
            consumer: The key of one of its consumers (`node.consumers`).
            services: The cluster's services, by role (`ClusterServices.services`); `{}` where it is handed over.
            zones: The zones of the records, by key (`plan(…).zones`).
            providers: azure-native providers by subscription id; the default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in a subscription of the consumer's side.
        """
        nodes = [each for each in node.endpoints if each.consumer == consumer]
        providers = by_subscription(providers)
        approving = {each.approval.place.subscription for each in nodes if each.approval}
        require({each.place.subscription for each in nodes} | approving, providers, opts)
        super().__init__(
            "adxPrivateLink:index:ConsumerEndpoints",
            nodes[0].side,
            {"consumer": consumer, "hosts": {each.target_name: list(each.hosts) for each in nodes}},
            without_versioned_aliases(opts),
        )
        self.consumer = consumer
        refusal = on_refusal(
            nodes[0].side, nodes[0].place.subscription, is_handed_over=isinstance(nodes[0].target, HandedAlias)
        )
        context = Context(self, providers, refusal)
        self.endpoints = {each.target_name: make_endpoint(each, services, zones, context) for each in nodes}
        self.register_outputs(self.outputs)

    def records_in(self, zone: str) -> list[privatedns.PrivateRecordSet]:
        """Its records in a zone, by the zone's key."""
        return [
            endpoint.records[record.host]
            for endpoint in self.endpoints.values()
            for record in endpoint.node.records
            if record.zone == zone
        ]

    @property
    def outputs(self) -> dict[str, Any]:
        """Ids, connection states, and the addresses of published hosts, by target."""
        return {
            target: {"id": each.id, "connection_state": each.connection_state, "hosts": each.hosts}
            for target, each in self.endpoints.items()
        }
