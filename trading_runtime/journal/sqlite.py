"""The durable journal: one SQLite file in WAL mode, append-only by trigger, hash-chained."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from trading_runtime.errors import StorageError
from trading_runtime.files import canonical_json, storage_errors
from trading_runtime.journal.chain import GENESIS, entry_hash
from trading_runtime.journal.journal import Kind

SCHEMA = """
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY, time TEXT NOT NULL, session TEXT NOT NULL, book TEXT NOT NULL, kind TEXT NOT NULL,
    payload TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX entries_by_kind ON entries (kind, book);
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_never_leave BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""

INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class SqliteJournal:
    """Writes a new journal. `path` must not exist: a session never goes on in another's file."""

    keeps = True

    def __init__(self, path: Path, session: str, synchronous: Literal["full", "normal"] = "full") -> None:
        self.path = path
        self.session = session
        self.head = GENESIS
        self.seq = 0
        self._pending: list[tuple[Any, ...]] = []
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
        with self._errors():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(f"PRAGMA synchronous={synchronous.upper()}")
            self._connection.executescript(SCHEMA)

    def append(self, time: datetime, book: str, kind: Kind, payload: dict[str, Any]) -> None:
        """Chain an entry to the group that the next commit writes."""
        self.seq += 1
        stamp, text = time.isoformat(), canonical_json(payload)
        digest = entry_hash(self.seq, stamp, self.session, book, kind, text, self.head)
        self._pending.append((self.seq, stamp, self.session, book, kind, text, self.head, digest))
        self.head = digest

    def commit(self) -> None:
        """Write the group in one transaction."""
        if not self._pending:
            return
        with self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(INSERT, self._pending)
            self._connection.execute("COMMIT")
        self._pending.clear()

    def close(self) -> None:
        """Commit, fold the write-ahead log into the file and close it."""
        self.commit()
        with self._errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def abandon(self) -> None:
        """Close without writing what is pending (after an error)."""
        self._pending.clear()
        self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(
                f"the journal {self.path} cannot be written ({error}): trading has stopped; free the disk, then run again"
            ) from error
