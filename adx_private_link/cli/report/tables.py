"""The rows of a report's tables, for Markdown and for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .accesses import Access, ExternalAccess
from .folding import AlikeAccesses, AlikeClusters, alike_accesses, signature
from .managed_endpoints import ManagedEndpointChange
from .plan import STORAGE
from .record_sets import RecordSetChange
from .records import Target
from .words.labels import (
    ADDRESS_CHANGES,
    CONNECTIONS,
    NONE,
    NOT_KNOWN_YET,
    OPERATIONS,
    THEIRS,
    access_operation,
    address_count,
    approved_count,
    external_consumer,
    external_operation,
    host_count,
    host_words,
    managed_connection,
    privacy,
    storage_host_count,
)
from .words.names import zone_words
from .words.risks.description import parts_of


@dataclass(frozen=True)
class Cells:
    """Writes the values of cells in a format."""

    value: Callable[[str], str]
    """Writes a name, a host or an address."""
    words: Callable[[str], str]
    """Writes other text."""

    def accesses(self, accesses: Iterable[Access | ExternalAccess]) -> Iterator[list[str]]:
        """The rows of accesses; one for all storage hosts of a consumer that change alike."""
        return map(self._access, alike_accesses(accesses))

    def accesses_of_many(self, group: AlikeClusters) -> Iterator[list[str]]:
        """The rows of accesses that are the same in many clusters: without hosts and addresses."""
        counts = Counter(signature(access) for access in group.accesses)
        for alike in alike_accesses(group.of_first):
            yield self._access_of_many(alike, counts[signature(alike.first)], len(group.clusters))

    def _access(self, alike: AlikeAccesses) -> list[str]:
        access = alike.first
        if isinstance(access, ExternalAccess):
            return self._external(access)
        if alike.count > 1:
            before, after = (
                address_count(alike.count) if address else privacy(is_private=False)
                for address in (access.before, access.after)
            )
            host = storage_host_count(alike.count)
        else:
            before, after = (
                self.value(address) if address else privacy(is_private=False)
                for address in (access.before, access.after)
            )
            host = (
                self.value(access.host)
                if access.host
                else self.words(host_words(access.host, access.role, access.idle))
            )
        return self._row(access, host, _change(before, after if access.after_is_known else NOT_KNOWN_YET))

    def _access_of_many(self, alike: AlikeAccesses, hosts: int, clusters: int) -> list[str]:
        access = alike.first
        if isinstance(access, ExternalAccess):
            return self._external(access)
        before = privacy(is_private=access.before is not None)
        after = privacy(is_private=access.is_private)
        is_telling = before != after or access.effect == "approved"
        count = host_count(clusters) if access.role != STORAGE else _storage_hosts(access, hosts)
        return self._row(access, count, _change(before, after) if is_telling else ADDRESS_CHANGES)

    def record_set(self, change: RecordSetChange) -> list[str]:
        """The row of a record set that changes."""
        old = self.value(change.old_address) if change.old_address else NONE
        new = self.value(change.new_address) if change.new_address else NONE
        return [
            self.value(change.label) if change.label else host_words(None, STORAGE),
            self.words(zone_words(change.zone)),
            _change(old, new if change.new_is_known else NOT_KNOWN_YET),
            _change(self._target(change.old_target), self._target(change.new_target)),
            OPERATIONS[change.operation],
        ]

    def managed_endpoint(self, change: ManagedEndpointChange) -> list[str]:
        """The row of a managed private endpoint that changes."""
        old, new = (_short(target) or NONE for target in (change.old_target, change.new_target))
        is_deleted = change.operation == "delete"
        return [
            self.value(change.cluster),
            self.value(change.key),
            self.words(old if is_deleted else new if change.old_target is None else _change(old, new)),
            self.words(change.group or NONE),
            CONNECTIONS["ended"] if is_deleted else managed_connection(approved_here=change.approved_here),
            OPERATIONS.get(change.operation, "approval changes"),
        ]

    def _row(self, access: Access, host: str, address: str) -> list[str]:
        cells = [self.value(access.consumer), self.words(access.role), host, address]
        return [*cells, CONNECTIONS[access.connection], access_operation(access)]

    def _external(self, access: ExternalAccess) -> list[str]:
        approved = approved_count(len(access.approved_before), len(access.approved_after))
        cells = [external_consumer(self.value(access.consumer)), self.words(parts_of([access.target])), THEIRS, THEIRS]
        return [*cells, approved, external_operation(access)]

    def _target(self, target: Target | None) -> str:
        return f"{self.value(target.endpoint)} ({self.words(target.role)})" if target else NONE


def _storage_hosts(access: Access, count: int) -> str:
    return storage_host_count(count) if access.host else host_words(None, STORAGE)


def _short(target: str | None) -> str | None:
    """The name of a target, for people; its id is in the JSON."""
    return target.rpartition("/")[2] if target else None


def _change(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"
