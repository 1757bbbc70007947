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
    """Give a command the argument `file` and the option `stack`, for `clusters_of` and `consumer_names`."""
    file = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
    return stack_option(click.argument("file", required=False, type=file)(command))


def consumer_option(command: _Command) -> _Command:
    """Give a command the option `consumer`, for `consumer_names`."""
    help = "The consumer. Default: the only one."
    return click.option("-c", "--consumer", metavar="KEY", help=help)(command)


def clusters_of(file: Path | None, stack: str | None) -> Mapping[str, ClusterOutput]:
    """Return the clusters of the outputs that the arguments name. Raises as `read_outputs`."""
    if file and stack:
        raise click.UsageError("Give a file or --stack, not both.")
    return read_outputs(file, stack)


def consumer_names(file: Path | None, stack: str | None, consumer: str | None) -> ConsumerNames:
    """Return the names of the consumer that the arguments name. Raises as `read_outputs` and `names_of`."""
    try:
        return names_of(consumer, clusters_of(file, stack))
    except ArgumentError as error:
        raise click.UsageError(error.message) from None
