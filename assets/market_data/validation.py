"""From the raw zone into validated and rejected, partition by partition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from assets.lake import Lake
from assets.market_data.corporate_action_rules import ACTION_SCHEMA
from assets.market_data.quarantine import quarantine
from assets.market_data.tables import Table


@dataclass(frozen=True)
class Validated:
    """What one validation did: the good rows, and the rejected ones with reason and detail."""

    good: pd.DataFrame
    rejected: pd.DataFrame

    @property
    def reasons(self) -> dict[str, int]:
        """Rejected rows by reason."""
        return {str(reason): int(rows) for reason, rows in self.rejected["reason"].value_counts().items()}


def validate(lake: Lake, table: Table, years: Sequence[str], now: datetime, outlier_return: float) -> Validated:
    """Write the partitions `years` of validated and rejected from raw; a partition without rows is removed."""
    lake.declare("validated", table.name, table.columns)
    lake.declare("rejected", table.name, table.rejected_schema)
    raw = read_raw(lake, table, years)
    previous = None
    if table.key == "symbol" and len(raw):
        previous = _last_closes(lake, table, str(int(min(raw["part"])) - 1))
    actions = read_actions(lake, raw)
    parted = quarantine(raw, table, actions, now, outlier_return, previous)
    good = parted.good.sort_values([table.key, "event_time"], kind="stable")
    for year in years:
        _replace(lake, "validated", table.name, year, good, table.columns)
        _replace(lake, "rejected", table.name, year, parted.rejected, table.rejected_schema)
    return Validated(good.drop(columns="part"), parted.rejected.drop(columns="part"))


def read_raw(lake: Lake, table: Table, years: Sequence[str]) -> pd.DataFrame:
    """Raw rows of the partitions, in order, with `part`, the name of each row's partition."""
    held = lake.manifest("raw", table.name)
    present = sorted(held.keys() & set(years))
    if not present:
        return table.raw_schema.empty_table().to_pandas().assign(part=pd.Series(dtype="object"))
    return lake.read("raw", table.name, present).assign(
        part=np.repeat(present, [held[year]["rows"] for year in present])
    )


def read_actions(lake: Lake, bars: pd.DataFrame) -> pd.DataFrame:
    """The corporate actions found in the files of `bars`: those of another source's AAPL, or of prices already adjusted, say nothing
    about these."""
    if "symbol" not in bars or not lake.manifest("validated", "corporate_actions"):
        return ACTION_SCHEMA.empty_table().to_pandas()
    actions = lake.read("validated", "corporate_actions")
    return actions[actions["source"].isin(bars["source"].unique())]


def _last_closes(lake: Lake, table: Table, year: str) -> pd.Series | None:
    if year not in lake.manifest("validated", table.name):
        return None
    before = lake.read("validated", table.name, [year], ["symbol", "event_time", "close"])
    return before.sort_values("event_time").groupby("symbol")["close"].last()


def _replace(lake: Lake, zone: str, name: str, year: str, frame: pd.DataFrame, schema: object) -> None:
    rows = frame[frame["part"] == year].drop(columns="part")
    if len(rows):
        lake.write(zone, name, year, rows, schema)  # type: ignore[arg-type]
    else:
        lake.remove(zone, name, year)
