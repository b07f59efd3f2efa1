"""Finds splits and dividends where the adjusted close moves against the raw close.

Adjusted over raw close is constant between two actions. Both prices are rounded, so each bar only says that the ratio lies in an
interval; a new action is found where no single ratio fits the bars since the last one. That is exact however coarse the rounding is,
where comparing neighbouring ratios would see a dividend in every rounding error of a low price.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa

ACTION_SCHEMA = pa.schema(
    [
        ("symbol", pa.string()),
        ("event_time", pa.timestamp("us", tz="UTC")),  # close of the first bar without the dividend or after the split
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("kind", pa.string()),  # split, dividend
        ("ratio", pa.float64()),  # new shares for one old share; 1 for a dividend
        ("amount", pa.float64()),  # cash for one share before the action, in the currency of the price; 0 for a split
        ("source", pa.string()),
    ]
)

SPLIT_RATIOS = sorted(
    {Fraction(n) for n in range(2, 51)}
    | {Fraction(1, n) for n in range(2, 101)}
    | {Fraction(p, q) for p, q in ((3, 2), (4, 3), (5, 4), (5, 2), (5, 3), (7, 2), (7, 4), (7, 5), (8, 5), (9, 2))}
)
SPLIT_TOLERANCE = 0.01
SINGLE_PRECISION = 2e-7
SMALLEST_DIVIDEND = 1e-4  # of the price; below it lies what is left of rounding


def find_actions(bars: pd.DataFrame) -> pd.DataFrame:
    """Corporate actions in bars of many symbols (`symbol, event_time, known_at, close, adj_close, source`, any order).

    Returns the columns of ACTION_SCHEMA, sorted by symbol and time. Bars without a positive close and adj_close are passed over, and a
    repeated stamp counts once.
    """
    usable = bars[bars["close"].gt(0) & bars["adj_close"].gt(0) & bars["event_time"].notna()]
    usable = usable.drop_duplicates(["symbol", "event_time"]).sort_values(["symbol", "event_time"], kind="stable")
    found = [action for _, one in usable.groupby("symbol", sort=True) for action in _of_symbol(one)]
    frame = pd.DataFrame(found, columns=ACTION_SCHEMA.names)
    return ACTION_SCHEMA.empty_table().to_pandas() if frame.empty else frame


def _of_symbol(bars: pd.DataFrame) -> list[tuple]:
    close, adjusted = bars["close"].to_numpy(), bars["adj_close"].to_numpy()
    error = (_half_unit(adjusted) / adjusted) + (_half_unit(close) / close) + SINGLE_PRECISION
    factor = adjusted / close
    actions = []
    starts, levels = _levels(factor * (1 - error), factor * (1 + error))
    for start, old, new in zip(starts[1:], levels[:-1], levels[1:], strict=True):
        bar, step = bars.iloc[start], new / old
        split = nearest_split(step)
        if split is not None:
            kind, ratio, amount = "split", float(split), 0.0
        elif step > 1 + SMALLEST_DIVIDEND:
            kind, ratio, amount = "dividend", 1.0, float(close[start - 1] * (1 - 1 / step))
        else:
            continue
        actions.append((bar["symbol"], bar["event_time"], bar["known_at"], kind, ratio, amount, bar["source"]))
    return actions


def nearest_split(step: float) -> Fraction | None:
    """The simple fraction within 1% of `step`, the factor by which the ratio of adjusted to raw close rose; None if there is none."""
    nearest = min(SPLIT_RATIOS, key=lambda ratio: abs(step / float(ratio) - 1))
    return nearest if abs(step / float(nearest) - 1) <= SPLIT_TOLERANCE else None


def _levels(low: np.ndarray, high: np.ndarray) -> tuple[list[int], list[float]]:
    """The fewest constant pieces that fit into all the intervals: where each starts, and the middle of what it may be."""
    starts, levels = [0], []
    floor, ceiling = low[0], high[0]
    for position in range(1, len(low)):
        if low[position] > ceiling or high[position] < floor:
            levels.append((floor + ceiling) / 2)
            starts.append(position)
            floor, ceiling = low[position], high[position]
        else:
            floor, ceiling = max(floor, low[position]), min(ceiling, high[position])
    return starts, [*levels, (floor + ceiling) / 2]


def _half_unit(prices: np.ndarray) -> float:
    """Half of the last decimal that the prices use (two to six decimals)."""
    for decimals in range(2, 6):
        if np.allclose(np.round(prices, decimals), prices, rtol=0, atol=10.0 ** -(decimals + 4)):
            return 0.5 * 10.0**-decimals
    return 0.5e-6
