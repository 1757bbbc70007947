"""What restores access that is not as deployed, for each kind of fault."""

from __future__ import annotations

from collections.abc import Iterator

from ...facts.records import DEAD
from .deployed import APPROVED
from .live import DELETED, LiveAccess


def find_remedies(access: LiveAccess) -> Iterator[str]:
    """Yield a sentence for each kind of fault."""
    faulty = [host for host in access.hosts if not host.is_well]
    if access.missing or any(
        host.connection == DELETED or host.is_another_endpoint or host.record in ("deleted", "other-addresses")
        for host in faulty
    ):
        yield "`pulumi up --refresh` restores what was deleted or changed in Azure."
    if any(host.connection in DEAD for host in faulty):
        yield (
            "Azure never restores a rejected or disconnected connection. `pulumi up --refresh` prints the command that "
            "replaces the endpoint. It also removes the endpoint's records: clients get the public address until the "
            "endpoint is replaced."
        )
    if any(host.connection == "Pending" for host in faulty):
        yield "A pending connection waits for the approval of the service's owner."
    if any(host.connection == APPROVED and host.host is None for host in faulty):
        yield "`pulumi up --refresh` publishes an endpoint whose connection was approved after the last update."
