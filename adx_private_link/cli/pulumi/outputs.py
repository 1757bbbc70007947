"""The stack output `clusters`, read from Pulumi or from a file; or the same from the stack's components."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from ...facts.hand_overs import format_errors
from ...outputs import ClusterOutput, ClustersOutput
from ...untrusted import InputError, parse_json, read_file
from ..errors import CommandError
from ..terminal.own_commands import repair_command
from .run import PulumiError, run_pulumi, selected_stack
from .stack import PulumiStack
from .state import Resource
from .untrusted_outputs import find_problems

_EXPORT = 'A program of your own exports it: `pulumi.export("clusters", {"KEY": link.outputs})`.'


def read_outputs(file: Path | None, stack: str | None, component: str | None = None) -> Mapping[str, ClusterOutput]:
    """
    Read the clusters of a stack, as of its last `pulumi up`.

    Args:
        file: A file with the output `clusters`; None to read a stack.
        stack: The stack; None for the selected one.
        component: The name of an `AdxPrivateLink` or `AdxPrivateLinks` of the stack. Default: the output `clusters`,
            and all components of a stack that has no such output.

    Raises:
        CommandError: The file cannot be read or is something else, or the stack has no such output or component.
    """
    not_an_output = "This is not the output `clusters` of an adx-private-link stack"
    try:
        content = _stack_content(stack, component) if file is None else parse_json(read_file(file))
    except InputError as error:
        raise CommandError(f"{not_an_output}: it {error}.") from None
    try:
        clusters = ClustersOutput.model_validate(content).root
    except ValidationError as error:
        if isinstance(content, Mapping) and {"services", "endpoints"} <= content.keys():
            raise CommandError(f"{not_an_output}, but that of one cluster. {_EXPORT}") from None
        raise CommandError(f"{not_an_output}: {format_errors(error)}.") from None
    if file and (problems := find_problems(clusters)):
        raise CommandError("\n".join(problems))
    return clusters


def _stack_content(stack: str | None, component: str | None) -> object:
    if component is not None:
        return _component_outputs(stack, component)
    try:
        return parse_json(run_pulumi("stack", "output", "clusters", "--json", *(["--stack", stack] if stack else [])))
    except PulumiError as error:
        if "does not have output property" not in error.output:
            raise
    if outputs := _component_outputs(stack):
        return outputs
    raise CommandError(
        f"The stack has no output `clusters`. If it was never deployed, run `pulumi up`. {_EXPORT} "
        f"If it had the output before, its state is damaged: run `{repair_command(stack)}`."
    )


def _component_outputs(stack: str | None, name: str | None = None) -> dict[str, object]:
    """Return the clusters in the outputs of a stack's components, or of the component of a name, by key."""
    components = [
        (resource.urn.rpartition("::")[2], clusters)
        for resource in PulumiStack(selected_stack(stack)).export_state().deployment.resources
        if (clusters := _clusters_of(resource))
    ]
    if name is not None and name not in (known := [component for component, _ in components]):
        raise CommandError(
            f"The stack has no component {name} with clusters. It has: {', '.join(known) or 'none'}.",
            next_step="run `pulumi up`, or name another component",
        )
    clusters: dict[str, object] = {}
    for component, own in components:
        if name not in (None, component):
            continue
        if repeated := sorted(clusters.keys() & own.keys()):
            raise CommandError(
                f"Several components of the stack have a cluster {repeated[0]}.",
                next_step="name one of the components with `--component`",
            )
        clusters |= own
    return clusters


def _clusters_of(resource: Resource) -> dict[str, object]:
    """Return the clusters in a component's own outputs, by key; none for other resources."""
    match resource.type:
        case "adxPrivateLink:index:AdxPrivateLinks":
            return cast("dict[str, object]", resource.outputs.get("clusters") or {})
        case "adxPrivateLink:index:AdxPrivateLink" if "outputs" in resource.outputs:
            return {resource.urn.rpartition("::")[2]: resource.outputs["outputs"]}
        case _:
            return {}
