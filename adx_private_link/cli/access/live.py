"""The access of consumers as Azure has it now: a refreshed copy of the stack's state."""

from __future__ import annotations

from collections.abc import Mapping

from ...outputs import ClusterOutput
from ..pulumi.other_objects import OtherObjects, read_others
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from .comparison import COMPARED, LiveAccess, compare_access
from .endpoint_objects import objects_besides
from .managed_endpoints import compare_managed, managed_targets

_COMPONENT = "adxPrivateLink:index:"


def read_live_access(stack: str, clusters: Mapping[str, ClusterOutput]) -> LiveAccess:
    """
    Read the access from Azure with the stack's own providers; neither the stack's state nor Azure changes.

    Raises:
        CommandError: Pulumi cannot refresh the copy of the state.
    """
    state = PulumiStack(stack).export_state()
    deployed = [
        resource for resource in state.deployment.resources if resource.type in COMPARED and _COMPONENT in resource.urn
    ]
    if not deployed:
        return compare_access(clusters, [], [])
    with stack_copy(stack, state) as copy:
        copy.refresh(only=[resource.urn for resource in deployed])
        refreshed = copy.export_state().deployment.resources
        others = read_others(copy, [*objects_besides(clusters, deployed, OtherObjects(state))])
        targets = read_others(copy, [*managed_targets(clusters, deployed, OtherObjects(state), others)])
    managed = compare_managed(clusters, deployed, refreshed, {**others, **targets})
    return compare_access(clusters, deployed, refreshed, others, managed)
