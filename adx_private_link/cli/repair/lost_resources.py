"""What an interrupted update may have created without writing it into the state."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from ..pulumi.azure_objects import id_of, subscriptions_of
from ..pulumi.preview import is_unknown
from ..pulumi.state import Deployment, Resource


def with_provider_ids(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """
    The same, with ids for the providers that the state lacks, and with references to these.

    The id of a provider is the engine's own, and known to nothing but the state.
    """
    resources = list(planned)
    ids = {each.urn: str(uuid4()) for each in frame_of(resources, deployment) if each.custom}
    return [
        each.model_copy(
            update={
                "id": ids.get(each.urn, each.id),
                "provider": f"{each.provider_urn}::{id}" if (id := ids.get(each.provider_urn)) else each.provider,
            }
        )
        for each in resources
    ]


def frame_of(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """The stack, its components and providers, as far as the state lacks them: nothing else knows these."""
    known = {each.urn for each in deployment.resources}
    return [each for each in planned if (each.type.startswith("pulumi:") or not each.custom) and each.urn not in known]


def required_by(resources: Iterable[Resource], frame: Iterable[Resource]) -> list[Resource]:
    """What of a frame these resources refer to, directly or not."""
    by_urn = {each.urn: each for each in frame}
    found: dict[str, Resource] = {}
    waiting = [urn for each in resources for urn in each.refers_to]
    while waiting:
        if (each := by_urn.get(waiting.pop())) and each.urn not in found:
            found[each.urn] = each
            waiting += each.refers_to
    return list(found.values())


def candidates(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """
    What may exist in Azure already, under the id that the plan gives it.

    Whatever an interrupted update has made hangs on resources that are in the state, so all of its inputs are known.
    What hangs on something else that is lost comes up in the next preview, once that is taken over.
    """
    live = {each.urn for each in deployment.resources if not each.pending_replacement}
    subscriptions = subscriptions_of(deployment.resources)
    return [
        each.model_copy(update={"id": id, "outputs": each.inputs})
        for each in planned
        if each.urn not in live
        and each.parent in live
        and live.issuperset(each.dependencies)
        and not is_unknown(each.json_text())
        and (id := id_of(each, subscriptions))
    ]


def adopted(planned: Resource, found: Resource) -> Resource:
    """
    The planned resource as it was found.

    It keeps the inputs of the plan: with what Azure has filled in, the next preview would want to take it out again.
    An operation that Azure did not finish well is begun again by the next update.
    """
    state = found.outputs.get("provisioningState", "Succeeded")
    unfinished = {} if state == "Succeeded" else {"initErrors": [f"interrupted while Azure had it as {state}"]}
    return found.model_copy(update={"inputs": planned.inputs, **unfinished})
