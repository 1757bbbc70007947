"""The tables of the state: resources, references between them, rights, tenants, switches and trouble."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from .bodies import Json

VERSION = 2
"""The version of the tables and their content, in the file's `user_version`. A file without a world has 0."""

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
CREATE TABLE IF NOT EXISTS added_accounts (
    cluster TEXT PRIMARY KEY REFERENCES resources ON DELETE CASCADE, accounts INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lagging (key TEXT PRIMARY KEY, looks INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS operations (
    name TEXT PRIMARY KEY, target TEXT NOT NULL, operation TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS operations_by_target ON operations (target);
CREATE TABLE IF NOT EXISTS busy_clusters (cluster TEXT PRIMARY KEY, ends REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rights (assignment TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS unregistered (namespace TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tenants (subscription TEXT PRIMARY KEY, tenant TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS troubles (
    number INTEGER PRIMARY KEY, trouble TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, met INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS calls (number INTEGER PRIMARY KEY, call TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_call ON calls (call);
"""


_TABLES = re.findall(r"EXISTS (\w+) \(", SCHEMA)


@dataclass(frozen=True)
class Stored:
    """A stored resource: the properties that its owner and Azure set, without those that GET computes."""

    id: str
    type: str
    body: Json


@dataclass(frozen=True)
class StoredTrouble:
    """A trouble as JSON, with the number of requests that it concerns and the number of those that met it."""

    number: int
    trouble: str
    seen: int
    met: int


class Store:
    """The tables within one transaction. Keys are ids (or aliases), compared without case."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.looked_for: list[str] = []
        """The hidden keys that this transaction has looked for."""

    def get(self, key: str) -> Stored | None:
        return next(self._select("WHERE key = ?", key.lower()), None)

    def put(self, id: str, type: str, body: Json, referenced_ids: Iterable[str]) -> None:
        key = id.lower()
        self._db.execute(
            "INSERT INTO resources VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
            (key, id, type.lower(), key.rsplit("/", 2)[0], json.dumps(body)),
        )
        self._db.execute("DELETE FROM refs WHERE source = ?", (key,))
        self._db.executemany(
            "INSERT OR IGNORE INTO refs VALUES (?, ?)", [(target.lower(), key) for target in referenced_ids]
        )

    def set_etag(self, key: str, etag: str) -> None:
        """Give a resource another etag. Its references stay."""
        self._db.execute("UPDATE resources SET body = json_set(body, '$.etag', ?) WHERE key = ?", (etag, key.lower()))

    def delete(self, key: str) -> None:
        """Delete a resource with its extensions, such as locks."""
        extensions = f"{key.lower()}/providers/microsoft.authorization"
        self._db.execute(
            "DELETE FROM resources WHERE key = ? OR (key >= ? AND key < ?)",
            (key.lower(), f"{extensions}/", f"{extensions}0"),
        )

    def children(self, key: str, type: str) -> list[Stored]:
        """The resources of a type that are nested in another."""
        return list(self._select("WHERE parent = ? AND type = ?", key.lower(), type.lower()))

    def count_children(self, key: str) -> int:
        """The number of resources of all types that are nested in another."""
        (count,) = self._db.execute("SELECT COUNT(*) FROM resources WHERE parent = ?", (key.lower(),)).fetchone()
        return count

    def referrers(self, target: str, type: str) -> list[Stored]:
        """The resources of a type that refer to an id or alias."""
        return list(
            self._select(
                "JOIN refs ON refs.source = key WHERE refs.target = ? AND type = ?", target.lower(), type.lower()
            )
        )

    def of_type(self, type: str) -> list[Stored]:
        """The resources of a type."""
        return list(self._select("WHERE type = ?", type.lower()))

    def within(self, key: str) -> list[Stored]:
        """The resources in a resource group, without the group itself. Nested resources come first."""
        resources = self._select("WHERE key >= ? AND key < ?", f"{key.lower()}/", f"{key.lower()}0")
        return sorted(resources, key=lambda stored: (-stored.id.count("/"), stored.id))

    def has_within(self, key: str) -> bool:
        """Whether a subscription or a group has any resources."""
        rows = self._db.execute(
            "SELECT 1 FROM resources WHERE key >= ? AND key < ? LIMIT 1", (f"{key.lower()}/", f"{key.lower()}0")
        )
        return rows.fetchone() is not None

    def everything(self) -> list[Stored]:
        """All resources, ordered by key."""
        return list(self._select("ORDER BY key"))

    @property
    def is_new(self) -> bool:
        """Whether the state has never had a world."""
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return not version and not self.everything()

    def clear(self) -> None:
        """Empty all tables, for another world."""
        for table in _TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are constants
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def hide(self, key: str, looks: int) -> None:
        """Hide a new resource or alias from this number of looks."""
        self._db.execute("INSERT OR REPLACE INTO lagging VALUES (?, ?)", (key.lower(), looks))

    def is_hidden(self, key: str) -> bool:
        """Whether a new resource or alias is still hidden. Each call counts as a look."""
        update = self._db.execute("UPDATE lagging SET looks = looks - 1 WHERE key = ? AND looks > 0", (key.lower(),))
        if update.rowcount:
            self.looked_for.append(key)
        return update.rowcount > 0

    def added_accounts(self, cluster: str) -> int:
        """The number of storage accounts that Azure has added to a cluster since its creation."""
        row = self._db.execute("SELECT accounts FROM added_accounts WHERE cluster = ?", (cluster.lower(),)).fetchone()
        return row[0] if row else 0

    def operation(self, name: str) -> str | None:
        """An operation that Azure has accepted, as JSON."""
        row = self._db.execute("SELECT operation FROM operations WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def operations_on(self, target: str) -> list[str]:
        """The operations on a resource, as JSON."""
        rows = self._db.execute("SELECT operation FROM operations WHERE target = ?", (target.lower(),))
        return [operation for (operation,) in rows]

    def put_operation(self, name: str, target: str, operation: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO operations VALUES (?, ?, ?)", (name, target.lower(), operation))

    def add_account(self, cluster: str) -> None:
        """Count one more storage account of a cluster."""
        self._db.execute(
            "INSERT INTO added_accounts VALUES (?, 1) ON CONFLICT (cluster) DO UPDATE SET accounts = accounts + 1",
            (cluster.lower(),),
        )

    def busy_until(self, cluster: str) -> float:
        """The time at which the last operation on a cluster ends."""
        row = self._db.execute("SELECT ends FROM busy_clusters WHERE cluster = ?", (cluster.lower(),)).fetchone()
        return row[0] if row else 0.0

    def set_busy(self, cluster: str, ends: float) -> None:
        """Record that an operation on a cluster runs until this time."""
        self._db.execute("INSERT OR REPLACE INTO busy_clusters VALUES (?, ?)", (cluster.lower(), ends))

    def rights(self) -> list[str]:
        return [assignment for (assignment,) in self._db.execute("SELECT assignment FROM rights")]

    def set_rights(self, assignments: Iterable[str]) -> None:
        self._db.execute("DELETE FROM rights")
        self._db.executemany("INSERT INTO rights VALUES (?)", [(assignment,) for assignment in assignments])

    def unregistered(self) -> set[str]:
        return {namespace for (namespace,) in self._db.execute("SELECT namespace FROM unregistered")}

    def set_unregistered(self, namespaces: Iterable[str]) -> None:
        self._db.executemany("INSERT INTO unregistered VALUES (?)", [(namespace,) for namespace in namespaces])

    def register(self, namespace: str) -> None:
        self._db.execute("DELETE FROM unregistered WHERE namespace = ?", (namespace,))

    def tenants(self) -> dict[str, str]:
        """The tenant of each subscription that a world assigns to one."""
        return dict(self._db.execute("SELECT subscription, tenant FROM tenants"))

    def set_tenants(self, tenants: Mapping[str, Iterable[str]]) -> None:
        pairs = [
            (subscription.lower(), tenant.lower())
            for tenant, subscriptions in tenants.items()
            for subscription in subscriptions
        ]
        self._db.executemany("INSERT INTO tenants VALUES (?, ?)", pairs)

    def switches(self) -> dict[str, str]:
        """The values of the switches that are set, by name."""
        return dict(self._db.execute("SELECT name, value FROM switches"))

    def set_switch(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))

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
        """Record a request. Returns how often it has been made."""
        self._db.execute("INSERT INTO calls (call) VALUES (?)", (call,))
        (count,) = self._db.execute("SELECT COUNT(*) FROM calls WHERE call = ?", (call,)).fetchone()
        return count

    def calls(self) -> list[str]:
        """The recorded requests in order."""
        return [call for (call,) in self._db.execute("SELECT call FROM calls ORDER BY number")]

    @contextmanager
    def undone(self) -> Generator[None]:
        """Undo a part of a request, whatever its end: a try."""
        self._db.execute("SAVEPOINT try")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK TO try")
            self._db.execute("RELEASE try")

    @contextmanager
    def undone_on_failure(self) -> Generator[None]:
        """Undo a part of a request if it raises an exception. The rest of the request can go on."""
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
