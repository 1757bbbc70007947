"""`ClusterServices`: the service side of one cluster."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import resources

from ..facts.reading import Providers
from ..settings import Role
from ..topology.records import ClusterNode
from .aliases import without_versioned_aliases
from .connection_approval import make_external_approval
from .context import Context, same_objects
from .private_link_service import Service, make_service
from .providers import by_subscription, require
from .retries import on_refusal


class ClusterServices(pulumi.ComponentResource):
    """
    What the owner of a cluster has: its private link services, and the approvals of connections that other people's
    stacks make.
    """

    node: ClusterNode
    services: dict[Role, Service]
    """The private link services, by role: `engine`, `ingestion`."""
    external_approvals: dict[str, dict[Role, resources.Deployment]]
    """By external consumer and role."""

    def __init__(
        self, node: ClusterNode, *, providers: Providers | None = None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """
        Register the services of a cluster and the approvals of external connections.

        Args:
            node: The cluster's record, from `plan(settings, facts).clusters`.
            providers: azure-native providers by subscription id; the default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in the services' subscription.
        """
        providers = by_subscription(providers)
        require({each.place.subscription for each in node.services.values()}, providers, opts)
        super().__init__(
            "adxPrivateLink:index:ClusterServices",
            node.name,
            {
                "cluster": node.id,
                "hosts": {role: list(each.hosts) for role, each in node.services.items()},
                "externalConsumers": list(node.external_consumers),
            },
            without_versioned_aliases(same_objects(opts, ["cluster"] if node.as_deployed else [])),
        )
        self.node = node
        context = Context(self, providers, on_refusal(node.name))
        self.services = {role: make_service(each, context) for role, each in node.services.items()}
        self.external_approvals = {}
        for each in node.external_approvals:
            approval = make_external_approval(each, self.services[each.service], context)
            self.external_approvals.setdefault(each.consumer, {})[each.service] = approval
        self.register_outputs(self.outputs)

    @property
    def outputs(self) -> dict[str, Any]:
        """Ids and aliases, by role."""
        return {role: {"id": each.id, "alias": each.alias} for role, each in self.services.items()}

    @property
    def hand_over(self) -> dict[str, Any]:
        """All that a consumer's own stack has to know of the cluster (`HandOver`), as a stack output."""
        handed: dict[str, Any] = {
            "version": 1,
            "cluster": self.node.id,
            "location": self.node.location,
            "zone": self.node.zone_name,
            "request_message": self.node.request_message,
            "services": {
                role: {
                    "alias": each.alias,
                    "records": [record.model_dump() for record in self.node.records[role]],
                }
                for role, each in self.services.items()
                if role in self.node.handed_roles
            },
        }
        # An older consumer's stack passes it over.
        return {**handed, "allowed_roles": allowed} if (allowed := self.node.allowed_roles) else handed
