"""`adx-private-link dns` and its commands."""

from __future__ import annotations

from pathlib import Path

import click

from ..dns.difference import differences
from ..dns.forwarding import FORWARDING
from ..dns.names import ConsumerNames
from ..dns.records import RECORDS
from ..dns.resolver import Nameserver
from ..errors import ArgumentError, CommandError
from ..terminal.console import console, table
from .nameserver import NAMESERVER
from .options import epilog
from .outputs_options import consumer_names, consumer_option, outputs_argument


class _Format(click.Option):
    """The format, whose short spelling is not shown: in other commands `-f` could be anything."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0].removeprefix("-f, "), record[1])


@click.group(
    epilog=epilog(
        "adx-private-link dns export --format bind > adx-private-link.rpz",
        "adx-private-link dns diff --nameserver 10.0.0.4",
        exits={
            0: "Everything is well.",
            1: "Answers differ (`dns diff`).",
            2: "The command cannot find out what it was asked for.",
        },
    )
)
def dns() -> None:
    """The names of private access, for networks that do not use Azure's private DNS zone."""


@dns.command(
    epilog=epilog(
        "adx-private-link dns export --format bind > adx-private-link.rpz",
        "pulumi stack output clusters --json | adx-private-link dns export --format hosts -",
        "adx-private-link dns export --format unbound --forward-to 10.0.0.4",
        exits={0: "The text is written.", 2: "The outputs cannot be read, or publish nothing for the consumer."},
    )
)
@click.option(
    "-f",  # as it was spelt before
    "--format",
    "form",
    cls=_Format,
    type=click.Choice(sorted(RECORDS)),
    required=True,
    help="bind: a response policy zone. coredns, dnsmasq, unbound: lines of their configuration. windows: a PowerShell "
    "script to run on the server. hosts: lines of a machine's hosts file. json: the records.",
)
@click.option("--ttl", type=click.IntRange(1, 2147483647), default=300, show_default=True, help="Seconds.")
@click.option(
    "--forward-to",
    type=NAMESERVER,
    help="No records, but settings that ask the server with this address for the clusters' domains: one that sees the "
    "zone. Azure's own is 168.63.129.16, which answers inside of virtual networks only.",
)
@consumer_option
@outputs_argument
def export(
    file: Path | None, stack: str | None, consumer: str | None, form: str, ttl: int, forward_to: Nameserver | None
) -> None:
    """
    Write what another DNS server needs, so that a consumer's clients find its private endpoints.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input), and writes the records of
    one consumer. The same outputs give the same text. Every other name keeps its public answer.

    Records go stale when an endpoint is replaced: export again after `pulumi up`, or forward (--forward-to) to a server
    in Azure that sees the zone, and nothing has to be kept.
    """
    names = _names(file, stack, consumer)
    if forward_to is None:
        click.echo(RECORDS[form](names, ttl), nl=False)
        return
    if form not in FORWARDING:
        raise click.UsageError(f"the format {form} cannot forward; these can: {', '.join(sorted(FORWARDING))}")
    try:
        click.echo(FORWARDING[form](names, forward_to), nl=False)
    except ArgumentError as error:
        raise click.UsageError(error.message) from None


@dns.command(
    epilog=epilog(
        "adx-private-link dns diff --nameserver 10.0.0.4 --stack prod",
        exits={0: "The server answers as the stack has it.", 1: "The answers differ.", 2: "That cannot be found out."},
    )
)
@click.option("--nameserver", type=NAMESERVER, required=True, help="The server to ask: an address, or ADDRESS:PORT.")
@consumer_option
@outputs_argument
def diff(file: Path | None, stack: str | None, consumer: str | None, nameserver: Nameserver) -> None:
    """
    Compare a running server's answers with the stack, for one consumer.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input). The exit code is 1 when
    they differ, and 2 when that cannot be told, such as where the server does not answer.
    """
    names = _names(file, stack, consumer)
    rows = differences(names, nameserver)
    if rows:
        console().print(table(("host", "in the stack", f"from {nameserver}"), rows))
        raise click.exceptions.Exit(1)
    click.echo(f"{nameserver} answers {len(names.published)} names of {names.consumer} as the stack has them")


def _names(file: Path | None, stack: str | None, consumer: str | None) -> ConsumerNames:
    """What the consumer gets; what it does not get yet is told."""
    names = consumer_names(file, stack, consumer)
    for each in names.unpublished:
        click.echo(f"not published: {each.cluster} ({each.role}), its connection was {each.connection_state}", err=True)
    if not names.published:
        raise CommandError(f"nothing is published for {names.consumer}")
    return names
