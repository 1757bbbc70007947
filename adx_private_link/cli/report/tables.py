"""The rows of a report's tables, for Markdown and for a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .accesses import Access, ExternalAccess
from .plan import Target
from .record_sets import RecordSetChange
from .words.labels import (
    ADDRESS_CHANGES,
    CONNECTIONS,
    NONE,
    NOT_KNOWN_YET,
    OPERATIONS,
    THEIRS,
    access_operation,
    approved_count,
    external_consumer,
    external_operation,
    host_count,
    host_words,
    privacy,
)
from .words.names import zone_words


@dataclass(frozen=True)
class Cells:
    """Writes the values of cells in a format."""

    value: Callable[[str], str]
    """Writes a name, a host or an address."""
    words: Callable[[str], str]
    """Writes other text."""

    def access(self, access: Access | ExternalAccess) -> list[str]:
        """The row of an access."""
        if isinstance(access, ExternalAccess):
            return self._external(access)
        before = self.value(access.before) if access.before else privacy(is_private=False)
        after = self.value(access.after) if access.after else privacy(is_private=False)
        address = _change(before, after if access.after_is_known else NOT_KNOWN_YET)
        return self._row(access, self.value(host_words(access.host, access.role)), address)

    def access_of_many(self, access: Access | ExternalAccess, clusters: int) -> list[str]:
        """The row of an access that is the same in many clusters: without hosts and addresses."""
        if isinstance(access, ExternalAccess):
            return self._external(access)
        before = privacy(is_private=access.before is not None)
        after = privacy(is_private=access.after is not None or not access.after_is_known)
        is_telling = before != after or access.effect == "approved"
        return self._row(access, host_count(clusters), _change(before, after) if is_telling else ADDRESS_CHANGES)

    def record_set(self, change: RecordSetChange) -> list[str]:
        """The row of a record set that changes."""
        old = self.value(change.old_address) if change.old_address else NONE
        new = self.value(change.new_address) if change.new_address else NONE
        return [
            self.value(change.label),
            self.words(zone_words(change.zone)),
            _change(old, new if change.new_is_known else NOT_KNOWN_YET),
            _change(self._target(change.old_target), self._target(change.new_target)),
            OPERATIONS[change.operation],
        ]

    def _row(self, access: Access, host: str, address: str) -> list[str]:
        cells = [self.value(access.consumer), self.words(access.role), host, address]
        return [*cells, CONNECTIONS[access.connection], access_operation(access)]

    def _external(self, access: ExternalAccess) -> list[str]:
        approved = approved_count(len(access.approved_before), len(access.approved_after))
        cells = [external_consumer(self.value(access.consumer)), self.words(access.role), THEIRS, THEIRS]
        return [*cells, approved, external_operation(access)]

    def _target(self, target: Target | None) -> str:
        return f"{self.value(target.endpoint)} ({self.words(target.role)})" if target else NONE


def _change(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"
