"""A session that is killed without warning, and run again."""

import signal
import subprocess
import sys

import pytest
from support.home import ready_home

from trading_runtime.journal.reader import read_entries, verify_journal
from trading_runtime.session import SessionRequest, run_session
from trading_runtime.settings import Settings

# Each variant ends the process by SIGKILL at another moment of a decision.
AFTER_AN_EVENT = """
def kill_at_event(total):
    def advance():
        count()
    return advance
run_session(Settings(), SessionRequest(), kill_at_event)
"""
WHILE_SENDING = """
from trading_runtime.brokers.paper import PaperBroker
submit = PaperBroker.submit
async def kill_while_sending(self, order):
    count()
    return await submit(self, order)
PaperBroker.submit = kill_while_sending
run_session(Settings(), SessionRequest())
"""
BEFORE_A_COMMIT = """
from trading_runtime.journal.sqlite import SqliteJournal
commit = SqliteJournal.commit
def kill_before_commit(self):
    count()
    commit(self)
SqliteJournal.commit = kill_before_commit
run_session(Settings(), SessionRequest())
"""
WHILE_REPORTING = """
import trading_runtime.report as report
write = report.write_json
def kill_before_report(path, value):
    os.kill(os.getpid(), signal.SIGKILL)
report.write_json = kill_before_report
run_session(Settings(), SessionRequest())
"""
HEAD = """
import os, signal
from trading_runtime.session import SessionRequest, run_session
from trading_runtime.settings import Settings
seen = 0
def count():
    global seen
    seen += 1
    if seen == 40:
        os.kill(os.getpid(), signal.SIGKILL)
"""
VOLATILE = {"journal", "report", "picture", "seconds"}


def lasting(report):
    return {key: value for key, value in report.items() if key not in VOLATILE}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_HOME", str(tmp_path_factory.mktemp("untouched")))
        ready_home(Settings())
        return run_session(Settings(), SessionRequest())


@pytest.mark.parametrize(
    "moment",
    [AFTER_AN_EVENT, WHILE_SENDING, BEFORE_A_COMMIT, WHILE_REPORTING],
    ids=["event", "send", "commit", "report"],
)
def test_killed_session_run_again_completes_with_the_same_result_and_no_order_twice(
    tmp_path, monkeypatch, expected, moment
):
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path))
    settings = Settings()
    ready_home(settings)
    killed = subprocess.run([sys.executable, "-c", HEAD + moment], capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    folder = settings.paths.sessions / expected["session_id"]
    assert not (folder / "report.json").exists()

    report = run_session(settings, SessionRequest())
    assert lasting(report) == lasting(expected)
    assert len(set(report["order_ids"])) == len(report["order_ids"])
    submitted = [entry.payload["order_id"] for entry in read_entries(folder / "journal.sqlite", "submitted")]
    assert sorted(submitted) == sorted(report["order_ids"])
    partial = verify_journal(folder / "journal.1.aborted.sqlite")
    assert partial.entries > 0
    assert partial.complete == (moment is WHILE_REPORTING)
