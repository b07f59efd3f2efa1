"""Starts the trading runtime as a process of its own and takes its result; nothing of the pipeline is loaded where orders are made."""

import json
import subprocess
import sys
from typing import Any

from trading_runtime.errors import LeadlineError
from trading_runtime.files import write_json
from trading_runtime.settings import Settings

COMMAND = ("trade", "--broker", "paper", "--feed", "replay", "--json")
USER_ERROR = 2


class RuntimeStopped(LeadlineError):
    """The runtime ended without a result: the message carries its last words."""

    exit_code = 1


def trade_on_paper() -> dict[str, Any]:
    """Run `python -m trading_runtime trade` in this environment and return the report it prints.

    Raises `LeadlineError` with the runtime's one line if the user can mend it, `RuntimeStopped` if it ended otherwise.
    """
    done = subprocess.run(
        [sys.executable, "-m", "trading_runtime", *COMMAND], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return json.loads(done.stdout.strip().splitlines()[-1])
    words = (done.stderr.strip().splitlines() or ["no message"])[-1].removeprefix("leadline: ")
    if done.returncode == USER_ERROR:
        raise LeadlineError(words)
    raise RuntimeStopped(f"the trading runtime ended with code {done.returncode}: {words}")


def remember_session(settings: Settings, report: dict[str, Any]) -> None:
    """Name the pipeline's latest session, for the checks and the feedback tables."""
    write_json(settings.paths.sessions / "latest.json", {"session_id": report["session_id"]})


def latest_report(settings: Settings) -> dict[str, Any]:
    """Report of the pipeline's latest session."""
    sessions = settings.paths.sessions
    try:
        session = json.loads((sessions / "latest.json").read_text())["session_id"]
        return json.loads((sessions / session / "report.json").read_text())
    except FileNotFoundError as error:
        raise LeadlineError(f"{error.filename} does not exist: materialize paper_session first") from None
