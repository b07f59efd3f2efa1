"""Runs dbt inside this process, one invocation at a time a home, and frees the warehouse file afterwards.

In process because a second Python, its imports and its version check cost more than the SQL.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assets.locks import exclusive
from assets.transformations.environment import dbt_environment, dbt_target
from dbt_project import PROJECT_DIR
from trading_runtime.errors import LeadlineError
from trading_runtime.files import storage_errors
from trading_runtime.settings import Settings

RESULTS = frozenset({"LogModelResult", "LogTestResult"})


class TransformationError(LeadlineError):
    """dbt could not run: the message carries dbt's own words."""


@contextmanager
def _variables(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables inside the block and put the old values back."""
    old = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _close_warehouse() -> None:
    """dbt-duckdb keeps the database open for the next invocation; close it, so that the file is free."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def run_dbt(settings: Settings, args: Sequence[str]) -> list[dict[str, Any]]:
    """Run one dbt command, e.g. `["build"]`, and return its result events (one a model and test) as dictionaries.

    A failed test is a result, not an error. Raises `TransformationError` if a model or the project itself fails.
    """
    with exclusive(settings.paths.warehouse.parent / "dbt.lock"), _variables(dbt_environment(settings)):
        from dbt.cli.main import dbtRunner
        from dbt_common.events.functions import msg_to_dict

        with storage_errors(settings.paths.warehouse):
            settings.paths.marts.mkdir(parents=True, exist_ok=True)
            dbt_target(settings).mkdir(parents=True, exist_ok=True)
        events: list[dict[str, Any]] = []
        errors: list[str] = []

        def collect(event: Any) -> None:
            if event.info.name in RESULTS:
                events.append(msg_to_dict(event))
            if event.info.level == "error":
                errors.append(event.info.msg.strip())

        flags = {
            "--project-dir": str(PROJECT_DIR),
            "--profiles-dir": str(PROJECT_DIR),
            "--target-path": str(dbt_target(settings)),
            "--log-path": str(dbt_target(settings)),
            "--log-level": "none",
            "--log-level-file": "none",
        }
        try:
            result = dbtRunner(callbacks=[collect]).invoke([*args, *(part for flag in flags.items() for part in flag)])
        finally:
            _close_warehouse()
    if result.exception is not None:
        raise TransformationError(f"dbt {args[0]}: {_one_line(str(result.exception))}") from result.exception
    broken = [event for event in events if status(event) == "error"]
    if broken:
        raise TransformationError(f"dbt {args[0]}: " + _one_line("; ".join(errors) or str(broken[0]["info"]["msg"])))
    return events


def status(event: dict[str, Any]) -> str:
    """How a model or test ended: success, pass, warn, fail, error or skipped."""
    return str(event["data"]["node_info"]["node_status"])


def _one_line(text: str) -> str:
    return " ".join(text.split())
