"""The runtime's commands. Heavy modules are imported inside them, so that `--help` answers at once."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from trading_runtime.console import fail, print_json, progress, run_command

DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Leadline's trading runtime: trades approved policies, with every order checked, journaled and explained."""


@main.command()
@click.option("--broker", type=click.Choice(["paper"]), default="paper", show_default=True, help="Where orders go.")
@click.option(
    "--feed", type=click.Choice(["replay"]), default="replay", show_default=True, help="Where bars come from."
)
@click.option("--bars", type=click.Path(path_type=Path), help="Trade the policies of this folder of your own bars.")
@click.option("--from", "start", type=DATE, help="First day (UTC); by default where the champion's evaluation starts.")
@click.option("--to", "end", type=DATE, help="Last day (UTC); by default the last bar.")
@click.option(
    "--book",
    "books",
    multiple=True,
    type=click.Choice(["champion", "challenger"]),
    help="Book to trade; both by default.",
)
@click.option("--journal-sync", type=click.Choice(["full", "normal"]), help="Durability of the journal's commits.")
@click.option(
    "--fallback/--no-fallback",
    default=True,
    show_default=True,
    help="Use the last known good bundle if the registered one fails its integrity checks.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object on the last line.")
def trade(
    broker: str,
    feed: str,
    bars: Path | None,
    start: datetime | None,
    end: datetime | None,
    books: tuple[str, ...],
    journal_sync: str | None,
    fallback: bool,
    as_json: bool,
) -> None:
    """Replay the out-of-sample period as a live feed, champion and challenger side by side, on paper."""
    with run_command():
        from trading_runtime.session import ALIASES, SessionRequest, run_session
        from trading_runtime.settings import Settings

        os.environ["LEADLINE_TRADING__BROKER"] = broker
        if bars is not None:
            os.environ["LEADLINE_DATA__BARS_DIR"] = str(bars.expanduser().resolve())
        if journal_sync:
            os.environ["LEADLINE_TRADING__JOURNAL_SYNC"] = journal_sync
        chosen = tuple(alias for alias in ALIASES if alias in books) if books else ALIASES
        request = SessionRequest(chosen, _utc(start), _utc(end, last=True), fallback)
        with progress(f"{feed} on {broker}") as start_bar:
            result = run_session(Settings(), request, start_bar)
        for name, book in result["books"].items():
            if book["fallback_reason"]:
                click.echo(f"leadline: {name} trades its last known good bundle: {book['fallback_reason']}", err=True)
        if as_json:
            print_json(result)
        else:
            _print_summary(result)


def _utc(day: datetime | None, last: bool = False) -> datetime | None:
    """A day as UTC; as an end it includes all of that day."""
    if day is None:
        return None
    stamp = day.replace(tzinfo=UTC)
    whole_day = last and (stamp.hour, stamp.minute, stamp.second) == (0, 0, 0)
    return stamp.replace(hour=23, minute=59, second=59, microsecond=999999) if whole_day else stamp


def _print_summary(result: dict[str, Any]) -> None:
    click.echo(
        f"session {result['session_id']}: {result['bars']} bars, {result['orders']} orders, "
        f"{result['fills']} fills, {result['denials']} denials"
    )
    for name, book in {**result["books"], **result["baselines"]}.items():
        click.echo(
            f"  {name:<13} {book['final_equity']:>14,.2f}  return {book['return']:+8.2%}  "
            f"Sharpe {book['sharpe']:5.2f}  max drawdown {book['max_drawdown']:.2%}"
        )
    click.echo(f"report:  {result['report']}")
    click.echo(f"journal: {result['journal']}")
    if result["example_order"]:
        click.echo(f"next:    leadline why {result['example_order']}")


@main.command()
@click.argument("order_id")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def why(order_id: str, as_json: bool) -> None:
    """Explain one order: decision, features, policy, training run, data, risk verdicts, fills."""
    with run_command():
        from trading_runtime.settings import Settings
        from trading_runtime.why import explain_order, render

        story = explain_order(Settings().paths, order_id)
        if as_json:
            print_json(story)
        else:
            click.echo(render(story))


@main.group()
def journal() -> None:
    """The journals of trading sessions."""


@journal.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object on the last line.")
def verify(path: Path | None, as_json: bool) -> None:
    """Recompute the hash chain of one journal (all sessions' by default) and name the first entry that was changed."""
    with run_command():
        from trading_runtime.journal.reader import verify_journal
        from trading_runtime.session_files import JOURNAL, read_report
        from trading_runtime.settings import Settings

        sessions = Settings().paths.sessions
        paths = [path] if path is not None else sorted(sessions.glob(f"*/{JOURNAL}"))
        if not paths:
            fail(f"no session under {sessions} yet: run `leadline trade` first", 2)
        results = []
        for one in paths:
            report = read_report(one.parent) if one.name == JOURNAL else None
            verified = verify_journal(one, report["journal_head"] if report else None)
            results.append(
                {"path": str(one), "entries": verified.entries, "head": verified.head, "complete": verified.complete}
            )
            if not as_json:
                state = "complete" if verified.complete else "not complete"
                click.echo(f"{one}: {verified.entries} entries, chain holds, {state}, head {verified.head[:12]}")
        if as_json:
            print_json({"verified": results})
