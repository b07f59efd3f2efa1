import sqlite3
from datetime import UTC, datetime

import pytest

from trading_runtime.errors import UserDataError
from trading_runtime.journal.reader import JournalTampered, read_entries, verify_journal
from trading_runtime.journal.sqlite import SqliteJournal

NOON = datetime(2001, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.sqlite", "s1")
    journal.append(NOON, "", "session_start", {"a": 1})
    for i in range(5):
        journal.append(NOON, "champion", "intent", {"order_id": f"o{i}"})
        journal.commit()
    journal.append(NOON, "", "session_end", {})
    journal.close()
    return tmp_path / "journal.sqlite"


def change(path, statement):
    """Edit the file as an intruder would: drop the triggers first."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER entries_never_change")
        connection.execute("DROP TRIGGER entries_never_leave")
        connection.execute(statement)


def test_untouched_journal_verifies_to_its_head(path):
    verified = verify_journal(path)
    assert (verified.entries, verified.complete) == (7, True)
    assert verify_journal(path, verified.head) == verified


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE entries SET payload = '{"order_id":"x"}' WHERE seq = 3""",
        "UPDATE entries SET time = '2001-01-03' WHERE seq = 3",
        "UPDATE entries SET book = 'other' WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 3",
    ],
)
def test_changed_or_removed_row_is_named(path, statement):
    change(path, statement)
    with pytest.raises(JournalTampered, match="entry 3"):
        verify_journal(path)


def test_cut_tail_shows_against_the_head_in_the_report(path):
    head = verify_journal(path).head
    change(path, "DELETE FROM entries WHERE seq > 5")
    assert not verify_journal(path).complete
    with pytest.raises(JournalTampered, match="the report says"):
        verify_journal(path, head)


def test_database_itself_refuses_to_change_or_remove_rows(path):
    with sqlite3.connect(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("UPDATE entries SET book = 'x'")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("DELETE FROM entries")


def test_uncommitted_entries_are_not_in_the_file(tmp_path):
    journal = SqliteJournal(tmp_path / "j.sqlite", "s1")
    journal.append(NOON, "", "bar", {})
    journal.commit()
    journal.append(NOON, "", "bar", {})
    assert len(list(read_entries(tmp_path / "j.sqlite"))) == 1
    journal.close()
    assert len(list(read_entries(tmp_path / "j.sqlite"))) == 2


def test_file_that_is_no_journal_is_a_user_error(tmp_path):
    (tmp_path / "x").write_text("not a database, and long enough to be read as one " * 100)
    with pytest.raises(UserDataError, match="not a readable journal"):
        verify_journal(tmp_path / "x")
    with pytest.raises(UserDataError, match="no journal at"):
        verify_journal(tmp_path / "absent")
