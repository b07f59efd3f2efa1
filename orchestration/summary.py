"""The end of a main job in words, and as the JSON object that `leadline run --json` prints."""

import json
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table


def print_summary(summary: dict[str, Any], as_json: bool) -> None:
    """Print for a person, or one JSON object as the last line of standard output."""
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
    if session["order_ids"]:
        console.print(
            f"  leadline why {session['order_ids'][-1]}     why that order was made, back to the data", soft_wrap=True
        )
    console.print("  leadline models list     versions, verdicts, promotions")
    console.print("  leadline ui              the asset graph and the experiments in a browser")
