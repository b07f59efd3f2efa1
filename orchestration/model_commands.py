"""`leadline models list | promote | rollback`: the registry on the command line."""

import json
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from models.registry import Registry
from trading_runtime.settings import Settings


def show_models(settings: Settings, as_json: bool) -> None:
    """Print every version, newest first, and the promotion log."""
    registry = Registry(settings)
    versions, log = registry.list_versions(), registry.promotions()
    if as_json:
        click.echo(json.dumps({"name": settings.model_name, "versions": versions, "promotions": log}, default=str))
        return
    console = Console()
    table = Table(title=settings.model_name)
    for column in ("version", "alias", "kind", "gate", "digest", "Sharpe out of sample"):
        table.add_column(column)
    for version in versions:
        values = version | {"digest": version["digest"][:12]}
        table.add_row(*(str(values[key]) for key in ("version", "aliases", "kind", "verdict", "digest", "sharpe")))
    console.print(table)
    for entry in log:
        words = f"{entry['time'][:19]}  {entry['action']:<9} version {entry['version']}  {entry['reason']}"
        console.print(words, markup=False, soft_wrap=True)


def promote_model(settings: Settings, version: str, reason: str | None) -> None:
    """Promote one version; refuses unless the gate passed it or a reason to override is given."""
    entry = Registry(settings).promote(version, time=datetime.now(UTC), override_reason=reason)
    click.echo(f"champion of {settings.model_name} is now version {entry.version} ({entry.digest[:12]})")


def rollback_model(settings: Settings) -> None:
    """Return to the previous champion."""
    entry = Registry(settings).rollback(time=datetime.now(UTC))
    click.echo(f"champion of {settings.model_name} is back to version {entry.version} ({entry.digest[:12]})")
