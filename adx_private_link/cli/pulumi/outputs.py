"""The stack output `clusters`, from Pulumi or from a file, and the names that a consumer gets by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from ...facts.hand_overs import format_errors
from ...naming.hosts import default_zone
from ...outputs import ClusterOutput, ClustersOutput
from ...untrusted import InputError, parse_json, read_file
from ..outputs_file import problems_of_file
from ..terminal.own_commands import repair_command
from .run import PulumiError, pulumi

_Command = TypeVar("_Command", bound=Callable[..., Any])


def outputs_argument(command: _Command) -> _Command:
    """Let a command take `file` and `stack`, for `read_outputs`."""
    file = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
    command = click.argument("file", required=False, type=file)(command)
    return click.option("-s", "--stack", help="The stack. Default: the selected one.")(command)


def consumer_option(command: _Command) -> _Command:
    """Let a command take `consumer`, for `names_of`."""
    says = "The consumer whose network it is about. Default: the only one."
    return click.option("-c", "--consumer", metavar="KEY", help=says)(command)


def read_outputs(file: Path | None, stack: str | None) -> Mapping[str, ClusterOutput]:
    """
    The clusters of a stack, as of its last `pulumi up`.

    Raises:
        click.ClickException: The file cannot be read, or is something else; or the stack has none.
    """
    if file and stack:
        raise click.UsageError("say either a file or --stack: both have the outputs")
    try:
        given = parse_json(_stack_output(stack) if file is None else read_file(file))
        clusters = ClustersOutput.model_validate(given).root
    except InputError as error:
        wrong = f"it {error}"
    except ValidationError as error:
        wrong = format_errors(error)
    else:
        if file and (problems := problems_of_file(clusters)):
            raise click.ClickException("\n".join(problems))
        return clusters
    raise click.ClickException(f"this is not the output `clusters` of an adx-private-link stack: {wrong}")


def _stack_output(stack: str | None) -> str:
    try:
        return pulumi("stack", "output", "clusters", "--json", *(["--stack", stack] if stack else []))
    except PulumiError as error:
        if "does not have output property" in error.said:
            raise click.ClickException(
                "the stack has deployed nothing yet: run `pulumi up`. If it has, its state is damaged: run "
                f"`{repair_command(stack)}`"
            ) from None
        raise


@dataclass(frozen=True)
class Published:
    """A host name that a consumer's clients reach by a private endpoint."""

    cluster: str
    role: str
    host: str
    zone: str
    """The private DNS zone of its record."""
    addresses: tuple[str, ...]
    connection_state: str

    @property
    def private_name(self) -> str:
        """
        What public DNS makes of the host name: `myadx.privatelink.westus.kusto.windows.net`.

        The alias is Azure's own, made for every cluster that is injected in a network (MicrosoftDocs,
        vnet-create-private-endpoint.md, "DNS configuration for your Private Endpoint").
        """
        return f"{self.host.partition('.')[0]}.{self.zone}"

    @property
    def domain(self) -> str:
        """The public zone of the host name."""
        return self.host.partition(".")[2]


@dataclass(frozen=True)
class Unpublished:
    """A private endpoint that publishes nothing."""

    cluster: str
    role: str
    connection_state: str


@dataclass(frozen=True)
class Names:
    """Everything that a stack publishes for one consumer, and what it does not, each in the order of names."""

    consumer: str
    published: tuple[Published, ...]
    unpublished: tuple[Unpublished, ...]


def names_of(consumer: str | None, clusters: Mapping[str, ClusterOutput]) -> Names:
    """
    What one consumer gets: each has addresses of its own, so nothing is said of several at once.

    Raises:
        click.UsageError: There is no such consumer, or none was named and there are several.
        click.ClickException: The stack has no endpoints.
    """
    keys = sorted({key for cluster in clusters.values() for key in cluster.endpoints})
    if not keys:
        raise click.ClickException("the stack has no endpoints")
    if consumer is None and len(keys) > 1:
        raise click.UsageError(f"each consumer has addresses of its own; say --consumer with one of {', '.join(keys)}")
    if consumer is not None and consumer not in keys:
        raise click.UsageError(f"there is no consumer {consumer!r} in the stack's outputs; it has {', '.join(keys)}")
    chosen = consumer or keys[0]
    published: list[Published] = []
    unpublished: list[Unpublished] = []
    for key, cluster in clusters.items():
        for role, endpoint in cluster.endpoints.get(chosen, {}).items():
            state = endpoint.connection_state
            if not endpoint.hosts:
                unpublished.append(Unpublished(key, role, state))
            for host, addresses in endpoint.hosts.items():
                zone = cluster.zone or default_zone(host)
                published.append(Published(key, role, host, zone, tuple(sorted(addresses)), state))
    return Names(
        chosen,
        tuple(sorted(published, key=lambda each: each.host)),
        tuple(sorted(unpublished, key=lambda each: (each.cluster, each.role))),
    )
