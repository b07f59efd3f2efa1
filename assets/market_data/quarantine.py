"""Parts a table's rows into good ones and rejected ones, each of these with a reason code and what was seen. No row is lost."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from assets.market_data.suites.catalogue import SUITES
from assets.market_data.suites.neighbours import add_body, add_complete, add_order, add_returns, bad_ticks
from assets.market_data.suites.rules import READ_IN_FULL
from assets.market_data.suites.runner import Outcome, run_rules
from assets.market_data.tables import Table


@dataclass(frozen=True)
class Parted:
    """`good` has the table's columns, `rejected` these and `reason`, `detail`; both keep `part`, the partition of each row."""

    good: pd.DataFrame
    rejected: pd.DataFrame


def quarantine(
    raw: pd.DataFrame,
    table: Table,
    actions: pd.DataFrame,
    now: datetime,
    outlier_return: float,
    previous_close: pd.Series | None = None,
) -> Parted:
    """Judge raw rows (the raw columns and `part`, the name of the partition) by the table's suite.

    `actions` are the corporate actions; `now` decides which bars are not finished; `previous_close` is each symbol's last validated
    close before these rows.
    """
    suite = SUITES[table.suite]
    frame = raw.reset_index(drop=True)
    verdicts = pd.DataFrame({"reason": None, "detail": None}, index=frame.index, dtype="object")
    cells = add_body(frame) if table.suite == "ohlcv" else frame
    for outcome in run_rules(cells, suite.cells):
        _judge(verdicts, cells, outcome)
    passed = verdicts["reason"].isna()
    sequence = frame[passed].reset_index(names="position")
    sequence = add_order(sequence, table.key)
    if table.key == "symbol":
        sequence = add_complete(sequence, table.key, now)
        regular = (sequence["occurrence"] == 1) & sequence["in_order"] & sequence["complete"]
        returns = add_returns(sequence[regular], table.key, actions, previous_close)
        sequence = sequence.join(returns[["previous_close", "next_close"]])
        sequence["bad_tick"] = bad_ticks(returns, outlier_return).reindex(sequence.index, fill_value=False)
    later = pd.DataFrame({"reason": None, "detail": None}, index=sequence.index, dtype="object")
    for outcome in run_rules(sequence, suite.sequence):
        _judge(later, sequence, outcome)
    verdicts.loc[sequence["position"], ["reason", "detail"]] = later.to_numpy()
    bad = verdicts["reason"].notna()
    columns = [*table.columns.names, "part"]
    return Parted(frame.loc[~bad, columns], frame.loc[bad, columns].join(verdicts[bad]))


def _judge(verdicts: pd.DataFrame, frame: pd.DataFrame, outcome: Outcome) -> None:
    """Give the offending rows that have no reason yet this rule's reason and the values that it looked at."""
    rows = [row for row in outcome.rows if verdicts.at[row, "reason"] is None]
    for row in rows:
        if outcome.rule is READ_IN_FULL:
            reason, _, detail = str(frame.at[row, "defect"]).partition(": ")
        else:
            reason = outcome.rule.reason
            detail = ", ".join(f"{column} {frame.at[row, column]}" for column in outcome.rule.shown)
        verdicts.at[row, "reason"] = reason
        verdicts.at[row, "detail"] = detail
