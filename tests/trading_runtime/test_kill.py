"""A session that is killed without warning, and run again."""

import json
import os
import signal
import subprocess
import sys

from support.home import ready_home

from trading_runtime.journal.reader import read_entries, verify_journal
from trading_runtime.session import SessionRequest, run_session
from trading_runtime.settings import Settings

KILLED_AT = 40

# Runs a session and ends the process by SIGKILL right after the given event, between two commits.
CHILD = f"""
import os, signal
from trading_runtime.session import SessionRequest, run_session
from trading_runtime.settings import Settings
seen = 0
def start(total):
    def advance():
        global seen
        seen += 1
        if seen == {KILLED_AT}:
            os.kill(os.getpid(), signal.SIGKILL)
    return advance
run_session(Settings(), SessionRequest(), start)
"""


def test_killed_session_run_again_completes_with_the_same_result_and_no_order_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "untouched"))
    ready_home(Settings())
    expected = run_session(Settings(), SessionRequest())

    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "killed"))
    settings = Settings()
    ready_home(settings)
    killed = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, timeout=120, env=os.environ.copy())
    assert killed.returncode == -signal.SIGKILL
    folder = settings.paths.sessions / expected["session_id"]
    assert not (folder / "report.json").exists()

    report = run_session(settings, SessionRequest())
    paths = {"journal", "report", "picture", "seconds"}
    assert {k: v for k, v in report.items() if k not in paths} == {k: v for k, v in expected.items() if k not in paths}
    assert len(set(report["order_ids"])) == len(report["order_ids"])
    submitted = [e.payload["order_id"] for e in read_entries(folder / "journal.sqlite", "submitted")]
    assert sorted(submitted) == sorted(report["order_ids"])
    aside = folder / "journal.1.aborted.sqlite"
    partial = verify_journal(aside)
    assert not partial.complete
    assert partial.entries > KILLED_AT
    assert json.loads((folder / "report.json").read_text())["session_id"] == expected["session_id"]
