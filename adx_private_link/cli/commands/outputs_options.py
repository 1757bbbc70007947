"""The arguments of commands that read a stack's output `clusters`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from ...outputs import ClusterOutput
from ..dns.names import ConsumerNames, names_of
from ..errors import ArgumentError
from ..pulumi.outputs import read_outputs
from .options import stack_option

_Command = TypeVar("_Command", bound=Callable[..., Any])


def outputs_argument(command: _Command) -> _Command:
    """Give a command the argument `file` and the options `stack` and `component`, for `clusters_of`."""
    file = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
    help = (
        "Read the outputs of this AdxPrivateLink or AdxPrivateLinks. Default: the output `clusters` of the stack, or "
        "all components of a stack without it."
    )
    command = click.option("--component", metavar="NAME", help=help)(command)
    return stack_option(click.argument("file", required=False, type=file)(command))


def consumer_option(command: _Command) -> _Command:
    """Give a command the option `consumer`, for `consumer_names`."""
    help = "The consumer. Default: the only one."
    return click.option("-c", "--consumer", metavar="KEY", help=help)(command)


def clusters_of(file: Path | None, stack: str | None, component: str | None) -> Mapping[str, ClusterOutput]:
    """Return the clusters of the outputs that the arguments name. Raises as `read_outputs`."""
    for option, value in (("--stack", stack), ("--component", component)):
        if file and value:
            raise click.UsageError(f"Give a file or {option}, not both.")
    return read_outputs(file, stack, component)


def consumer_names(file: Path | None, stack: str | None, component: str | None, consumer: str | None) -> ConsumerNames:
    """Return the names of the consumer that the arguments name. Raises as `read_outputs` and `names_of`."""
    try:
        return names_of(consumer, clusters_of(file, stack, component))
    except ArgumentError as error:
        raise click.UsageError(error.message) from None
