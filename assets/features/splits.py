"""Training and evaluation periods, and when they move. Pure functions; not an asset module."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from trading_runtime.errors import UserDataError
from trading_runtime.settings import LearningSettings

LEAST_BARS = 120  # below this, neither a feature window nor a verdict means anything
LEAST_TRAINING_BARS = 30
SECONDS_A_DAY = 86_400


def bars_needed(learning: LearningSettings) -> int:
    """Fewest bar times for which training, embargo and evaluation all have room."""
    room = math.ceil((learning.embargo_bars + LEAST_TRAINING_BARS) / (1.0 - learning.evaluation_share)) + 1
    return max(LEAST_BARS, room)


def make_splits(
    times: pd.DatetimeIndex, universe: str, learning: LearningSettings, periods_per_year: float
) -> dict[str, Any]:
    """Splits over sorted unique bar times (UTC): training, an embargo, then the last `evaluation_share` as evaluation.

    Raises `UserDataError` if there are too few bars.
    """
    needed = bars_needed(learning)
    if len(times) < needed:
        raise UserDataError(
            f"{len(times)} bar times are too few to train and evaluate on: at least {needed} are needed "
            "(add history to the bars folder)"
        )
    evaluation = max(1, round(len(times) * learning.evaluation_share))
    start = len(times) - evaluation
    return {
        "universe": universe,
        "train_start": times[0].isoformat(),
        "train_end": times[start - learning.embargo_bars - 1].isoformat(),
        "evaluation_start": times[start].isoformat(),
        "evaluation_end": times[-1].isoformat(),
        "embargo_bars": learning.embargo_bars,
        "evaluation_share": learning.evaluation_share,
        "periods_per_year": periods_per_year,
        "last_bar": times[-1].isoformat(),
    }


def keep_or_make(
    previous: Mapping[str, Any] | None,
    times: pd.DatetimeIndex,
    universe: str,
    learning: LearningSettings,
    periods_per_year: float,
) -> tuple[dict[str, Any], str]:
    """The previous splits while they still hold, else new ones; and why, in words. Only `last_bar` moves in kept ones."""
    reason = _why_move(previous, times, universe, learning) if previous else "no splits yet"
    if previous and not reason:
        new = int((times > pd.Timestamp(previous["evaluation_end"])).sum())
        kept = {**previous, "last_bar": times[-1].isoformat()}
        return kept, f"kept: {new} new bars, fewer than {learning.retrain_after_bars}"
    return make_splits(times, universe, learning, periods_per_year), f"moved: {reason}"


def _why_move(
    previous: Mapping[str, Any], times: pd.DatetimeIndex, universe: str, learning: LearningSettings
) -> str | None:
    if previous["universe"] != universe:
        return f"universe is {universe}, was {previous['universe']}"
    for name in ("embargo_bars", "evaluation_share"):
        if previous.get(name) != getattr(learning, name):
            return f"{name} is {getattr(learning, name)}, was {previous.get(name)}"
    if not len(times) or pd.Timestamp(previous["train_start"]) != times[0]:
        return "the history starts at another bar"
    end = pd.Timestamp(previous["evaluation_end"])
    if end not in times:
        return "the last evaluated bar is gone"
    new = int((times > end).sum())
    return f"{new} new bars" if new >= learning.retrain_after_bars else None


def periods_a_year(instruments: pd.DataFrame | None, symbols: list[str], times: pd.DatetimeIndex) -> float:
    """Bars a year: the middle of the instruments' own (column `periods_per_year`), else inferred from the bar times.

    Inferred: bars on a day with bars, times 365 if there are Saturdays or Sundays among them, else 252; less often than
    every other day, from the middle distance between bars.
    """
    if instruments is not None:
        known = instruments.loc[instruments["symbol"].isin(symbols), "periods_per_year"].dropna()
        if len(known):
            return float(known.median())
    if len(times) < 2:
        return 252.0
    gap = float(pd.Series(times).diff().median() / pd.Timedelta(seconds=1))
    if gap > 2 * SECONDS_A_DAY:
        return round(365.25 * SECONDS_A_DAY / gap, 2)
    days = pd.Series(1, index=times).groupby(times.date).sum()
    return float(days.median()) * (365.0 if (times.dayofweek >= 5).any() else 252.0)
