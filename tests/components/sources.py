"""A mock Azure whose clusters have managed private endpoints, with sources of data that list their connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.mocks import MockCallArgs

from adx_private_link.resource_ids import ResourceId
from adx_private_link.settings.managed_endpoints import GROUPS
from tests.samples.building import ELSEWHERE

from . import objects
from .azure import Azure, LookUpError
from .mock_args import arguments_of

_NAMED_BY = {
    "getStorageAccount": "accountName",
    "getNamespace": "namespaceName",
    "getIotHubResource": "resourceName",
    "getVault": "vaultName",
    "getServer": "serverName",
    "getCluster": "clusterName",
}
_TYPES = dict(zip(_NAMED_BY, GROUPS, strict=True))
_WITH_PROPERTIES = ("getIotHubResource", "getVault")
"""The look-ups whose answers are not flattened."""
_NESTED = ("getIotHubResource", "getServer")
"""The look-ups whose connections are not flattened."""


@dataclass
class SourcesAzure(Azure):
    """A mock Azure in which every source of data exists, in West US; a deployment approves its connections."""

    decided: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """The states and descriptions of connections, by the name of the managed private endpoint; none waits."""
    approved_names: set[str] = field(default_factory=set[str])
    """The connections that deployments have approved, by name."""

    def approve(self, parameters: dict[str, Any]) -> None:
        if "target" in parameters:
            self.approved_names |= {*parameters["connections"]["value"]}
        else:
            super().approve(parameters)

    def _answer(self, args: MockCallArgs) -> Any:
        token, subscription = args.token.rsplit(":", 1)[1], self.subscription_of(args.provider)
        arguments = arguments_of(args)
        if token == "getCluster" or token not in (*_NAMED_BY, "getManagedPrivateEndpoint", "getDeployment"):
            return super()._answer(args)
        group = arguments["resourceGroupName"]
        if token == "getManagedPrivateEndpoint":
            path = f"{arguments['clusterName']}/ManagedPrivateEndpoints/{arguments['managedPrivateEndpointName']}"
            return self.read_deployed(objects.id_of(subscription, group, f"Microsoft.Kusto/Clusters/{path}"))
        if token == "getDeployment":
            path = f"Microsoft.Resources/deployments/{arguments['deploymentName']}"
            deployment = self.read_deployed(objects.id_of(subscription, group, path))
            return {**deployment, "properties": {**deployment["properties"], "provisioningState": "Succeeded"}}
        id = _TYPES[token].of(subscription, group, arguments[_NAMED_BY[token]])
        if id.name in self.missing:
            raise LookUpError(f'Status=404 Code="ResourceNotFound" Message="{id.name} was not found"')
        connections = [_shown(token, id, *connection) for connection in self.connections_to(id)]
        content: dict[str, Any] = {"privateEndpointConnections": connections}
        whole = {"properties": content} if token in _WITH_PROPERTIES else content
        return {"id": str(id), "name": id.name, "location": "West US", **whole}

    def connections_to(self, target: ResourceId) -> list[tuple[str, str, str, str]]:
        """The connections of a target: name, private endpoint, state and description."""
        connections: list[tuple[str, str, str, str]] = []
        for resource in self.deployed:
            if resource.get("privateLinkResourceId", "").lower() == target.key:
                endpoint = resource["managedPrivateEndpointName"]
                name = f"{endpoint}.guid"
                state = "Approved" if name in self.approved_names else "Pending"
                decision = self.decided.get(endpoint, (state, resource.get("requestMessage", "")))
                connections.append((name, endpoint, *decision))
        return connections

    def _read_cluster(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        answer = super()._read_cluster(subscription, group, name)
        id = _TYPES["getCluster"].of(subscription, group, name)
        shown = [_shown("getCluster", id, *connection) for connection in self.connections_to(id)]
        return {**answer, "privateEndpointConnections": [*answer["privateEndpointConnections"], *shown]}


def _shown(token: str, target: ResourceId, name: str, endpoint: str, state: str, description: str) -> dict[str, Any]:
    path = f"Microsoft.Network/privateEndpoints/{endpoint}"
    content = {
        "privateEndpoint": {"id": objects.id_of(ELSEWHERE, "microsofts", path)},
        "privateLinkServiceConnectionState": {"status": state, "description": description},
    }
    # A key vault shows no names.
    named = {} if token == "getVault" else {"name": name}
    whole = {"properties": content} if token in _NESTED else content
    return {"id": f"{target}/privateEndpointConnections/{name}", **named, **whole}
