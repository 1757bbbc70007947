"""The resources of the sandbox and who refers to whom, as one transaction sees them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from .bodies import Json

VERSION = 1
"""Of the tables and of what is in them, in the file's `user_version`; a file without a world has 0."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, parent TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_by_type ON resources (type);
CREATE INDEX IF NOT EXISTS resources_by_parent ON resources (parent);
CREATE TABLE IF NOT EXISTS refs (
    target TEXT NOT NULL, source TEXT NOT NULL REFERENCES resources ON DELETE CASCADE, PRIMARY KEY (target, source)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS refs_by_source ON refs (source);
CREATE TABLE IF NOT EXISTS lagging (key TEXT PRIMARY KEY, looks INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rights (assignment TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS unregistered (namespace TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tenants (subscription TEXT PRIMARY KEY, tenant TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS troubles (
    number INTEGER PRIMARY KEY, trouble TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, met INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS calls (number INTEGER PRIMARY KEY, call TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_call ON calls (call);
"""


@dataclass(frozen=True)
class Stored:
    """One resource as it is kept: what its owner wrote and what Azure decided, without what GET computes."""

    id: str
    type: str
    body: Json


@dataclass(frozen=True)
class StoredTrouble:
    """A trouble, how many of its requests were made, and how many of them met it."""

    number: int
    trouble: str
    seen: int
    met: int


class Store:
    """Resources and who refers to whom, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.looked: list[str] = []
        """What was looked for and is out of sight still."""

    def get(self, key: str) -> Stored | None:
        return next(self._select("WHERE key = ?", key.lower()), None)

    def put(self, id: str, type: str, body: Json, refers_to: Iterable[str]) -> None:
        key = id.lower()
        self._db.execute(
            "INSERT INTO resources VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
            (key, id, type.lower(), key.rsplit("/", 2)[0], json.dumps(body)),
        )
        self._db.execute("DELETE FROM refs WHERE source = ?", (key,))
        self._db.executemany(
            "INSERT OR IGNORE INTO refs VALUES (?, ?)", [(target.lower(), key) for target in refers_to]
        )

    def set_etag(self, key: str, etag: str) -> None:
        """Marks a resource as changed, without what it refers to."""
        self._db.execute("UPDATE resources SET body = json_set(body, '$.etag', ?) WHERE key = ?", (etag, key.lower()))

    def delete(self, key: str) -> None:
        """Forgets a resource, with what extends it."""
        extensions = f"{key.lower()}/providers/microsoft.authorization"
        self._db.execute(
            "DELETE FROM resources WHERE key = ? OR (key >= ? AND key < ?)",
            (key.lower(), f"{extensions}/", f"{extensions}0"),
        )

    def children(self, key: str, type: str) -> list[Stored]:
        return list(self._select("WHERE parent = ? AND type = ?", key.lower(), type.lower()))

    def referrers(self, target: str, type: str) -> list[Stored]:
        """The resources of a type that refer to an id (or to an alias)."""
        return list(
            self._select(
                "JOIN refs ON refs.source = key WHERE refs.target = ? AND type = ?", target.lower(), type.lower()
            )
        )

    def of_type(self, type: str) -> list[Stored]:
        return list(self._select("WHERE type = ?", type.lower()))

    def within(self, key: str) -> list[Stored]:
        """Everything below a resource group, the group itself left out; deepest first."""
        found = self._select("WHERE key >= ? AND key < ?", f"{key.lower()}/", f"{key.lower()}0")
        return sorted(found, key=lambda each: (-each.id.count("/"), each.id))

    def has_within(self, key: str) -> bool:
        """Whether there is anything below a subscription (or a group)."""
        found = self._db.execute(
            "SELECT 1 FROM resources WHERE key >= ? AND key < ? LIMIT 1", (f"{key.lower()}/", f"{key.lower()}0")
        )
        return found.fetchone() is not None

    def everything(self) -> list[Stored]:
        return list(self._select("ORDER BY key"))

    @property
    def is_new(self) -> bool:
        """Whether no world was ever put here."""
        (started,) = self._db.execute("PRAGMA user_version").fetchone()
        return not started and not self.everything()

    def clear(self) -> None:
        for table in ("resources", "lagging", "rights", "unregistered", "tenants", "troubles", "calls"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - one of these
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def lag(self, key: str, looks: int) -> None:
        """What has this key (or alias) stays out of sight for so many looks."""
        self._db.execute("INSERT OR REPLACE INTO lagging VALUES (?, ?)", (key.lower(), looks))

    def lags(self, key: str) -> bool:
        """A look at something new: whether it is out of sight still."""
        looked = self._db.execute("UPDATE lagging SET looks = looks - 1 WHERE key = ? AND looks > 0", (key.lower(),))
        if looked.rowcount:
            self.looked.append(key)
        return looked.rowcount > 0

    def rights(self) -> list[str]:
        return [assignment for (assignment,) in self._db.execute("SELECT assignment FROM rights")]

    def set_rights(self, assignments: Iterable[str]) -> None:
        self._db.execute("DELETE FROM rights")
        self._db.executemany("INSERT INTO rights VALUES (?)", [(each,) for each in assignments])

    def unregistered(self) -> set[str]:
        return {namespace for (namespace,) in self._db.execute("SELECT namespace FROM unregistered")}

    def set_unregistered(self, namespaces: Iterable[str]) -> None:
        self._db.executemany("INSERT INTO unregistered VALUES (?)", [(each,) for each in namespaces])

    def register(self, namespace: str) -> None:
        self._db.execute("DELETE FROM unregistered WHERE namespace = ?", (namespace,))

    def tenants(self) -> dict[str, str]:
        """Whose the subscriptions are, as far as a world says so."""
        return dict(self._db.execute("SELECT subscription, tenant FROM tenants"))

    def set_tenants(self, tenants: Mapping[str, Iterable[str]]) -> None:
        pairs = [(each.lower(), tenant.lower()) for tenant, subscriptions in tenants.items() for each in subscriptions]
        self._db.executemany("INSERT INTO tenants VALUES (?, ?)", pairs)

    def troubles(self) -> list[StoredTrouble]:
        return [
            StoredTrouble(*row)
            for row in self._db.execute("SELECT number, trouble, seen, met FROM troubles ORDER BY number")
        ]

    def add_trouble(self, trouble: str) -> None:
        self._db.execute("INSERT INTO troubles (trouble) VALUES (?)", (trouble,))

    def count_trouble(self, number: int, *, met: bool) -> None:
        self._db.execute("UPDATE troubles SET seen = seen + 1, met = met + ? WHERE number = ?", (met, number))

    def end_troubles(self) -> None:
        self._db.execute("DELETE FROM troubles")
        self._db.execute("DELETE FROM calls")

    def add_call(self, call: str) -> int:
        """Remembers a request, and tells how often it was made."""
        self._db.execute("INSERT INTO calls (call) VALUES (?)", (call,))
        (count,) = self._db.execute("SELECT COUNT(*) FROM calls WHERE call = ?", (call,)).fetchone()
        return count

    def calls(self) -> list[str]:
        """The requests in order, since the first trouble."""
        return [call for (call,) in self._db.execute("SELECT call FROM calls ORDER BY number")]

    @contextmanager
    def undone_on_failure(self) -> Generator[None]:
        """A part of a request that leaves nothing behind when it is refused, while the request goes on."""
        self._db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO part")
            raise
        finally:
            self._db.execute("RELEASE part")

    def _select(self, condition: str, *values: str) -> Iterator[Stored]:
        for id, type, body in self._db.execute(f"SELECT id, type, body FROM resources {condition}", values):  # noqa: S608
            try:
                content = json.loads(body)
            except ValueError as error:
                raise sqlite3.DatabaseError(f"{id} is not JSON") from error
            yield Stored(id, type, content)
