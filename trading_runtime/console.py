"""What both command lines share: errors as one line, progress on standard error, one JSON object as the last line."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from trading_runtime.errors import LeadlineError

INTERRUPTED = 130


def fail(message: str, exit_code: int) -> None:
    """Print `leadline: message` as one line on standard error and exit."""
    print(f"leadline: {' '.join(message.split())}", file=sys.stderr)
    raise SystemExit(exit_code)


@contextmanager
def run_command() -> Iterator[None]:
    """Turn the errors that Leadline raises on purpose, and wrong settings, into one line and an exit code."""
    try:
        yield
    except LeadlineError as error:
        fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("interrupted; run the same command again to go on", INTERRUPTED)
    except ValueError as error:  # pydantic's errors are ValueErrors; any other one is a fault of ours and stays loud
        message = settings_error(error)
        if message is None:
            raise
        fail(message, 2)


def settings_error(error: ValueError) -> str | None:
    """One line that names the environment variable behind a settings error; None if it is another error."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    if isinstance(error, SettingsError):
        return f"{error}: give each setting by its own variable, such as LEADLINE_RISK__MAX_DRAWDOWN=0.2"
    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    first = error.errors()[0]
    if not first["loc"]:
        return first["msg"].removeprefix("Value error, ")
    variable = "LEADLINE_" + "__".join(str(part) for part in first["loc"]).upper()
    return f"{variable} is {first['input']!r}: {first['msg']}"


@contextmanager
def progress(description: str) -> Iterator[Callable[[int], Callable[[], None]]]:
    """A progress bar on standard error if that is a terminal.

    Yields a function that takes the total and returns a function that advances the bar by one.
    """
    if not sys.stderr.isatty():
        yield lambda total: lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:

        def start(total: int) -> Callable[[], None]:
            task = bar.add_task(description, total=total)
            return lambda: bar.advance(task)

        yield start


def print_json(value: Any) -> None:
    """One JSON object on one line."""
    print(json.dumps(value, sort_keys=True, default=str))
