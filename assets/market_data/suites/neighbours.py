"""Columns about a row's neighbours, which the suites' `sequence` rules look at.

Everything is computed within one symbol and one yearly partition, and looks back at most at the last bar of the year before, so that a
partition validated alone gives the same rows as one validated with all the others.
"""

from bisect import bisect_left
from datetime import datetime

import numpy as np
import pandas as pd

from assets.market_data.sources.folder import bar_length

# Prices copied through single precision differ from themselves in the seventh digit.
ROUNDING = 1e-6
COMMON_PHASE_SHARE = 0.05
REVERSAL_SHARE = 0.25


def add_body(frame: pd.DataFrame) -> pd.DataFrame:
    """`body_high` and `body_low`: what high must reach and low must not exceed, less rounding."""
    prices = frame[["open", "high", "low", "close"]]
    return frame.assign(body_high=prices.max(axis=1) * (1 - ROUNDING), body_low=prices.min(axis=1) * (1 + ROUNDING))


def add_order(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """`occurrence` counts the rows of one stamp from 1, `first_row` is the row of the first; `in_order` is false for the fewest rows
    whose removal leaves the first occurrences in order of time."""
    stamps = frame.groupby([key, "event_time"], sort=False)["row"]
    result = frame.assign(occurrence=stamps.cumcount() + 1, first_row=stamps.transform("first"), in_order=True)
    firsts = result[result["occurrence"] == 1]
    for _, times in firsts.groupby([firsts[key], firsts["event_time"].dt.year], sort=False)["event_time"]:
        if not times.is_monotonic_increasing:
            late = np.ones(len(times), dtype=bool)
            late[_longest_increasing(times.astype("int64").tolist())] = False
            result.loc[times.index[late], "in_order"] = False
    return result


def add_complete(frame: pd.DataFrame, key: str, now: datetime) -> pd.DataFrame:
    """`complete` is false for a bar that closes after `now`, and for an intraday bar off the grid that the others of its symbol keep."""
    lengths = frame["frequency"].map({text: bar_length(text) for text in frame["frequency"].unique()})
    seconds = lengths.dt.total_seconds().to_numpy() if len(frame) else np.zeros(0)
    stamps = frame["event_time"].astype("int64").to_numpy() // 1_000_000
    phase = pd.Series(np.where(seconds > 0, stamps % np.maximum(seconds, 1), 0), index=frame.index)
    group = [frame[key], frame["event_time"].dt.year]
    share = phase.groupby([*group, phase]).transform("size") / phase.groupby(group).transform("size")
    return frame.assign(complete=frame["event_time"].le(pd.Timestamp(now)) & share.ge(COMMON_PHASE_SHARE))


def add_returns(
    frame: pd.DataFrame, key: str, actions: pd.DataFrame, previous: pd.Series | None = None
) -> pd.DataFrame:
    """`previous_close` and `next_close` of the symbol (in order of time; next within the year), `unexplained_return` from the previous
    close after undoing the split or dividend of that bar. `previous` maps a symbol to its last close before the frame."""
    times = frame.sort_values([key, "event_time"], kind="stable")
    before = times.groupby(key)["close"].shift(1)
    if previous is not None:
        before = before.fillna(times[key].map(previous))
    years = times["event_time"].dt.year
    after = times.groupby([times[key], years])["close"].shift(-1)
    splits = actions[actions["kind"] == "split"].set_index(["symbol", "event_time"])["ratio"]
    dividends = actions[actions["kind"] == "dividend"].set_index(["symbol", "event_time"])["amount"]
    index = pd.MultiIndex.from_arrays([times[key], times["event_time"]])
    ratio = splits.reindex(index).fillna(1.0).to_numpy()
    amount = dividends.reindex(index).fillna(0.0).to_numpy()
    unexplained = (times["close"] + amount) * ratio / before - 1
    return frame.assign(previous_close=before, next_close=after, unexplained_return=unexplained)


def bad_ticks(frame: pd.DataFrame, limit: float) -> pd.Series:
    """True where the unexplained return exceeds `limit` and the next bar takes back at least three quarters of it."""
    leap = pd.Series(np.log1p(frame["unexplained_return"]), index=frame.index)
    net = pd.Series(np.log(frame["next_close"] / frame["previous_close"]), index=frame.index)
    return frame["unexplained_return"].abs().gt(limit) & net.abs().lt(REVERSAL_SHARE * leap.abs())


def _longest_increasing(values: list[int]) -> list[int]:
    """Positions of one longest strictly increasing subsequence (patience sorting)."""
    tails: list[int] = []
    tail_positions: list[int] = []
    parents: list[int] = []
    for position, value in enumerate(values):
        place = bisect_left(tails, value)
        parents.append(tail_positions[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            tail_positions.append(position)
        else:
            tails[place] = value
            tail_positions[place] = position
    chain = []
    position = tail_positions[-1] if tail_positions else -1
    while position >= 0:
        chain.append(position)
        position = parents[position]
    return chain[::-1]
