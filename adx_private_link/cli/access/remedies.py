"""What restores access that is not as deployed, for each kind of fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...facts.records import DEAD
from .comparison import DELETED, LiveAccess, LiveHostAccess
from .deployed import APPROVED


def find_remedies(access: LiveAccess) -> Iterator[str]:
    """Yield a sentence for each kind of fault."""
    faulty = [host for host in access.hosts if not host.is_well]
    missing = {missing.id.lower() for missing in access.missing}
    # Azure writes the records of a zone group, so the state does not have them.
    is_written = [
        host.zone_group_name is not None and (host.zone_group or "").lower() not in missing for host in faulty
    ]
    lost = [host.record in ("deleted", "other-addresses") for host in faulty]
    if access.missing or any(
        host.connection == DELETED or host.is_another_endpoint or (is_lost and not of_group)
        for host, is_lost, of_group in zip(faulty, lost, is_written, strict=True)
    ):
        yield "`pulumi up --refresh` restores what was deleted or changed in Azure."
    if groups := _groups_to_replace(host for host, of_group in zip(faulty, is_written, strict=True) if of_group):
        commands = " ".join(f"--replace '**PrivateDnsZoneGroup::{name}'" for name in groups)
        yield (
            f"`pulumi up {commands}` has Azure write the records of these zone groups again; for a moment, their names "
            "have none. If a record changes again, another endpoint of the cluster has a zone group for the same zone: "
            "delete that zone group first."
        )
    if any(host.connection in DEAD for host in faulty):
        yield (
            "Azure never restores a rejected or disconnected connection. `pulumi up --refresh` prints the command that "
            "replaces the endpoint. It also removes the endpoint's records: clients get the public address until the "
            "endpoint is replaced."
        )
    if any(host.connection == "Pending" for host in faulty):
        yield "A pending connection waits for the approval of the owner of the service or cluster."
    yield from _managed_remedies(access)
    if any(host.connection == APPROVED and host.host is None for host in faulty):
        yield "`pulumi up` publishes an endpoint whose connection was approved after the last update."


def _managed_remedies(access: LiveAccess) -> Iterator[str]:
    faulty = [managed.connection for managed in access.managed_endpoints if not managed.is_well]
    if DELETED in faulty:
        yield "`pulumi up --refresh` recreates a managed private endpoint that was deleted in Azure."
    if any(connection in DEAD for connection in faulty):
        yield (
            "Azure never restores the rejected or disconnected connection of a managed private endpoint. `pulumi up` "
            "prints the command that replaces it."
        )
    if "Pending" in faulty:
        yield "A pending connection of a managed private endpoint waits for the approval of the owner of its target."


def _groups_to_replace(hosts: Iterable[LiveHostAccess]) -> list[str]:
    """Return the zone groups of living endpoints whose records are not what they have written."""
    lost = ("deleted", "other-addresses", "not-published")
    names = (host.zone_group_name for host in hosts if host.record in lost and host.connection == APPROVED)
    return sorted({name for name in names if name is not None})
