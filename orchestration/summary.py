"""The end of a main job in words, and as the JSON object that `leadline run --json` prints. Read from what lies on disk."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.phases import PhaseResult
from trading_runtime.policy.pointer import read_pointers
from trading_runtime.settings import Settings

SESSION_KEYS = ("bars", "orders", "fills", "denials", "journal", "order_ids", "report")


def summarize(
    settings: Settings, results: Sequence[PhaseResult], checks: dict[str, int], total_assets: int, seconds: float
) -> dict[str, Any]:
    """The summary's object; its keys are described in README.md. `checks` counts how every check stands now."""
    from assets.lake import Lake
    from assets.trading.runtime_process import latest_report

    made = {name for result in results for name in result.materialized}
    pointers = read_pointers(settings.paths.pointer(settings.model_name))
    lake = Lake(settings.paths.lake)
    rejected = lake.read("rejected", "summary")
    session, gate = (
        latest_report(settings),
        json.loads((lake.folder("learning", "registered_policy") / "gate.json").read_text()),
    )
    return {
        "seconds": round(seconds, 2),
        "home": str(settings.paths.root),
        "assets": {"materialized": len(made), "skipped": total_assets - len(made), "failed": 0},
        "checks": checks,
        "rejected_rows": int(rejected["rows"].sum()) if len(rejected) else 0,
        "champion": policy(pointers.name, pointers.champion),
        "challenger": policy(pointers.name, pointers.challenger),
        "gate": {key: gate[key] for key in ("verdict", "criteria")},
        "session": {key: session[key] for key in SESSION_KEYS},
    }


def policy(name: str, entry: Any) -> dict[str, str] | None:
    """Name, version and digest of one alias."""
    return {"name": name, "version": entry.version, "digest": entry.digest} if entry else None


def print_summary(summary: dict[str, Any], example_order: str | None, as_json: bool) -> None:
    """Print for a person, or one JSON object as the last line of standard output. `example_order` is one worth asking about."""
    if as_json:
        click.echo(json.dumps(summary, default=str))
        return
    console = Console()
    assets, checks, session, gate = (summary[key] for key in ("assets", "checks", "session", "gate"))
    table = Table(show_header=False, box=None)
    table.add_row(
        "assets", f"{assets['materialized']} materialized, {assets['skipped']} up to date, {assets['failed']} failed"
    )
    table.add_row("checks", f"{checks['passed']} passed, {checks['warned']} warned, {checks['failed']} failed")
    table.add_row("rejected rows", f"{summary['rejected_rows']} kept in quarantine with their reasons")
    for alias in ("champion", "challenger"):
        policy = summary[alias]
        table.add_row(
            alias, f"{policy['name']} version {policy['version']} ({policy['digest'][:12]})" if policy else "none"
        )
    table.add_row("gate", gate["verdict"])
    table.add_row(
        "paper session",
        f"{session['bars']} bars, {session['orders']} orders, {session['fills']} fills, {session['denials']} denials",
    )
    table.add_row("report", escape(str(session["report"])))
    console.print(table, soft_wrap=True)
    verdicts = Table(title="What the gate asked of the challenger, out of sample, after costs")
    for column in ("criterion", "value", "", "threshold", "passed"):
        verdicts.add_column(column, justify="right" if column in ("value", "threshold") else "left")
    for item in gate["criteria"]:
        passed = "[green]yes[/green]" if item["passed"] else "[red]no[/red]"
        verdicts.add_row(
            item["name"], f"{item['value']:.4g}", item.get("comparison", ""), f"{item['threshold']:.4g}", passed
        )
    console.print(verdicts)
    console.print(f"\n{summary['seconds']:.0f} seconds. Where to look next:")
    command = "leadline" if shutil.which("leadline") else os.path.relpath(sys.argv[0])  # as it can be typed here
    if example_order:
        console.print(f"  {command} why {example_order}     why that order was made, back to the data", soft_wrap=True)
    console.print(f"  {command} models list     versions, verdicts, promotions")
    console.print(f"  {command} ui     the asset graph and the experiments in a browser")
