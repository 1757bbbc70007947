"""`adx-private-link dns`: export records for other DNS servers, and compare their answers."""

from __future__ import annotations

from pathlib import Path

import click

from ..dns.difference import find_differences
from ..dns.forwarding import FORWARDING, Forwarding
from ..dns.names import ConsumerNames
from ..dns.records import RECORDS, SNAPSHOT
from ..dns.resolver import Nameserver
from ..errors import ArgumentError, CommandError
from ..terminal.console import console
from ..terminal.tables import table
from .nameserver import NAMESERVER
from .options import epilog
from .outputs_options import consumer_names, consumer_option, outputs_argument


class _Format(click.Option):
    """The option for the format; help does not show its old short spelling `-f`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0].removeprefix("-f, "), record[1])


@click.group(
    epilog=epilog(
        "adx-private-link dns export --format bind > adx-private-link.rpz",
        "adx-private-link dns diff --nameserver 10.0.0.4",
        exits={
            0: "The text is written, or the answers are as deployed.",
            1: "The answers differ (`dns diff`).",
            2: "The outputs cannot be read or publish nothing, or the server does not answer.",
        },
    )
)
def dns() -> None:
    """Export and compare records for networks that do not use Azure's private DNS zone."""


@dns.command(
    epilog=epilog(
        "adx-private-link dns export --format bind > adx-private-link.rpz",
        "pulumi stack output clusters --json | adx-private-link dns export --format hosts -",
        "adx-private-link dns export --format unbound --forward-to 10.0.0.4",
        exits={0: "The text is written.", 2: "The outputs cannot be read, or publish nothing for the consumer."},
    )
)
@click.option(
    "-f",  # the old spelling
    "--format",
    "form",
    cls=_Format,
    type=click.Choice(sorted(RECORDS)),
    required=True,
    help="A response policy zone (bind), lines of a configuration (coredns, dnsmasq, unbound), a PowerShell script "
    "(windows), lines of a hosts file (hosts), or the records (json).",
)
@click.option(
    "--ttl",
    type=click.IntRange(1, 2147483647),
    default=300,
    show_default=True,
    help="Seconds for which caches may keep a record.",
)
@click.option(
    "--forward-to",
    type=NAMESERVER,
    help="Instead of records, write settings that forward the clusters' domains to this server, which sees the zone. "
    "Azure's own server, 168.63.129.16, answers only inside virtual networks.",
)
@click.option(
    "--storage-domains",
    is_flag=True,
    help="With --forward-to: forward blob.core.windows.net, queue.core.windows.net and table.core.windows.net instead "
    "of the native clusters' single storage names. New storage accounts then need no export, but this server then "
    "decides on the names of all storage accounts, those of others too.",
)
@consumer_option
@outputs_argument
def export(
    file: Path | None,
    stack: str | None,
    component: str | None,
    consumer: str | None,
    *,
    form: str,
    ttl: int,
    forward_to: Nameserver | None,
    storage_domains: bool,
) -> None:
    """
    Write the records of one consumer in the format of another DNS server.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input). The same outputs give the
    same text. Every other name keeps its public answer.

    Records go stale when an endpoint is replaced, or when Azure adds storage accounts to a native cluster. Export again
    after `pulumi up`, or forward (--forward-to) to a server in Azure that sees the zones: then no records are needed.
    """
    if storage_domains and forward_to is None:
        raise click.UsageError("--storage-domains needs --forward-to.")
    names = _names(file, stack, component, consumer)
    if forward_to is None:
        _show_note(SNAPSHOT if names.has_storage else None)
        click.echo(RECORDS[form](names, ttl), nl=False)
        return
    if form not in FORWARDING:
        raise click.UsageError(f"The format {form} cannot forward. These can: {', '.join(sorted(FORWARDING))}.")
    try:
        forwarding = Forwarding.of(names, forward_to, storage_domains=storage_domains)
        _show_note(forwarding.note)
        click.echo(FORWARDING[form](forwarding), nl=False)
    except ArgumentError as error:
        raise click.UsageError(error.message) from None


@dns.command(
    epilog=epilog(
        "adx-private-link dns diff --nameserver 10.0.0.4 --stack prod",
        exits={0: "The answers are as deployed.", 1: "The answers differ.", 2: "The server does not answer."},
    )
)
@click.option("--nameserver", type=NAMESERVER, required=True, help="The server to ask: an address, or ADDRESS:PORT.")
@consumer_option
@outputs_argument
def diff(
    file: Path | None, stack: str | None, component: str | None, consumer: str | None, nameserver: Nameserver
) -> None:
    """
    Compare the answers of a DNS server with the stack, for one consumer.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input).
    """
    names = _names(file, stack, component, consumer)
    differences = find_differences(names, nameserver)
    if differences:
        rows = [
            (difference.published.host, ", ".join(difference.published.addresses), difference.answer.chain)
            for difference in differences
        ]
        out = console()
        out.print(table(("host", "in the stack", f"from {nameserver}"), rows))
        if missing := [row.published.host for row in differences if row.is_missing_account]:
            out.print(f"\nAdded since the server got its records: {', '.join(missing)}.")
            out.print("Azure adds storage accounts to a native cluster under load. Export again, or forward.")
        raise click.exceptions.Exit(1)
    click.echo(f"{nameserver} answers {len(names.published)} names of {names.consumer} as deployed.")


def _show_note(note: str | None) -> None:
    """Show a note beside the text, which may go to a file unread."""
    if note:
        click.echo(f"Note: {note}", err=True)


def _names(file: Path | None, stack: str | None, component: str | None, consumer: str | None) -> ConsumerNames:
    """Return the names of the consumer, and report the endpoints that publish none."""
    names = consumer_names(file, stack, component, consumer)
    for endpoint in names.unpublished:
        if endpoint.idle:
            continue
        name = f"{endpoint.cluster} ({endpoint.target})"
        click.echo(f"Not published: {name}, because its connection was {endpoint.connection_state}.", err=True)
    if not names.published:
        raise CommandError(f"Nothing is published for {names.consumer}.")
    return names
