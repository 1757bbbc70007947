"""Objects in Azure that a stack does not have in its state: they are read through a copy of the stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...resource_ids import (
    ClusterId,
    EventHubsNamespaceId,
    InterfaceId,
    IotHubId,
    ResourceId,
    SqlServerId,
    StorageAccountId,
    VaultId,
    ZoneId,
)
from ...settings import ManagedTargetId
from .azure_objects import subscriptions_of
from .run import PulumiError
from .stack_copy import StackCopy
from .state import ExportedState, Resource

CLUSTER = "azure-native:kusto:Cluster"
INTERFACE = "azure-native:network:NetworkInterface"
RECORD = "azure-native:privatedns:PrivateRecordSet"
_MANAGED_TARGETS: Mapping[type[ResourceId], tuple[str, str]] = {
    StorageAccountId: ("azure-native:storage:StorageAccount", "accountName"),
    EventHubsNamespaceId: ("azure-native:eventhub:Namespace", "namespaceName"),
    IotHubId: ("azure-native:iothub:IotHubResource", "resourceName"),
    VaultId: ("azure-native:keyvault:Vault", "vaultName"),
    SqlServerId: ("azure-native:sql:Server", "serverName"),
    ClusterId: (CLUSTER, "clusterName"),
}
"""The type of each kind of target of managed private endpoints, and the input with its name."""


@dataclass(frozen=True)
class OtherObjects:
    """The objects that a copy of a stack can read besides its own, with the stack's providers."""

    state: ExportedState
    """The state of the stack."""

    def cluster(self, id: ClusterId, default_provider: str) -> Resource:
        """Return a cluster, to be read with the provider of its subscription, or else with another one."""
        return self._object(CLUSTER, str(id), id, {"clusterName": id.name}, default_provider)

    def interface(self, id: InterfaceId, default_provider: str) -> Resource:
        """Return a network interface."""
        return self._object(INTERFACE, str(id), id, {"networkInterfaceName": id.name}, default_provider)

    def managed_target(self, id: ManagedTargetId, default_provider: str) -> Resource:
        """Return what a managed private endpoint connects to."""
        type_name, parameter = _MANAGED_TARGETS[type(id)]
        return self._object(type_name, str(id), id, {parameter: id.name}, default_provider)

    def record_set(self, zone: ZoneId, name: str, default_provider: str) -> Resource:
        """Return the A records of a name in a zone."""
        path = {"privateZoneName": zone.name, "recordType": "A", "relativeRecordSetName": name}
        return self._object(RECORD, f"{zone}/A/{name}", zone, path, default_provider)

    def _object(self, type: str, text: str, id: ResourceId, path: Mapping[str, str], default_provider: str) -> Resource:
        stack = next(resource for resource in self.state.deployment.resources if resource.type == "pulumi:pulumi:Stack")
        inputs = {"resourceGroupName": id.resource_group, **path}
        return Resource(
            urn=f"{stack.urn.rsplit('::', 2)[0]}::{type}::{text.lower()}",
            type=type,
            custom=True,
            id=text,
            inputs=inputs,
            outputs=inputs,
            parent=stack.urn,
            provider=self._provider(id.subscription) or default_provider,
        )

    def _provider(self, subscription: str) -> str | None:
        """Return the reference to the provider of a subscription; None if the stack has none."""
        resources = self.state.deployment.resources
        urns = {urn for urn, own in subscriptions_of(resources).items() if own.lower() == subscription.lower()}
        return next((resource.provider for resource in resources if resource.provider_urn in urns), None)


def read_others(copy: StackCopy, objects: Sequence[Resource]) -> dict[str, Resource | None]:
    """
    Read objects from Azure, as far as the identity may read them.

    Returns:
        The objects by their ids in lower case; None for one that does not exist. One that could not be read is left
            out: it is an extra, which the identity of a stack need not be able to read.
    """
    if not objects:
        return {}
    copy.import_state(copy.export_state().with_added(objects))
    try:
        copy.refresh(only=[resource.urn for resource in objects])
        is_complete = True
    except PulumiError:
        is_complete = False
    current = {resource.urn: resource for resource in copy.export_state().deployment.resources}
    read: dict[str, Resource | None] = {}
    for asked in objects:
        resource = current.get(asked.urn)
        if resource is not None and resource.outputs != asked.outputs:
            read[asked.id.lower()] = resource
        elif resource is None and is_complete:
            read[asked.id.lower()] = None
    return read
