"""`adx-private-link verify`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click
import dns.resolver

from ...facts.records import DEAD
from ..dns.names import PublishedHost, UnpublishedEndpoint
from ..dns.resolver import Nameserver, Resolver
from ..files import write_file
from ..terminal.progress import at_once
from ..verify.endpoint import Place, reach
from ..verify.findings import Check, Fault, Verified
from ..verify.formats import as_json, as_junit, print_table
from ..verify.names import check_name
from .nameserver import NAMESERVER
from .options import epilog, format_option
from .outputs_options import consumer_names, consumer_option, outputs_argument


@click.command(
    epilog=epilog(
        "adx-private-link verify clusters.json",
        "pulumi stack output clusters --json | adx-private-link verify --consumer analytics -",
        "adx-private-link verify --nameserver 10.0.0.4 --junit access.xml --stack prod",
        exits={0: "Access works.", 1: "Access is broken.", 2: "The outputs cannot be read."},
    )
)
@click.option(
    "--nameserver", type=NAMESERVER, help="The DNS server to ask: an address, or ADDRESS:PORT. Default: this machine's."
)
@click.option("--port", type=click.IntRange(1, 65535), default=443, show_default=True, help="The port of the clusters.")
@click.option(
    "--timeout", type=click.FloatRange(0.1, 300), default=5.0, show_default=True, help="Seconds for each test."
)
@click.option(
    "--query", is_flag=True, help="Also run `print 1` through the official client, with the Azure CLI's login."
)
@format_option("table", "json", says="A table for people, or JSON.")
@click.option("--json", "form", flag_value="json", hidden=True)  # as it was spelt before
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="A file for results in JUnit's XML.")
@consumer_option
@outputs_argument
def verify(  # noqa: PLR0913 - one for each option
    file: Path | None,
    stack: str | None,
    consumer: str | None,
    nameserver: Nameserver | None,
    port: int,
    timeout: float,
    form: str,
    junit: Path | None,
    *,
    query: bool,
) -> None:
    """
    Test from this machine, in a consumer's network, whether clients reach the clusters, and report what is broken.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): a machine without Pulumi
    needs only the file. For each host, the command tests the connection's state, DNS, TCP, TLS with the certificate's
    names, and the cluster's answer.
    """
    if query:
        _require_client()
    names = consumer_names(file, stack, consumer)
    resolver = Resolver(nameserver, timeout)

    def verify_one(each: PublishedHost) -> Verified:
        return _published(each, resolver, port, query=query)

    with _resolving(resolver if query else None):
        verified = at_once(f"verifying the names of {names.consumer}", verify_one, names.published)
    verified += [_unpublished(each) for each in names.unpublished]
    if form == "json":
        click.echo(as_json(names.consumer, verified))
    else:
        print_table(verified, query=query)
    if junit:
        write_file(junit, as_junit(names.consumer, verified, query=query))
    if any(each.faults for each in verified):
        raise click.exceptions.Exit(1)


def _require_client() -> None:
    try:
        import azure.kusto.data  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError:
        raise click.UsageError(
            "--query needs the official client. Run: pip install 'adx-private-link[kusto]'"
        ) from None


def _published(each: PublishedHost, resolver: Resolver, port: int, *, query: bool) -> Verified:
    place = Place(each.host, each.addresses[0], port, resolver.timeout)
    checks = [_connection(each.connection_state), check_name(each, resolver), *reach(place)]
    if query and each.role == "engine" and not any(check.fault for check in checks):
        # Here, since the client is an extra that not everybody has.
        from ..verify.query import query as run_query

        checks.append(run_query(each.host, port, resolver.timeout))
    return Verified(each.cluster, each.role, each.host, each.addresses, checks)


def _unpublished(each: UnpublishedEndpoint) -> Verified:
    check = _connection(each.connection_state)
    if check.fault is None:
        fault = Fault(
            "not-published",
            "the connection is Approved, and nothing is published",
            "Run `pulumi up`: it publishes the names.",
        )
        check = Check("connection", check.says, fault)
    return Verified(each.cluster, each.role, None, (), [check])


def _connection(state: str) -> Check:
    says = f"{state}, as of the last `pulumi up`"
    if state == "Approved":
        return Check("connection", says)
    remedy = (
        "Azure cannot restore it. Ask the service's owner, then replace the endpoint (`pulumi up` names the command)."
        if state in DEAD
        else "Ask the service's owner to approve it, by `pulumi up` or by hand. Then run `pulumi up` yourself."
    )
    return Check("connection", says, Fault("not-approved", f"the connection is {says}", remedy))


@contextmanager
def _resolving(resolver: Resolver | None) -> Generator[None]:
    """The official client resolves names by itself: let it ask the same server."""
    if resolver is None or resolver.nameserver is None:
        yield
        return
    dns.resolver.override_system_resolver(resolver.dnspython)
    try:
        yield
    finally:
        dns.resolver.restore_system_resolver()
