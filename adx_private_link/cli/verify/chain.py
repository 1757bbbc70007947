"""The whole chain of a host: the state of its connection, its name, its endpoint, and a query."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import dns.resolver

from ...facts.records import DEAD
from ..dns.names import NATIVE, PublishedHost, UnpublishedEndpoint
from ..dns.resolver import Resolver
from .endpoint import Destination, check_endpoint
from .findings import Check, Fault, VerifiedHost
from .name_resolution import check_name


def verify_published(published: PublishedHost, resolver: Resolver, port: int, *, query: bool) -> VerifiedHost:
    """Check each link of a host; the query only for an engine, and only if all links before it hold."""
    destination = Destination(published.host, published.addresses[0], port, resolver.timeout)
    checks = [
        _check_connection(published.connection_state),
        check_name(published, resolver),
        *check_endpoint(destination, ping=not published.is_storage),
    ]
    if query and published.role == "engine" and not any(check.fault for check in checks):
        # Imported here, because the client is an extra that may not be installed.
        from .query import check_query

        checks.append(check_query(published.host, port, resolver.timeout))
    return VerifiedHost(
        published.cluster, published.target, published.role, published.host, published.addresses, checks
    )


def verify_unpublished(endpoint: UnpublishedEndpoint) -> VerifiedHost:
    """
    Check the connection of an endpoint that publishes nothing.

    Unless the cluster is on its way out of its network or back, that is a fault even if the connection holds.
    """
    check = _check_connection(endpoint.connection_state)
    if endpoint.idle == "left":
        check = Check("connection", f"{endpoint.connection_state}; the cluster has left this service")
    elif check.fault is None and not endpoint.idle:
        fault = Fault(
            "not-published",
            "the connection is Approved, and nothing is published",
            "Run `pulumi up`: it publishes the names.",
        )
        check = Check("connection", check.says, fault)
    role = None if endpoint.target == NATIVE else endpoint.target
    return VerifiedHost(endpoint.cluster, endpoint.target, role, None, (), [check])


@contextmanager
def resolving_by(resolver: Resolver) -> Generator[None]:
    """Let the official client ask the resolver's server: it resolves names by itself."""
    if resolver.nameserver is None:
        yield
        return
    dns.resolver.override_system_resolver(resolver.dnspython)
    try:
        yield
    finally:
        dns.resolver.restore_system_resolver()


def _check_connection(state: str) -> Check:
    says = f"{state}, as of the last `pulumi up`"
    if state == "Approved":
        return Check("connection", says)
    remedy = (
        "Azure cannot restore it. Ask the cluster's owner, then replace the endpoint (`pulumi up` names the command)."
        if state in DEAD
        else "Ask the cluster's owner to approve it, by `pulumi up` or by hand. Then run `pulumi up` yourself."
    )
    return Check("connection", says, Fault("not-approved", f"the connection is {says}", remedy))
