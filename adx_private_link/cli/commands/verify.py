"""`adx-private-link verify`: test access from this machine."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import click

from ..dns.names import PublishedHost
from ..dns.resolver import Nameserver, Resolver
from ..errors import ArgumentError
from ..files import write_file
from ..terminal.progress import run_at_once
from ..verify.chain import resolving_by, verify_published, verify_unpublished
from ..verify.client_uri import check_client_uri
from ..verify.findings import VerifiedHost
from ..verify.formats import format_json, format_junit, print_table
from ..verify.managed_endpoints import verify_managed_endpoint
from ..verify.storage_names import find_missing_storage_names
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
    "--timeout", type=click.FloatRange(0.1, 300), default=5.0, show_default=True, help="Seconds for each check."
)
@click.option(
    "--query", is_flag=True, help="Also run `print 1` through the official client, with the Azure CLI's login."
)
@click.option(
    "--uri",
    "uris",
    multiple=True,
    help="A URI that clients use, from a connection string: check that it has the cluster's own host name.",
)
@format_option("table", "json", help="A table for people, or JSON.")
@click.option("--json", "form", flag_value="json", hidden=True)  # the old spelling
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="A file for results in JUnit's XML.")
@consumer_option
@outputs_argument
def verify(  # noqa: PLR0913 - one for each option
    file: Path | None,
    stack: str | None,
    component: str | None,
    consumer: str | None,
    nameserver: Nameserver | None,
    port: int,
    timeout: float,
    *,
    uris: tuple[str, ...],
    form: str,
    junit: Path | None,
    query: bool,
) -> None:
    """
    Test access from this machine, in a consumer's network, and report each fault with its remedy.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input): a machine without Pulumi
    needs only the file. For each host, the command checks the connection's state, DNS, TCP, TLS with the certificate's
    names, and the cluster's answer. The storage accounts of a native cluster, through which data is ingested, answer
    nothing without a login. Of a cluster's managed private endpoints, the command checks the state of the connection.
    """
    if query:
        _require_client()
    names = consumer_names(file, stack, component, consumer)
    try:
        client_uris = [check_client_uri(uri, names) for uri in uris]
    except ArgumentError as error:
        raise click.UsageError(error.message) from None
    resolver = Resolver(nameserver, timeout)

    def verify_host(published: PublishedHost) -> VerifiedHost:
        return verify_published(published, resolver, port, query=query)

    with resolving_by(resolver) if query else nullcontext():
        hosts = run_at_once(f"verifying the names of {names.consumer}", verify_host, names.published)
    hosts += map(verify_unpublished, names.unpublished)
    hosts += find_missing_storage_names(names.published)
    hosts += map(verify_managed_endpoint, names.managed)
    hosts += filter(None, client_uris)
    if form == "json":
        click.echo(format_json(names.consumer, hosts))
    else:
        print_table(hosts, query=query)
    if junit:
        write_file(junit, format_junit(names.consumer, hosts, query=query))
    if any(host.faults for host in hosts):
        raise click.exceptions.Exit(1)


def _require_client() -> None:
    try:
        import_module("azure.kusto.data")
    except ImportError:
        raise click.UsageError(
            "--query needs the official client, which is not installed. Run `pip install 'adx-private-link[kusto]'`."
        ) from None
