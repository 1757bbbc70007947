"""The file of the sandbox's state: one SQLite file, shared by every provider process, and what may be wrong with it."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from .store import SCHEMA, VERSION, Store

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


class StateError(Exception):
    """The state cannot be read or written now."""


class DamagedStateError(StateError):
    """A file that is no state, or none of this version: it has to be replaced."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(
            f"The sandbox's state cannot be read: {path}: {reason}. Run `azure-sandbox reset` to start over."
        )


class StoreFile:
    """
    Where the state lives; `transaction()` is the only way to it.

    Each request runs in one transaction, so that no process ever sees half of another's change, and one that is
    killed leaves nothing behind.

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
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("it was written by another version of the sandbox")
        if not version:
            db.executescript(SCHEMA)
        return db


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file it is: another one may come in its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
