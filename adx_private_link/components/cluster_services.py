"""`ClusterServices`: the private link services of one cluster, and the approvals of external connections to it."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import resources

from ..facts.reading import Providers
from ..outputs import ServiceOutput
from ..settings import Target
from ..topology.records import ClusterNode
from .aliases import without_versioned_aliases
from .approval_targets import ApprovalTarget, cluster_target, service_target
from .connection_approval import make_external_approval
from .context import Context, same_objects
from .private_link_service import Service, make_service
from .providers import by_subscription, require
from .retries import retry_hook
from .stack_traces import short_stack_traces


class ClusterServices(pulumi.ComponentResource):
    """
    The private link services of a cluster, and the approvals of connections from stacks of external consumers.

    A native cluster has no services: external consumers connect to the cluster itself.
    """

    node: ClusterNode
    services: dict[Target, Service]
    """The private link services, by target: `engine`, `ingestion`."""
    external_approvals: dict[str, dict[Target, resources.Deployment]]
    """By external consumer and target."""

    def __init__(
        self, node: ClusterNode, *, providers: Providers | None = None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """
        Register the services of a cluster and the approvals of external connections.

        Args:
            node: The cluster's record, from `plan(settings, facts).clusters`.
            providers: azure-native providers by subscription id. The default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in the services' subscription.
        """
        providers = by_subscription(providers)
        places = [service.place for service in node.services.values()]
        places += [external.approval.place for external in node.external_approvals]
        require({place.subscription for place in places}, providers, opts)
        super().__init__(
            "adxPrivateLink:index:ClusterServices",
            node.name,
            {
                "cluster": str(node.id) if node.id else None,
                "hosts": {target: list(service.hosts) for target, service in node.services.items()},
                "externalConsumers": list(node.external_consumers),
                **({"left": True} if any(service.is_left for service in node.services.values()) else {}),
            },
            without_versioned_aliases(same_objects(opts, ["cluster"] if node.as_deployed else [])),
        )
        self.node = node
        look_up = pulumi.InvokeOptions(parent=self, provider=providers.get(places[0].subscription)) if places else None
        context = Context(self, providers, retry_hook(node.name, look_up=look_up))
        self.external_approvals = {}
        with short_stack_traces():
            self.services = {target: make_service(service, context) for target, service in node.services.items()}
            for external in node.external_approvals:
                approval = make_external_approval(external, self._approval_target(external.target), context)
                self.external_approvals.setdefault(external.consumer, {})[external.target] = approval
        self.register_outputs({})

    def _approval_target(self, target: Target) -> ApprovalTarget:
        if target != "cluster":
            return service_target(self.services[target])
        assert self.node.id is not None
        return cluster_target(self.node.id)

    @property
    def outputs(self) -> dict[str, Any]:
        """Ids and aliases, by target."""
        return {
            target: ServiceOutput.write(id=service.id, alias=service.alias) for target, service in self.services.items()
        }
