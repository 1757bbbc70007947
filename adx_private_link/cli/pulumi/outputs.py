"""The stack output `clusters`, read from Pulumi or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from ...facts.hand_overs import format_errors
from ...outputs import ClusterOutput, ClustersOutput
from ...untrusted import InputError, parse_json, read_file
from ..errors import CommandError
from ..terminal.own_commands import repair_command
from .run import PulumiError, run_pulumi
from .untrusted_outputs import find_problems

_EXPORT = 'A program of your own exports it: `pulumi.export("clusters", {"KEY": link.outputs})`.'


def read_outputs(file: Path | None, stack: str | None) -> Mapping[str, ClusterOutput]:
    """
    Read the clusters of a stack, as of its last `pulumi up`.

    Args:
        file: A file with the output `clusters`; None to read the output of a stack.
        stack: The stack; None for the selected one.

    Raises:
        CommandError: The file cannot be read or is something else, or the stack has no such output.
    """
    not_an_output = "This is not the output `clusters` of an adx-private-link stack"
    try:
        content = parse_json(_stack_output(stack) if file is None else read_file(file))
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


def _stack_output(stack: str | None) -> str:
    try:
        return run_pulumi("stack", "output", "clusters", "--json", *(["--stack", stack] if stack else []))
    except PulumiError as error:
        if "does not have output property" in error.output:
            raise CommandError(
                f"The stack has no output `clusters`. If it was never deployed, run `pulumi up`. {_EXPORT} "
                f"If it had the output before, its state is damaged: run `{repair_command(stack)}`."
            ) from None
        raise
