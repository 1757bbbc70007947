"""
The state of the sandbox: one SQLite file, shared by every provider process.

Each request runs in one transaction, so that no process ever sees half of another's change, and one that is
killed leaves nothing behind.
"""

import json
import sqlite3
import weakref
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

_VERSION = 1
"""Of the tables and of what is in them, in the file's `user_version`; a file without a world has 0."""

_ALLOW = "Allow this user to write to it and to its directory, or name another directory (--home)."
_REMEDIES = {
    sqlite3.SQLITE_BUSY: "Another process uses it: wait until that has ended, then run the command again.",
    sqlite3.SQLITE_CANTOPEN: _ALLOW,
    sqlite3.SQLITE_FULL: "Free space on its disk, then run the command again.",
    sqlite3.SQLITE_IOERR: "Check its disk and the space on it, then run the command again.",
    sqlite3.SQLITE_PERM: _ALLOW,
    sqlite3.SQLITE_READONLY: _ALLOW,
}
"""By SQLite's primary result codes (https://www.sqlite.org/rescode.html): what is wrong around the file, not in it."""

Json = dict[str, Any]
"""A JSON object in the shape that Azure's API gives it."""

_SCHEMA = """
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


class StateError(Exception):
    """The state cannot be read or written now."""


class DamagedStateError(StateError):
    """A file that is no state, or none of this version: it has to be replaced."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(
            f"The sandbox's state cannot be read: {path}: {reason}. Run `azure-sandbox reset` to start over."
        )


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
        self._db.execute(f"PRAGMA user_version = {_VERSION}")

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


class StoreFile:
    """
    Where the state lives; `transaction()` is the only way to it.

    Both raise `StateError` when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # SQLite lets who comes too early sleep for a while. Threads of one process queue here instead.
        self._turn = Lock()
        self._kept: sqlite3.Connection | None = None
        self._kept_file: tuple[int, int] | None = None
        with self._turn, self._reporting():
            self._connection()

    @contextmanager
    def transaction(self) -> Generator[Store]:
        with self._turn, self._reporting():
            db = self._connection()
            # IMMEDIATE: two writers never read the same state and then both write on top of it. With one transaction
            # at a time a WAL gains nothing, and two who switch a new file to it at once fail ("database is locked").
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Store(db)
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _reporting(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            cause: BaseException = error
            # A full disk ends the transaction, and with it the savepoint that is then released in vain.
            while isinstance(cause.__context__, sqlite3.Error):
                cause = cause.__context__
            remedy = _REMEDIES.get(getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
            if self.path.is_dir():
                raise DamagedStateError(self.path, "it is a directory") from error
            if remedy is None:
                raise DamagedStateError(self.path, cause) from error
            raise StateError(f"The sandbox's state cannot be used: {self.path}: {cause}. {remedy}") from error

    def _connection(self) -> sqlite3.Connection:
        """The one that is kept: to open one takes ten times as long as a transaction."""
        file = _file_at(self.path)
        if self._kept is None or file != self._kept_file:
            self._kept = self._connect()
            self._kept_file = file or _file_at(self.path)
        return self._kept

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, db.close)  # Python 3.13 warns of one that nobody closes
        # A process may be killed at any moment, which SQLite survives without waiting for the disk; a power cut may
        # cost a sandbox, and `reset` makes it anew.
        db.execute("PRAGMA synchronous = OFF")
        # Quicker than to make and remove a file for each transaction.
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA foreign_keys = ON")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError("it was written by another version of the sandbox")
        if not version:
            db.executescript(_SCHEMA)
        return db


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file it is: another one may come in its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
