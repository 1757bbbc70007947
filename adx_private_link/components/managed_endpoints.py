"""`ManagedEndpoints`: the managed private endpoints of one cluster, and the approvals of their connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import kusto, resources

from ..facts.managed_connections import find_connection
from ..facts.reading import Providers
from ..outputs import ManagedEndpointOutput
from ..plain_text import escaped
from ..topology.records import ClusterNode, ManagedEndpointNode, NamedInManagedEndpoint
from .aliases import without_versioned_aliases
from .approval_targets import ApprovalTarget, target_of_managed_endpoint
from .context import Context
from .managed_approval import make_managed_approval
from .one_at_a_time import after, last_write, note_write
from .providers import by_subscription, require
from .retries import retry_hook
from .stack_traces import short_stack_traces
from .waiting import WAIT, poll

_NAMED: dict[NamedInManagedEndpoint, tuple[str, ...]] = {
    "name": ("clusterName", "managedPrivateEndpointName"),
    "target": ("privateLinkResourceId",),
    "group": ("groupId",),
    "region": ("privateLinkResourceRegion",),
}

_REPLACING = ["privateLinkResourceId", "groupId", "privateLinkResourceRegion"]
"""
What Azure does not change in place, although the provider thinks that it can (hashicorp/terraform-provider-azurerm,
kusto_cluster_managed_private_endpoint).
"""

_UNKNOWN = "Unknown"
_GONE = "Disconnected"
"""The state of a connection that the target does not list: its owner has removed it."""


@dataclass(frozen=True)
class ManagedEndpoint:
    """A managed private endpoint, and the approval of its connection."""

    node: ManagedEndpointNode
    resource: kusto.ManagedPrivateEndpoint
    approval: resources.Deployment | None
    """None where the target's owner approves."""
    connection_state: pulumi.Output[str]
    """After the update, as the target shows it; Unknown where this stack does not see the target."""


class ManagedEndpoints(pulumi.ComponentResource):
    """
    The managed private endpoints of a cluster: how it reaches its sources of data itself.

    They are below the cluster, and their private endpoints are in a network of Azure's own. Azure shows nothing of a
    connection there, so it is found, approved and watched on the target.
    """

    endpoints: dict[str, ManagedEndpoint]
    """By key."""

    def __init__(
        self,
        node: ClusterNode,
        *,
        cluster_id: pulumi.Output[str] | None = None,
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Register the managed private endpoints of a cluster, and the approvals of their connections.

        Args:
            node: The cluster's record, from `plan(settings, facts).clusters`.
            cluster_id: The id of a cluster that the same program creates. Default: the one in its settings.
            providers: azure-native providers by subscription id; the default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in the subscription of the cluster, or of a target.
        """
        nodes, providers = node.managed_endpoints, by_subscription(providers)
        approving = {managed.approval.place.subscription for managed in nodes if managed.approval}
        require({managed.id.subscription for managed in nodes} | approving, providers, opts)
        super().__init__(
            "adxPrivateLink:index:ManagedEndpoints",
            node.name,
            # In lower case: another spelling is no other target.
            {"targets": {managed.key: managed.target.key for managed in nodes}},
            without_versioned_aliases(opts),
        )
        hooks = {subscription: self._hook(node.name, subscription, providers) for subscription in sorted(approving)}
        own_hook = retry_hook(f"{node.name}.managed-endpoints")
        self.endpoints = {}
        before: list[pulumi.Resource] = []
        for managed in nodes:
            context = Context(self, providers, own_hook)
            approving_context = Context(self, providers, hooks.get(managed.target.subscription, own_hook))
            with short_stack_traces():
                resource = _make_resource(managed, before, cluster_id, context)
                self.endpoints[managed.key] = _connected(managed, resource, approving_context)
            before = [resource]
        self.register_outputs({})

    def _hook(self, name: str, subscription: str, providers: Providers) -> pulumi.ResourceHookBinding:
        """The hook of approvals in a subscription, in which their deployments are looked up when they fail."""
        look_up = pulumi.InvokeOptions(parent=self, provider=providers.get(subscription))
        return retry_hook(f"{name}.managed-endpoints.{subscription}", look_up=look_up)

    @property
    def outputs(self) -> dict[str, Any]:
        """Ids, targets and connection states, by key."""
        return {
            key: ManagedEndpointOutput.write(
                id=endpoint.resource.id,
                target=str(endpoint.node.target),
                group=endpoint.node.group,
                connection_state=endpoint.connection_state,
            )
            for key, endpoint in self.endpoints.items()
        }


def _make_resource(
    node: ManagedEndpointNode,
    before: list[pulumi.Resource],
    cluster_id: pulumi.Output[str] | None,
    context: Context,
) -> kusto.ManagedPrivateEndpoint:
    """
    Register a managed private endpoint.

    It waits for other writes below the cluster. It depends on the one before it as well, so that Azure gets one
    deletion at a time (MicrosoftDocs, dataexplorer-docs, security-network-managed-private-endpoint-create.md, chains
    them in the same way).
    """
    cluster = node.id.cluster
    name = after(cluster.name, last_write(cluster))
    resource = kusto.ManagedPrivateEndpoint(
        node.logical_name,
        cluster_name=name if cluster_id is None else pulumi.Output.all(name, cluster_id).apply(lambda known: known[0]),
        resource_group_name=node.id.resource_group,
        managed_private_endpoint_name=node.id.name,
        private_link_resource_id=str(node.target),
        private_link_resource_region=node.region,
        group_id=node.group,
        request_message=node.request_message,
        opts=context.resource(
            node.id.subscription,
            depends_on=before or None,
            delete_before_replace=True,
            replace_on_changes=_REPLACING,
            ignore_changes=[name for same in node.as_deployed for name in _NAMED[same]],
        ),
    )
    note_write(cluster, resource)
    return resource


def _connected(node: ManagedEndpointNode, resource: kusto.ManagedPrivateEndpoint, context: Context) -> ManagedEndpoint:
    """Register the approval of a connection, and look up the state that it has afterwards."""
    target = target_of_managed_endpoint(node.target, node.request_message)
    approval = make_managed_approval(node.approval, node, target, resource, context) if node.approval else None

    async def final_state(_: list[object]) -> str:
        return await _look_up_state(node, target, context) if node.is_visible else _UNKNOWN

    # The approval's name is not known if it failed, though its id may be.
    waited_for = [approval.id, approval.name] if approval else []
    state = pulumi.Output.all(resource.id, resource.name, *waited_for).apply(final_state)
    return ManagedEndpoint(node, resource, approval, state)


async def _look_up_state(node: ManagedEndpointNode, target: ApprovalTarget, context: Context) -> str:
    """The state of a connection; the target may show it, and its approval by this stack, a little later."""

    async def look() -> str:
        listed = await target.list_connections(node.target.name, context)
        connection = find_connection(listed.connections, node.id.name, node.request_message)
        return connection.state if connection else _GONE

    if not node.is_new and (node.approval is None or node.is_lost):
        return await look()
    if node.approval is None:
        return await poll(
            look, lambda state: state != _GONE, f"{target.label} to list the connection of {node.id.name}"
        )
    awaited = f"{target.label} to show the approval of {node.id.name}"
    state = await poll(look, lambda state: state == "Approved", awaited)
    if state != "Approved" and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"The connection of managed private endpoint {node.id.name} was approved, but {target.label} still shows "
            f"it as {escaped(state)} after {WAIT:.0f} s. Run `pulumi up` again; if it stays so, look at the deployment "
            "of its approval in the resource group of its target."
        )
    return state
