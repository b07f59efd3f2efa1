"""What the asset checks prove about a validated table: every rule through Great Expectations, every offending row named.

The rows are judged by the declarations that quarantined them, so a validated partition that was changed afterwards fails. Dagster is left to
checks.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from assets.lake import Lake
from assets.market_data.suites.catalogue import SUITES
from assets.market_data.suites.coverage import profile
from assets.market_data.suites.neighbours import add_body, add_order, add_returns
from assets.market_data.suites.rules import FIRST_OF_STAMP, IN_ORDER, READ_IN_FULL, Rule
from assets.market_data.suites.runner import Outcome, run_rules
from assets.market_data.tables import Table
from assets.market_data.validation import read_actions
from trading_runtime.settings import DataSettings

OUTLIERS, GAPS, STALE, SHARE = "unexplained_outlier_returns", "gaps_against_calendar", "stale_series", "rejected_share"


@dataclass(frozen=True)
class Finding:
    """The result of one check; `offending` holds the rows (or symbols) that failed, `facts` the numbers behind it."""

    check: str
    passed: bool
    offending: pd.DataFrame
    facts: dict[str, float | int | str]


def check_names(table: Table) -> list[str]:
    """The checks of a table, in order."""
    names = [rule.check for rule in (*SUITES[table.suite].cells, FIRST_OF_STAMP)]
    series = [OUTLIERS, GAPS, STALE] if table.key == "symbol" else []
    return list(dict.fromkeys([*names, *series, SHARE]))


def inspect(lake: Lake, table: Table, settings: DataSettings) -> list[Finding]:
    """All findings about the whole validated table, one a name of `check_names`."""
    frame = lake.read("validated", table.name)
    missing = [name for name in table.columns.names if name not in frame]
    if missing:
        return [
            Finding(name, False, pd.DataFrame({"missing_column": missing}), {"rows": len(frame)})
            for name in check_names(table)
        ]
    frame = frame[table.columns.names]
    found = _rows(frame, table, lake, settings) if len(frame) else {}
    found[SHARE] = _rejected_share(lake, table, settings)
    empty = Finding("", True, frame, {"rows": 0})
    return [
        Finding(name, one.passed, one.offending, one.facts)
        for name in check_names(table)
        for one in [found.get(name, empty)]
    ]


def _rows(frame: pd.DataFrame, table: Table, lake: Lake, settings: DataSettings) -> dict[str, Finding]:
    rules = [rule for rule in SUITES[table.suite].cells if rule is not READ_IN_FULL]
    rules += [FIRST_OF_STAMP, IN_ORDER]
    frame = add_order(frame, table.key)
    if table.suite == "ohlcv":
        frame = add_body(frame)
    limit = settings.outlier_return
    if table.key == "symbol":
        frame = add_returns(frame, table.key, read_actions(lake, frame))
        rules.append(_between("unexplained_return", -limit, limit, OUTLIERS, ("previous_close", "close")))
    found = _findings(frame, [table.key, "event_time", "row"], run_rules(frame, rules), {"rows": len(frame)})
    if table.key == "symbol":
        series = profile(frame, table.calendar, lake.read("rejected", table.name, columns=["symbol", "event_time"]))
        rules = [
            _between("missing_share", None, settings.max_missing_share, GAPS, ("expected", "missing", "first_missing")),
            _between("longest_stale", None, settings.max_stale_bars, STALE, ()),
        ]
        facts: dict[str, float | int | str] = {
            "symbols": len(series),
            "largest_missing_share": float(series["missing_share"].max()),
            "missing_bars": int(series["missing"].sum()),
            "longest_stale_bars": int(series["longest_stale"].max()),
        }
        found |= _findings(series, ["symbol", "calendar"], run_rules(series, rules), facts)
    return found


def _findings(
    frame: pd.DataFrame, keys: list[str], outcomes: Sequence[Outcome], facts: dict[str, float | int | str]
) -> dict[str, Finding]:
    """Outcomes merged by check, with the key columns and those that the failed rules look at."""
    frame = frame.reset_index(drop=True)
    found = {}
    for name in dict.fromkeys(outcome.rule.check for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.rule.check == name]
        rows = sorted({row for outcome in mine for row in outcome.rows})
        shown = [column for outcome in mine if not outcome.success for column in outcome.rule.shown]
        columns = [column for column in dict.fromkeys([*keys, *shown]) if column in frame]
        offending = frame.loc[rows, columns]
        failed = [outcome.rule.reason for outcome in mine if not outcome.success]
        more = {"offending_rows": len(rows)} | ({"reasons": ", ".join(failed)} if failed else {})
        found[name] = Finding(name, not failed, offending, {**facts, **more})
    return found


def _rejected_share(lake: Lake, table: Table, settings: DataSettings) -> Finding:
    rejected = sum(entry["rows"] for entry in lake.manifest("rejected", table.name).values())
    total = rejected + sum(entry["rows"] for entry in lake.manifest("validated", table.name).values())
    share = rejected / total if total else 0.0
    rule = _between("rejected_share", None, settings.max_rejected_share, SHARE, ())
    outcome = run_rules(pd.DataFrame({"rejected_share": [share]}), [rule])[0]
    offending = pd.DataFrame()
    if not outcome.success:
        rows = lake.read("rejected", table.name)
        offending = rows[[table.key, "event_time", "source", "row", "reason", "detail"]]
    return Finding(SHARE, outcome.success, offending, {"rejected_rows": rejected, "rows": total, "share": share})


def _between(column: str, low: float | None, high: float, check: str, shown: tuple[str, ...]) -> Rule:
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Rule("ExpectColumnValuesToBeBetween", arguments, f"{column}_out_of_limits", check, (column, *shown))
