"""`adx-private-link verify`."""

from __future__ import annotations

import importlib.util
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click
import dns.resolver

from ..dns.answers import NAMESERVER, Nameserver, Resolver
from ..progress import counted
from ..stack_outputs import OfConsumer, Published, Unpublished, of_consumer, of_stack, published_for, read_outputs
from .findings import Check, Fault, Verified
from .naming import check_name
from .reaching import reach
from .telling import as_json, as_junit, tell

_AT_ONCE = 16


@click.command(
    epilog="\b\nExamples:\n  adx-private-link verify clusters.json\n"
    "  pulumi stack output clusters --json | adx-private-link verify --consumer analytics -\n"
    "  adx-private-link verify --nameserver 10.0.0.4 --junit access.xml --stack prod"
)
@click.option(
    "--nameserver", type=NAMESERVER, help="The DNS server to ask: an address, or ADDRESS:PORT. Default: this machine's."
)
@click.option("--port", type=click.IntRange(1, 65535), default=443, show_default=True, help="Of the clusters.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=5.0, show_default=True, help="Seconds for each step."
)
@click.option(
    "--query", is_flag=True, help="Also run `print 1` through the official client, with the login of the Azure CLI."
)
@click.option("--json", "json", is_flag=True, help="Write JSON instead of the table.")
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit's XML there, for pipelines."
)
@of_consumer
@of_stack
def verify(  # noqa: PLR0913 - one for each option
    file: Path | None,
    stack: str | None,
    consumer: str | None,
    nameserver: Nameserver | None,
    port: int,
    timeout: float,
    junit: Path | None,
    *,
    query: bool,
    json: bool,
) -> None:
    """
    Try from here, inside a consumer's network, whether its clients reach the clusters, and tell what is broken.

    Reads the stack's output `clusters` from Pulumi, or from FILE (`-` for standard input), so that a machine without
    Pulumi can do it. For each host: the state of its connection, the name, TCP, TLS with the certificate's names, and
    the cluster's answer. The exit code is 1 where anything is broken.
    """
    if query and importlib.util.find_spec("azure.kusto") is None:
        raise click.UsageError("--query needs the official client: install the extra `kusto`")
    try:
        resolver = Resolver(nameserver, timeout)
    except dns.resolver.NoResolverConfiguration:
        raise click.UsageError("this machine names no DNS server; say --nameserver") from None
    found = published_for(consumer, read_outputs(file, stack))
    with _resolving(resolver):
        verified = _verify(found, resolver, port, timeout, query=query)
    if junit:
        junit.write_text(as_junit(found.key, verified), encoding="utf-8")
    if json:
        click.echo(as_json(found.key, verified))
    else:
        tell(verified, query=query)
    if any(each.faults for each in verified):
        raise click.exceptions.Exit(1)


def _verify(found: OfConsumer, resolver: Resolver, port: int, timeout: float, *, query: bool) -> list[Verified]:
    def verify_one(each: Published) -> Verified:
        return _published(each, resolver, port, timeout, query=query)

    waiting = [_unpublished(each) for each in found.unpublished]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = pool.map(verify_one, found.published)
        says = f"verifying {len(found.published)} names of {found.key}"
        return [*counted(running, says, len(found.published)), *waiting]


def _published(each: Published, resolver: Resolver, port: int, timeout: float, *, query: bool) -> Verified:
    checks = [
        Check("connection", "Approved"),
        check_name(each, resolver),
        *reach(each.host, each.addresses[0], port, timeout),
    ]
    if query and not any(check.fault for check in checks) and each.role == "engine":
        from .querying import query as run_query

        checks.append(run_query(each.host, port))
    return Verified(each.cluster, each.role, each.host, each.addresses, checks)


def _unpublished(each: Unpublished) -> Verified:
    state = each.connection_state
    remedy = (
        "The service's owner approves it: their `pulumi up`; then yours publishes the names."
        if state == "Pending"
        else "Azure does not bring it back: replace the endpoint (`pulumi up` names the command), after its owner "
        "agrees."
    )
    fault = Fault("not-approved", f"the connection is {state}, so nothing is published", remedy)
    return Verified(each.cluster, each.role, None, (), [Check("connection", state, fault)])


@contextmanager
def _resolving(resolver: Resolver) -> Generator[None]:
    """The official client resolves names by itself: let it ask the same server."""
    if resolver.nameserver is None:
        yield
        return
    dns.resolver.override_system_resolver(resolver.dnspython)
    try:
        yield
    finally:
        dns.resolver.restore_system_resolver()
