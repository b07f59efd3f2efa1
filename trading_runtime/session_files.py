"""The files of a session's folder, and whether a session has completed."""

import json
from pathlib import Path
from typing import Any

from trading_runtime.errors import StorageError

JOURNAL = "journal.sqlite"
REPORT = "report.json"
PICTURE = "equity.png"
TEXT = "report.md"


def read_report(folder: Path) -> dict[str, Any] | None:
    """The report of a completed session, its paths as they are now; None if it has not completed.

    Raises `StorageError` if it is damaged.
    """
    try:
        return json.loads((folder / REPORT).read_text()) | paths(folder)
    except FileNotFoundError:
        return None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise StorageError(f"{folder / REPORT} is damaged: remove it, and the session is traded again") from None


def paths(folder: Path) -> dict[str, str]:
    """Where the report's parts lie. Absolute, and so not to be trusted from a file: a home folder can be moved."""
    return {"journal": str(folder / JOURNAL), "report": str(folder / TEXT), "picture": str(folder / PICTURE)}
