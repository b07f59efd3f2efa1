"""Rolling sums and moments that tolerate gaps. Every value depends on rows up to its own only, and on nothing after it.

All functions take float64 arrays [n] and give float64 arrays [n]; a window that holds a NaN, or is not full yet, gives NaN.
Sums run from the start of the array, so the same bits come out whether or not rows follow.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TINY = 1e-12


def shift(values: Array, bars: int) -> Array:
    """Values of `bars` rows earlier, NaN in the first rows."""
    result = np.full(len(values), np.nan)
    result[bars:] = values[: max(len(values) - bars, 0)]
    return result


def log_change(values: Array, bars: int) -> Array:
    """Log of each value over the one `bars` rows earlier."""
    logs = np.log(values)
    return logs - shift(logs, bars)


def ratio(numerator: Array, denominator: Array, flat: float = np.nan) -> Array:
    """Quotient; `flat` where the denominator is (nearly) zero, NaN where anything is unknown."""
    usable = np.abs(denominator) > TINY
    otherwise = np.where(np.isnan(numerator) | np.isnan(denominator), np.nan, flat)
    return np.divide(numerator, denominator, out=otherwise, where=usable)


def place_in_range(close: Array, low: Array, high: Array) -> Array:
    """Where `close` lies between `low` and `high`: -0.5 at the low, 0.5 at the high, 0 if there is no range."""
    return ratio((close - low) / close, (high - low) / close, flat=0.5) - 0.5


def rolling_sum(values: Array, window: int) -> Array:
    """Sum over the last `window` rows."""
    missing = np.isnan(values)
    sums = np.cumsum(np.where(missing, 0.0, values))
    gaps = np.cumsum(missing)
    result = np.full(len(values), np.nan)
    if len(values) < window:
        return result
    tail = sums[window - 1 :].copy()
    tail[1:] -= sums[:-window]
    holes = gaps[window - 1 :].copy()
    holes[1:] -= gaps[:-window]
    result[window - 1 :] = np.where(holes == 0, tail, np.nan)
    return result


def rolling_mean(values: Array, window: int) -> Array:
    """Mean over the last `window` rows."""
    return rolling_sum(values, window) / window


def rolling_covariance(left: Array, right: Array, window: int) -> Array:
    """Sample covariance (divisor `window` - 1) over the last `window` rows."""
    known = ~(np.isnan(left) | np.isnan(right))
    left, right = np.where(known, left, np.nan), np.where(known, right, np.nan)
    products = rolling_sum(left * right, window)
    return (products - rolling_sum(left, window) * rolling_sum(right, window) / window) / (window - 1)


def rolling_std(values: Array, window: int) -> Array:
    """Sample standard deviation over the last `window` rows; rounding below zero counts as zero."""
    return np.sqrt(np.maximum(rolling_covariance(values, values, window), 0.0))


def rolling_correlation(left: Array, right: Array, window: int) -> Array:
    """Pearson correlation over the last `window` rows, within -1 and 1, NaN where either side does not move."""
    known = ~(np.isnan(left) | np.isnan(right))
    left, right = np.where(known, left, np.nan), np.where(known, right, np.nan)
    scale = rolling_std(left, window) * rolling_std(right, window)
    return np.clip(ratio(rolling_covariance(left, right, window), scale), -1.0, 1.0)
