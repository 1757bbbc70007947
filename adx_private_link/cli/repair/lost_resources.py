"""Lost resources: objects that an interrupted update created in Azure and did not write into the state."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from ..pulumi.azure_objects import id_of, subscriptions_of
from ..pulumi.preview import is_unknown
from ..pulumi.state import Deployment, Resource


def with_provider_ids(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """
    Return the planned resources with ids for the providers that the state lacks, and with references to these.

    The engine chooses the id of a provider, so only the state has it.
    """
    resources = list(planned)
    ids = {resource.urn: str(uuid4()) for resource in find_missing_frame(resources, deployment) if resource.custom}

    def reference_to_provider(resource: Resource) -> str:
        id = ids.get(resource.provider_urn)
        return f"{resource.provider_urn}::{id}" if id else resource.provider

    return [
        resource.model_copy(
            update={"id": ids.get(resource.urn, resource.id), "provider": reference_to_provider(resource)}
        )
        for resource in resources
    ]


def find_missing_frame(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """Return the stack, components and providers that the state lacks: they exist only in a state, not in Azure."""
    urns = {resource.urn for resource in deployment.resources}
    return [
        resource
        for resource in planned
        if (resource.type.startswith("pulumi:") or not resource.custom) and resource.urn not in urns
    ]


def select_required(resources: Iterable[Resource], frame: Iterable[Resource]) -> list[Resource]:
    """Return the resources of a frame to which these resources refer, directly or indirectly."""
    by_urn = {resource.urn: resource for resource in frame}
    required: dict[str, Resource] = {}
    waiting = [urn for resource in resources for urn in resource.preceding_urns]
    while waiting:
        if (resource := by_urn.get(waiting.pop())) and resource.urn not in required:
            required[resource.urn] = resource
            waiting += resource.preceding_urns
    return list(required.values())


def find_candidates(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """
    Return the planned resources that may already exist in Azure, with the ids that the plan gives them.

    All inputs of a candidate are known, because it depends only on resources in the state. A resource that depends on
    another lost one becomes a candidate in the next preview, after the other one is imported. What the state has under
    another URN is not lost: imported twice, it would be deleted once.
    """
    present = [resource for resource in deployment.resources if not resource.pending_replacement]
    live = {resource.urn for resource in present}
    held = {resource.id.lower() for resource in present if resource.id}
    subscriptions = subscriptions_of(deployment.resources)
    return [
        resource.model_copy(update={"id": id, "outputs": resource.inputs})
        for resource in planned
        if resource.urn not in live
        and resource.parent in live
        and live.issuperset(resource.dependencies)
        and not is_unknown(resource.json_text())
        and (id := id_of(resource, subscriptions))
        and id.lower() not in held
    ]


def with_inputs_of_plan(planned: Resource, existing: Resource) -> Resource:
    """
    Return an existing resource with the inputs of its plan.

    With the values that Azure filled in as inputs, the next preview would remove them. If Azure did not finish an
    operation successfully, the next update repeats it.
    """
    state = existing.outputs.get("provisioningState", "Succeeded")
    unfinished = {} if state == "Succeeded" else {"initErrors": [f"interrupted while Azure had it as {state}"]}
    return existing.model_copy(update={"inputs": planned.inputs, **unfinished})
