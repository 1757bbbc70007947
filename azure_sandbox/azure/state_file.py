"""The file of the sandbox's state: one SQLite file that all provider processes share, and its errors."""

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
    sqlite3.SQLITE_BUSY: "Another process uses it: wait until it ends, then run the command again.",
    sqlite3.SQLITE_CANTOPEN: _ALLOW,
    sqlite3.SQLITE_FULL: "Free space on its disk, then run the command again.",
    sqlite3.SQLITE_IOERR: "Check its disk and the space on it, then run the command again.",
    sqlite3.SQLITE_PERM: _ALLOW,
    sqlite3.SQLITE_READONLY: _ALLOW,
}
"""Remedies by SQLite's primary result codes (https://www.sqlite.org/rescode.html), for problems outside the file."""


class StateError(Exception):
    """The state cannot be read or written at the moment."""


class DamagedStateError(StateError):
    """The file is not a state of this version, and must be replaced."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(
            f"The sandbox's state cannot be read: {path}: {reason}. Run `azure-sandbox reset` to start over."
        )


class StoreFile:
    """
    The file of the state. `transaction()` is the only access to it.

    Each request is one transaction: no process sees half of another's change, and a killed process leaves nothing
    behind.

    The constructor and `transaction()` raise `StateError` if the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # SQLite lets a thread that has to wait sleep for a while. Threads of one process queue here instead.
        self._turn = Lock()
        self._open_connection: sqlite3.Connection | None = None
        self._connected_file: tuple[int, int] | None = None
        with self._turn, self._reporting():
            self._get_connection()

    @contextmanager
    def transaction(self) -> Generator[Store]:
        with self._turn, self._reporting():
            db = self._get_connection()
            # IMMEDIATE: two writers never read the same state and then both write on top of it. With one transaction
            # at a time a WAL gains nothing, and two processes that switch a new file to it at once fail ("database is
            # locked").
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
            # A full disk ends the transaction and its savepoint. Releasing the savepoint then raises another error.
            while isinstance(cause.__context__, sqlite3.Error):
                cause = cause.__context__
            remedy = _REMEDIES.get(getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
            if self.path.is_dir():
                raise DamagedStateError(self.path, "it is a directory") from error
            if remedy is None:
                raise DamagedStateError(self.path, cause) from error
            raise StateError(f"The sandbox's state cannot be used: {self.path}: {cause}. {remedy}") from error

    def _get_connection(self) -> sqlite3.Connection:
        """The open connection. Opening one takes ten times as long as a transaction."""
        file = _identify_file(self.path)
        if self._open_connection is None or file != self._connected_file:
            self._open_connection = self._connect()
            self._connected_file = file or _identify_file(self.path)
        return self._open_connection

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, db.close)  # Python 3.13 warns of unclosed connections
        # SQLite survives a killed process without waiting for the disk. A power cut may destroy the sandbox, and
        # `reset` creates it again.
        db.execute("PRAGMA synchronous = OFF")
        # Truncating the journal is faster than creating and removing a file for each transaction.
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA foreign_keys = ON")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise sqlite3.DatabaseError("it was written by another version of the sandbox")
        if version < VERSION:
            # Each version has added tables only.
            db.executescript(SCHEMA)
        if 0 < version < VERSION:
            db.execute(f"PRAGMA user_version = {VERSION}")
        return db


def _identify_file(path: Path) -> tuple[int, int] | None:
    """The device and inode of a file, which differ once another file replaces it."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
