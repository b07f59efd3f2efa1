"""The process environment of the pipeline: telemetry off, Dagster's instance in the home folder.

`prepare` runs before anything heavy is imported, because the dependencies read these variables while they load.
"""

import os
import re
import warnings
from pathlib import Path

import yaml

from trading_runtime.files import atomic_write_bytes
from trading_runtime.settings import Settings

TELEMETRY_OFF = {
    "DO_NOT_TRACK": "true",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "RAY_USAGE_STATS_ENABLED": "0",
    "GX_ANALYTICS_ENABLED": "false",
    "FEAST_USAGE": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
}

KNOWN_WARNINGS = (
    r".*is currently in (beta|preview), and may have breaking changes.*",  # dagster's backfill policies and loaders; the version is pinned
    r".*sqlglot\[rs\] is deprecated.*",  # feast asks for it
    r".*The `__fields__` attribute is deprecated.*",  # dagster on pydantic
)


def prepare(settings: Settings) -> None:
    """Set the variables that the dependencies read, and write Dagster's instance file. Idempotent."""
    for name, value in TELEMETRY_OFF.items():
        os.environ.setdefault(name, value)
    os.environ["LEADLINE_HOME"] = str(settings.paths.root)
    os.environ["DAGSTER_HOME"] = str(settings.paths.dagster)
    # git is asked for nothing: mlflow would otherwise warn where there is no git
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    silence_known_warnings()
    write_instance_file(settings, settings.paths.dagster / "dagster.yaml")


def silence_known_warnings() -> None:
    """Filter the few warnings of pinned dependencies that a user of ours can do nothing about, each by its own words."""
    for message in KNOWN_WARNINGS:
        warnings.filterwarnings("ignore", message=message)


def write_instance_file(settings: Settings, path: Path) -> None:
    """Write dagster.yaml: SQLite below the home folder, or PostgreSQL when configured (read from the environment, not stored)."""
    instance: dict[str, object] = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # one run at a time: the warehouse and the vector file have one writer
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        "run_retries": {"enabled": False},
    }
    if settings.services.dagster_postgres_url is not None:
        address = settings.services.dagster_postgres_url.get_secret_value()
        # hosts hand out postgres://, which SQLAlchemy does not know
        os.environ["DAGSTER_POSTGRES_URL"] = re.sub(r"^postgres://", "postgresql://", address)
        instance["storage"] = {"postgres": {"postgres_url": {"env": "DAGSTER_POSTGRES_URL"}}}
    text = yaml.safe_dump(instance, sort_keys=True).encode()
    if not path.exists() or path.read_bytes() != text:
        atomic_write_bytes(path, text)
