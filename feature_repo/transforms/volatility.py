"""Volatility features, all per bar and not annualized."""

import numpy as np
import talib

from feature_repo.transforms.rolling import Array, log_change, ratio, rolling_mean, rolling_std, rolling_sum
from feature_repo.transforms.series import Bars


def volatility(bars: Bars) -> dict[str, Array]:
    """Volatility features of one instrument, each [n]."""
    returns = log_change(bars.close, 1)
    squares = returns * returns
    slow = rolling_std(returns, 60)
    quick_over_slow = ratio(rolling_std(returns, 10), slow)
    high_low = np.log(bars.high / bars.low) ** 2
    close_open = np.log(bars.close / bars.open) ** 2
    garman_klass = 0.5 * high_low - (2.0 * np.log(2.0) - 1.0) * close_open
    return {
        "realized_vol_20": rolling_std(returns, 20),
        "realized_vol_60": slow,
        "vol_ratio_10_60": np.log(np.maximum(quick_over_slow, 1e-3)),  # a flat stretch counts as a thousandth
        "downside_share_20": ratio(rolling_sum(np.where(returns > 0.0, 0.0, squares), 20), rolling_sum(squares, 20)),
        "natr_14": talib.NATR(bars.high, bars.low, bars.close, 14) / 100.0,
        "parkinson_20": np.sqrt(np.maximum(rolling_mean(high_low, 20), 0.0) / (4.0 * np.log(2.0))),
        "garman_klass_20": np.sqrt(np.maximum(rolling_mean(garman_klass, 20), 0.0)),
    }
