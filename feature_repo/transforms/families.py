"""The families that work on one instrument's bars, and the anchored windows that make them the same offline and live.

Recursive indicators (exponential averages, Wilder's) and running sums depend on where they start. Here they start at fixed
anchors: the value at row t is computed from row `anchor(t)`, a multiple of 256 at least 512 rows back (or row 0). So a value
depends on at most 768 rows, one new bar costs the same after a year as after a century, and rounding cannot pile up.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from feature_repo.catalogue import features_of
from feature_repo.transforms.cross_asset import cross_asset
from feature_repo.transforms.mean_reversion import mean_reversion
from feature_repo.transforms.momentum import momentum
from feature_repo.transforms.rolling import Array
from feature_repo.transforms.series import Bars
from feature_repo.transforms.trend import trend
from feature_repo.transforms.volatility import volatility
from feature_repo.transforms.volume import volume

BLOCK = 256
WARM_UP = 512  # more than twice the longest lookback (252)

BAR_FAMILIES: dict[str, Callable[[Bars], dict[str, Array]]] = {
    "trend": trend,
    "mean_reversion": mean_reversion,
    "volatility": volatility,
    "momentum": momentum,
    "volume": volume,
    "cross_asset": cross_asset,
}


def anchor(row: int) -> int:
    """First row that the value at `row` is computed from."""
    return max(0, row // BLOCK * BLOCK - WARM_UP)


def names_of(families: Sequence[str]) -> list[str]:
    """Feature names of these families in catalogue order."""
    return [spec.name for family in families for spec in features_of(family)]


def bar_features(bars: Bars, families: Sequence[str], first: int = 0) -> NDArray[np.float64]:
    """Features [rows from `first` on, F] of one instrument, columns as in `names_of(families)`."""
    rows = len(bars.close)
    names = names_of(families)
    result = np.full((len(names), rows - first), np.nan)  # a feature is contiguous: cheaper to fill
    start = first
    while start < rows:
        stop = min((start // BLOCK + 1) * BLOCK, rows)
        window = bars.slice(anchor(start), stop)
        values = {name: column for family in families for name, column in BAR_FAMILIES[family](window).items()}
        for position, name in enumerate(names):
            result[position, start - first : stop - first] = values[name][start - stop :]
        start = stop
    return result.T
