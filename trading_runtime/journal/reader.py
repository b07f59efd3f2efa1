"""Reading and verifying journals, without ever writing to them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trading_runtime.errors import LeadlineError, UserDataError
from trading_runtime.journal.chain import GENESIS, entry_hash

COLUMNS = "seq, time, session, book, kind, payload, prev_hash, hash"


class JournalTampered(LeadlineError):
    """The hash chain is broken: the message names the first entry that does not fit."""

    exit_code = 1


@dataclass(frozen=True)
class Entry:
    """One entry, payload decoded."""

    seq: int
    time: str
    session: str
    book: str
    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Verified:
    """A journal whose chain holds. `complete` says that it ends with session_end."""

    path: Path
    entries: int
    head: str
    complete: bool


def _rows(path: Path, where: str = "", values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if not path.is_file():
        raise UserDataError(f"no journal at {path}: give the path of a session's journal.sqlite")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield from connection.execute(f"SELECT {COLUMNS} FROM entries {where} ORDER BY seq", values)
    except sqlite3.DatabaseError as error:
        raise UserDataError(f"{path} is not a readable journal ({error})") from None


def read_entries(path: Path, *kinds: str, book: str | None = None, containing: str | None = None) -> Iterator[Entry]:
    """Entries in order, optionally of some kinds, one book, or with a text in their payload."""
    clauses, values = [], []
    if kinds:
        clauses.append(f"kind IN ({', '.join('?' * len(kinds))})")
        values += list(kinds)
    if book is not None:
        clauses.append("book = ?")
        values.append(book)
    if containing is not None:
        clauses.append("instr(payload, ?) > 0")
        values.append(containing)
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    for seq, time, session, name, kind, payload, _, _ in _rows(path, where, tuple(values)):
        yield Entry(seq, time, session, name, kind, json.loads(payload))


def verify_journal(path: Path, expected_head: str | None = None) -> Verified:
    """Recompute the chain from the first entry.

    Raises `JournalTampered` at the first entry that was changed, removed or inserted, and when the last hash is not
    `expected_head` (which the session's report keeps, so that a cut tail shows too).
    """
    head, count, last = GENESIS, 0, ""
    for seq, time, session, book, kind, payload, previous, digest in _rows(path):
        count += 1
        if seq != count:
            raise JournalTampered(f"{path}: entry {count} is missing (found entry {seq}): the journal was changed")
        if previous != head or entry_hash(seq, time, session, book, kind, payload, previous) != digest:
            raise JournalTampered(
                f"{path}: entry {seq} ({kind}, {time}) does not fit its hash: the journal was changed"
            )
        head, last = digest, kind
    if expected_head is not None and head != expected_head:
        raise JournalTampered(
            f"{path}: ends at {head[:12]}…, the report says {expected_head[:12]}…: the journal was changed"
        )
    return Verified(path, count, head, last == "session_end")
