"""
The approval of connections, by the owner of the service.

Azure creates a connection with its endpoint, under a name of its own, and the provider does not create what exists. So
a deployment puts the approval: an upsert, in the service's own subscription.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network, resources

from ..topology.records import ApprovalNode, ExternalApprovalNode
from .context import Context
from .private_link_service import Service, look_up_service
from .waiting import WAIT, poll

_TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"service": {"type": "string"}, "connections": {"type": "array"}},
    "resources": [
        {
            "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
            "apiVersion": "2024-05-01",
            "name": "[concat(parameters('service'), '/', parameters('connections')[copyIndex()])]",
            "copy": {"name": "connections", "count": "[length(parameters('connections'))]"},
            "properties": {
                "privateLinkServiceConnectionState": {
                    "status": "Approved",
                    "description": "Approved by adx-private-link",
                    "actionsRequired": "None",
                }
            },
        }
    ],
}


def make_approval(
    node: ApprovalNode, service: Service, endpoint: network.PrivateEndpoint, context: Context, *, wait: bool
) -> resources.Deployment:
    """
    Register the approval of an endpoint's connection.

    Args:
        node: The approval.
        service: The service that the endpoint connects to.
        endpoint: The endpoint.
        context: The context of its component.
        wait: Whether Azure will list the connection: it lists none for an endpoint that the service's owner removed.
    """

    async def connections(known: list[str]) -> list[str]:
        connected = _Connected(known[0], endpoint.pulumi_resource_name, known[1])
        return await _listed_connections(service, connected, context, wait=wait)

    # Whatever their state: a list that followed the state would make the next preview differ.
    listed = pulumi.Output.all(endpoint.id, service.resource.name).apply(connections)
    return _deployment(node, service, listed, context)


def make_external_approval(node: ExternalApprovalNode, service: Service, context: Context) -> resources.Deployment:
    """Register the approval of the connections of an external consumer."""
    return _deployment(node.approval, service, list(node.connections), context)


def _deployment(
    node: ApprovalNode, service: Service, connections: pulumi.Input[list[str]], context: Context
) -> resources.Deployment:
    return resources.Deployment(
        node.logical_name,
        deployment_name=node.name,
        resource_group_name=node.place.resource_group,
        properties={
            "mode": resources.DeploymentMode.INCREMENTAL,
            "template": _TEMPLATE,
            # The resource's output: the approval comes after the service, and goes before it. In lower case, because
            # Azure spells these names as it likes, and another spelling is no other connection.
            "parameters": {
                "service": {"value": service.resource.name.apply(str.lower)},
                "connections": {"value": pulumi.Output.from_input(connections).apply(_in_lower_case)},
            },
        },
        opts=context.resource(node.place.subscription),
    )


def _in_lower_case(names: list[str]) -> list[str]:
    return sorted(name.lower() for name in names)


@dataclass(frozen=True)
class _Connected:
    """An endpoint and its service, once both exist."""

    endpoint_id: str
    endpoint_name: str
    """The logical one."""
    service_name: str


async def _listed_connections(service: Service, connected: _Connected, context: Context, *, wait: bool) -> list[str]:
    """The names of an endpoint's connections on its service; a new one may take a while to be listed."""

    async def look() -> list[str]:
        answer = await look_up_service(service.node, connected.service_name, context)
        return sorted(
            connection.name
            for connection in answer.private_endpoint_connections
            if connection.name and (connection.private_endpoint.id or "").lower() == connected.endpoint_id.lower()
        )

    if not wait:
        return await look()
    names = await poll(
        look, bool, f"private link service {service.node.name} to list the connection of {connected.endpoint_id}"
    )
    if not names and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"Private link service {service.node.name} lists no connection of {connected.endpoint_id} after "
            f"{WAIT:.0f} s. If its owner has removed it, replace the endpoint: `pulumi up --replace "
            f"'**PrivateEndpoint::{connected.endpoint_name}'`. Otherwise run `pulumi up` again."
        )
    return names
