"""Pattern vectors: what the last 32 bars of one instrument looked like, as 64 numbers for nearest-neighbour search.

| numbers | what |
|---------|------|
| 0..31   | log returns, oldest first, standardized inside the window: the shape of the path |
| 32..47  | log of high over low, means of 2 bars, standardized inside the window: the shape of volatility |
| 48..55  | log volume, means of 4 bars, standardized inside the window; 0 where a volume is unknown: the shape of activity |
| 56..63  | levels, see LEVELS: how volatile, how directed; in natural units, so that calm and wild windows stay apart |

A vector uses its own window and the close before it, nothing else, so truncating later bars changes no bit of it.
"""

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]

WINDOW = 32
SHORT = 8
DIMENSIONS = 64
LEVELS = (
    "log_volatility",  # log of the window's return deviation over 1%
    "volatility_change",  # log of the last 8 bars' deviation over the window's
    "trend",  # sum of the window's returns in units of their random-walk deviation
    "short_trend",  # the same over the last 8 bars
    "log_range",  # log of the mean high/low range over 2%
    "volume_change",  # log volume, mean of the last 8 bars less the window's
    "drawdown",  # last price below the window's highest, in random-walk deviations
    "skewness",  # of the window's returns, within -3 and 3
)
FIRST_LEVEL = DIMENSIONS - len(LEVELS)
TINY = 1e-12


def pattern_matrix(high: Array, low: Array, close: Array, volume: Array) -> NDArray[np.float32]:
    """float32 [n, 64] of one instrument's bars, oldest first; a row is NaN until 33 closes are there or if a price is unknown."""
    result = np.full((len(close), DIMENSIONS), np.nan, dtype=np.float32)
    if len(close) <= WINDOW:
        return result
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = _windows(np.diff(np.log(close)))
        ranges = _windows(np.log(high / low)[1:])
        volumes = _windows(np.log1p(volume)[1:])
    rows = np.hstack(
        [
            _standardized(returns),
            _standardized(_means(ranges, 2)),
            np.nan_to_num(_standardized(_means(volumes, 4))),
            _levels(returns, ranges, volumes),
        ]
    )
    known = np.isfinite(np.hstack([returns, ranges])).all(axis=1)
    result[WINDOW:] = np.where(known.reshape(-1, 1), rows, np.nan)
    return result


def pattern_vectors(bars: pd.DataFrame) -> pd.DataFrame:
    """Patterns of every instrument: `symbol, event_time, known_at, vector` (float32 [64]), sorted; rows without a full window left out.

    bars: `symbol, event_time, known_at, high, low, close, volume`, adjusted prices.
    """
    ordered = bars.sort_values(["symbol", "event_time"], kind="stable", ignore_index=True)
    parts = []
    for _, rows in ordered.groupby("symbol", sort=True):
        arrays = (np.ascontiguousarray(rows[name].to_numpy(np.float64)) for name in ("high", "low", "close", "volume"))
        vectors = pattern_matrix(*arrays)
        kept = np.flatnonzero(np.isfinite(vectors).all(axis=1))
        parts.append(rows[["symbol", "event_time", "known_at"]].iloc[kept].assign(vector=list(vectors[kept])))
    if not parts:
        return ordered[["symbol", "event_time", "known_at"]].assign(vector=[])
    return pd.concat(parts, ignore_index=True)


def market_levels(patterns: pd.DataFrame) -> pd.DataFrame:
    """Levels of the market: the mean over instruments of each level, by event_time. Columns `event_time, known_at` and LEVELS."""
    levels = pd.DataFrame(
        np.array(patterns["vector"].tolist(), dtype=np.float64).reshape(-1, DIMENSIONS)[:, FIRST_LEVEL:], columns=LEVELS
    )
    keyed = pd.concat([patterns[["event_time", "known_at"]].reset_index(drop=True), levels], axis=1)
    how = {"known_at": "max"} | dict.fromkeys(LEVELS, "mean")
    return keyed.groupby("event_time", as_index=False, sort=True).agg(how)


def _windows(values: Array) -> Array:
    """All windows of 32 values, [n - 31, 32], contiguous: sums then run in the same order whatever n is."""
    return np.ascontiguousarray(sliding_window_view(values, WINDOW))


def _means(windows: Array, bars: int) -> Array:
    """Means of consecutive groups of `bars` values."""
    return np.ascontiguousarray(windows.reshape(len(windows), -1, bars)).mean(axis=2)


def _standardized(windows: Array) -> Array:
    """Each row less its mean, over its deviation; zeros where a row does not move."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    moving = deviation > TINY
    return np.where(moving, centred / np.where(moving, deviation, 1.0), np.where(np.isnan(deviation), np.nan, 0.0))


def _levels(returns: Array, ranges: Array, volumes: Array) -> Array:
    """[n, 8], see LEVELS."""
    tail = np.ascontiguousarray(returns[:, -SHORT:])
    deviation = np.maximum(returns.std(axis=1), 1e-6)
    short_deviation = np.maximum(tail.std(axis=1), 1e-6)
    path = np.cumsum(returns, axis=1)
    walk = deviation * np.sqrt(WINDOW)
    activity = np.ascontiguousarray(volumes[:, -SHORT:]).mean(axis=1) - volumes.mean(axis=1)
    centred = returns - returns.mean(axis=1, keepdims=True)
    return np.column_stack(
        [
            np.log(deviation / 0.01),
            np.log(short_deviation / deviation),
            returns.sum(axis=1) / walk,
            tail.sum(axis=1) / (deviation * np.sqrt(SHORT)),
            np.log(np.maximum(ranges.mean(axis=1), 1e-6) / 0.02),
            np.nan_to_num(activity),
            (np.maximum(path.max(axis=1), 0.0) - path[:, -1]) / walk,
            np.clip((centred**3).mean(axis=1) / deviation**3, -3.0, 3.0),
        ]
    )
