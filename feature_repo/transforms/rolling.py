"""Rolling sums and moments that tolerate gaps. Every value depends on rows up to its own only, and on nothing after it.

All functions take float64 arrays [n] and give float64 arrays [n]; a window that holds a NaN, or is not full yet, gives NaN.
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
    if flat != flat:
        otherwise = np.full(len(numerator), np.nan)
    else:
        otherwise = np.where(np.isnan(numerator) | np.isnan(denominator), np.nan, flat)
    return np.divide(numerator, denominator, out=otherwise, where=usable)


def place_in_range(close: Array, low: Array, high: Array) -> Array:
    """Where `close` lies between `low` and `high`: -0.5 at the low, 0.5 at the high, 0 if there is no range."""
    return ratio((close - low) / close, (high - low) / close, flat=0.5) - 0.5


def rolling_sum(values: Array, window: int) -> Array:
    """Sum over the last `window` rows, by doubling: sums of 1, 2, 4... rows put together in the order of the window's bits.

    Every window is added in the same order wherever it lies, so there is no drift, and a NaN stays within its windows.
    """
    result = np.full(len(values), np.nan)
    if len(values) < window:
        return result
    total, covered = None, 0  # total[i]: rows i to i + covered - 1
    block, size = values, 1  # block[i]: rows i to i + size - 1
    while True:
        if window & size:
            total = block if total is None else total[: len(block) - covered] + block[covered:]
            covered += size
        if covered == window:
            break
        block = block[:-size] + block[size:]
        size *= 2
    result[window - 1 :] = total
    return result


def rolling_mean(values: Array, window: int) -> Array:
    """Mean over the last `window` rows."""
    return rolling_sum(values, window) / window


def rolling_covariance(left: Array, right: Array, window: int) -> Array:
    """Sample covariance (divisor `window` - 1) over the last `window` rows."""
    products = rolling_sum(left * right, window)
    return (products - rolling_sum(left, window) * rolling_sum(right, window) / window) / (window - 1)


def rolling_variance(values: Array, window: int) -> Array:
    """Sample variance over the last `window` rows; rounding below zero counts as zero."""
    total = rolling_sum(values, window)
    return np.maximum((rolling_sum(values * values, window) - total * total / window) / (window - 1), 0.0)


def rolling_std(values: Array, window: int) -> Array:
    """Sample standard deviation over the last `window` rows."""
    return np.sqrt(rolling_variance(values, window))


def rolling_correlation(left: Array, right: Array, window: int) -> Array:
    """Pearson correlation over the last `window` rows, within -1 and 1, NaN where either side does not move."""
    scale = rolling_std(left, window) * rolling_std(right, window)
    return np.clip(ratio(rolling_covariance(left, right, window), scale), -1.0, 1.0)
