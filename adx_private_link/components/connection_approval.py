"""
The approval of connections, by the owner of their target.

Azure creates a connection with its endpoint, under a name of its own, and the provider does not create what exists. So
a deployment puts the approval: an upsert, in the target's own subscription.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import network, resources

from ..topology.records import ApprovalNode, ExternalApprovalNode
from .approval_targets import ApprovalTarget
from .context import Context
from .one_at_a_time import after, last_write, note_write, wait_for
from .waiting import WAIT, poll


def make_approval(
    node: ApprovalNode, target: ApprovalTarget, endpoint: network.PrivateEndpoint, context: Context, *, wait: bool
) -> resources.Deployment:
    """
    Register the approval of an endpoint's connection.

    Args:
        node: The approval.
        target: What the endpoint connects to.
        endpoint: The endpoint.
        context: The context of its component.
        wait: Whether Azure will list the connection: it lists none for an endpoint that the target's owner removed.
    """
    before = last_write(target.cluster) if target.cluster else ()

    async def connections(known: list[str]) -> list[str]:
        await wait_for(before)
        connected = _Connected(known[0], endpoint.pulumi_resource_name, known[1])
        return await _listed_connections(target, connected, context, wait=wait)

    # Whatever their state: a list that followed the state would make the next preview differ.
    listed = pulumi.Output.all(endpoint.id, target.name).apply(connections)
    return make_deployment(node, target, listed, context)


def make_external_approval(
    node: ExternalApprovalNode, target: ApprovalTarget, context: Context
) -> resources.Deployment:
    """Register the approval of the connections of an external consumer."""
    before = last_write(target.cluster) if target.cluster else ()
    return make_deployment(node.approval, target, after(list(node.connections), before), context)


def make_deployment(
    node: ApprovalNode, target: ApprovalTarget, connections: pulumi.Output[list[str]], context: Context
) -> resources.Deployment:
    """Register the deployment that approves connections, by their names on the target."""
    deployment = resources.Deployment(
        node.logical_name,
        deployment_name=node.name,
        resource_group_name=node.place.resource_group,
        properties={
            "mode": resources.DeploymentMode.INCREMENTAL,
            "template": _template(target),
            # The resource's output: the approval comes after the target, and goes before it. In lower case, because
            # Azure spells these names as it likes, and another spelling is no other connection.
            "parameters": {
                target.parameter: {"value": pulumi.Output.from_input(target.name).apply(str.lower)},
                "connections": {"value": connections.apply(_in_lower_case)},
            },
        },
        opts=context.resource(node.place.subscription),
    )
    if target.cluster:
        note_write(target.cluster, deployment)
    return deployment


def _template(target: ApprovalTarget) -> dict[str, Any]:
    name = f"[concat(parameters('{target.parameter}'), '/', parameters('connections')[copyIndex()])]"
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {target.parameter: {"type": "string"}, "connections": {"type": "array"}},
        "resources": [
            {
                "type": f"{target.type}/privateEndpointConnections",
                "apiVersion": target.api_version,
                "name": name,
                "copy": {
                    "name": "connections",
                    "count": "[length(parameters('connections'))]",
                    **({"mode": "serial", "batchSize": 1} if target.cluster else {}),
                },
                "properties": {"privateLinkServiceConnectionState": target.approved_state},
            }
        ],
    }


def _in_lower_case(names: list[str]) -> list[str]:
    return sorted(name.lower() for name in names)


@dataclass(frozen=True)
class _Connected:
    """An endpoint and its target, once both exist."""

    endpoint_id: str
    endpoint_name: str
    """The logical one."""
    target_name: str


@dataclass(frozen=True)
class _OwnConnections:
    """The connections of an endpoint, as its target lists them."""

    names: list[str]
    is_waiting: bool
    """Whether one needs an approval that the target does not accept at present."""


async def _listed_connections(
    target: ApprovalTarget, connected: _Connected, context: Context, *, wait: bool
) -> list[str]:
    """
    The names of an endpoint's connections on its target.

    A new one may take a while to be listed. While another operation on a cluster is running, an approval would fail
    (`ServiceIsInMaintenance`), and a deployment that has failed is not created again.
    """

    async def look() -> _OwnConnections:
        listed = await target.list_connections(connected.target_name, context)
        endpoint = connected.endpoint_id.lower()
        own = [
            connection
            for connection in listed.connections
            if connection.name and connection.endpoint_id and connection.endpoint_id.key == endpoint
        ]
        is_waiting = listed.is_busy and any(connection.state != "Approved" for connection in own)
        return _OwnConnections(sorted(connection.name for connection in own), is_waiting=is_waiting)

    if not wait:
        return (await look()).names
    awaited = f"{target.label} to list the connection of {connected.endpoint_id}, and to accept an approval"
    names = (await poll(look, lambda own: bool(own.names) and not own.is_waiting, awaited)).names
    if not names and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"{target.label[0].upper()}{target.label[1:]} lists no connection of {connected.endpoint_id} after "
            f"{WAIT:.0f} s. If its owner has removed it, replace the endpoint: `pulumi up --replace "
            f"'**PrivateEndpoint::{connected.endpoint_name}'`. Otherwise run `pulumi up` again."
        )
    return names
