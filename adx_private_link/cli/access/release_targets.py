"""The targets of a stack whose foreign connections can be released: its private link services, its native clusters."""

from __future__ import annotations

from collections.abc import Iterable

from ...resource_ids import ClusterId, DeploymentId
from ..errors import CommandError
from ..pulumi.other_objects import OtherObjects
from ..pulumi.state import ExportedState, Resource
from .endpoint_objects import ENDPOINT, cluster_of
from .foreign_connections import SERVICE

_DEPLOYMENT = "azure-native:resources:Deployment"


def find_target(name: str, state: ExportedState) -> Resource:
    """
    Find a private link service or a native cluster of a stack by its name or id.

    Raises:
        CommandError: The stack has no such target, or several of this name.
    """
    targets = {target.id.lower(): target for target in [*_services(state), *_native_clusters(state)]}
    matching = [target for id, target in targets.items() if name.lower() in (id, id.rsplit("/", 1)[-1])]
    if len(matching) == 1:
        return matching[0]
    ids = "\n  ".join(sorted(target.id for target in targets.values())) or "none"
    problem = (
        "is the name of several private link services or clusters"
        if matching
        else "is not a private link service or native cluster of the stack"
    )
    raise CommandError(f"{name} {problem}. Give one of these ids:\n  {ids}")


def _services(state: ExportedState) -> Iterable[Resource]:
    return (resource for resource in state.deployment.resources if resource.type == SERVICE)


def _native_clusters(state: ExportedState) -> Iterable[Resource]:
    """Return the clusters that the stack's endpoints connect to, and those to which it approves connections."""
    others = OtherObjects(state)
    found = [(_cluster_in(resource), resource) for resource in state.deployment.resources]
    clusters = {cluster.key: others.cluster(cluster, resource.provider) for cluster, resource in found if cluster}
    return clusters.values()


def _cluster_in(resource: Resource) -> ClusterId | None:
    if resource.type == ENDPOINT:
        return cluster_of(resource)
    # An approval is a deployment in the cluster's resource group, which names the cluster.
    deployment = DeploymentId.read(resource.id) if resource.type == _DEPLOYMENT else None
    name = resource.output("properties", "parameters", "cluster", "value")
    if deployment is None or not isinstance(name, str):
        return None
    return ClusterId.of(deployment.subscription, deployment.resource_group, name)
