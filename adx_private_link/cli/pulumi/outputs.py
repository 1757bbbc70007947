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


def read_outputs(file: Path | None, stack: str | None) -> Mapping[str, ClusterOutput]:
    """
    Read the clusters of a stack, as of its last `pulumi up`.

    Args:
        file: A file with the output `clusters`; None to read the output of a stack.
        stack: The stack; None for the selected one.

    Raises:
        CommandError: The file cannot be read or is something else, or the stack has no such output.
    """
    try:
        content = parse_json(_stack_output(stack) if file is None else read_file(file))
        clusters = ClustersOutput.model_validate(content).root
    except InputError as error:
        reason = f"it {error}"
    except ValidationError as error:
        reason = format_errors(error)
    else:
        if file and (problems := find_problems(clusters)):
            raise CommandError("\n".join(problems))
        return clusters
    raise CommandError(f"This is not the output `clusters` of an adx-private-link stack: {reason}.")


def _stack_output(stack: str | None) -> str:
    try:
        return run_pulumi("stack", "output", "clusters", "--json", *(["--stack", stack] if stack else []))
    except PulumiError as error:
        if "does not have output property" in error.output:
            raise CommandError(
                "The stack has no output `clusters`. If it was never deployed, run `pulumi up`. Otherwise its state is "
                f"damaged: run `{repair_command(stack)}`."
            ) from None
        raise
