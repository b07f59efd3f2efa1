"""Pure feature functions: arrays or frames in, frames out; no clock, no network, nothing read from disk.

`compute_features` makes whole histories; `feature_repo.live.LiveFeatures` makes the same bits bar by bar.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from feature_repo.catalogue import FAMILIES
from feature_repo.transforms.context import MAX_INDEX_AGE, Context, microseconds
from feature_repo.transforms.cross_asset import cross_section
from feature_repo.transforms.families import BAR_FAMILIES, bar_features, names_of
from feature_repo.transforms.macro import macro
from feature_repo.transforms.rolling import Array, log_change
from feature_repo.transforms.series import Bars

PRICES = ("open", "high", "low", "close", "volume")
MARKET_INDEX = "SP500"


def compute_features(
    bars: pd.DataFrame, context: pd.DataFrame | None, families: Sequence[str] | None = None
) -> pd.DataFrame:
    """Every feature of every bar.

    bars: `symbol, event_time, known_at, open, high, low, close, volume`, one row a symbol and stamp, in any order.
    context: the long table `series, event_time, known_at, value`, or None.
    families: a subset of `catalogue.FAMILIES` in its order; all by default.

    Returns `symbol, event_time, known_at` and one float64 column a feature, sorted by symbol and time, NaN where unknown.
    A value uses only bars with an earlier or the same stamp and context known by that stamp.
    """
    chosen = [family for family in FAMILIES if families is None or family in families]
    of_bars = [family for family in chosen if family in BAR_FAMILIES]
    ordered = bars.sort_values(["symbol", "event_time"], kind="stable", ignore_index=True)
    known = Context.from_frame(context)
    stamps = microseconds(ordered["event_time"])
    names = names_of(chosen)
    values = np.full((len(names), len(ordered)), np.nan)  # a row a feature: the frame takes it over without a copy
    if of_bars and len(ordered):
        for start, stop, instrument in _instruments(ordered, stamps, known):
            values[: len(names_of(of_bars)), start:stop] = bar_features(instrument, of_bars).T
    if "macro" in chosen:
        unique, place = np.unique(stamps, return_inverse=True)
        for name, column in macro(known, unique).items():
            values[names.index(name)] = column[place]
    keys = ordered[["symbol", "event_time", "known_at"]]
    return pd.concat([keys, pd.DataFrame(values.T, columns=names, copy=False)], axis=1, copy=False)


def _instruments(ordered: pd.DataFrame, stamps: np.ndarray, known: Context) -> list[tuple[int, int, Bars]]:
    """Rows of each symbol in the sorted frame, with its bars and the market beside them."""
    symbols = ordered["symbol"].to_numpy()
    starts = np.flatnonzero(np.r_[True, symbols[1:] != symbols[:-1]])
    spans = list(zip(starts.tolist(), [*starts[1:].tolist(), len(symbols)], strict=True))
    arrays = [np.ascontiguousarray(ordered[name].to_numpy(dtype=np.float64)) for name in PRICES]
    mean, dispersion, place = _universe(arrays[3], stamps, spans)
    market = known.series(MARKET_INDEX).as_of(stamps, MAX_INDEX_AGE)
    result = []
    for start, stop in spans:
        rows = place[start:stop]
        opened, high, low, close, volume = (array[start:stop] for array in arrays)
        bars = Bars(opened, high, low, close, volume, mean[rows], dispersion[rows], market[start:stop])
        result.append((start, stop, bars))
    return result


def _universe(close: Array, stamps: np.ndarray, spans: list[tuple[int, int]]) -> tuple[Array, Array, np.ndarray]:
    """Mean and dispersion of returns by unique stamp, and each row's place among the stamps."""
    unique, place = np.unique(stamps, return_inverse=True)
    returns = np.full((len(unique), len(spans)), np.nan)
    for column, (start, stop) in enumerate(spans):
        returns[place[start:stop], column] = log_change(close[start:stop], 1)
    mean, dispersion = cross_section(returns)
    return mean, dispersion, place
