"""Mean-reversion features: distance from averages and oscillators, centred on zero."""

import talib
from talib import MA_Type

from feature_repo.transforms.rolling import Array, place_in_range, ratio
from feature_repo.transforms.series import Bars


def mean_reversion(bars: Bars) -> dict[str, Array]:
    """Mean-reversion features of one instrument, each [n]."""
    high, low, close = bars.high, bars.low, bars.close
    slow_k, _ = talib.STOCH(high, low, close, fastk_period=14, slowk_period=3, slowk_matype=MA_Type.SMA, slowd_period=3)
    return {
        "zscore_20": _zscore(close, 20),
        "zscore_60": _zscore(close, 60),
        "rsi_2": talib.RSI(close, 2) / 100.0 - 0.5,
        "rsi_14": talib.RSI(close, 14) / 100.0 - 0.5,
        "williams_r_14": talib.WILLR(high, low, close, 14) / 100.0 + 0.5,
        "stochastic_14_3": slow_k / 100.0 - 0.5,
        "cci_20": talib.CCI(high, low, close, 20) / 100.0,
        "close_location": place_in_range(close, low, high),
    }


def _zscore(close: Array, window: int) -> Array:
    # relative to the average, so that the guard against division by zero means the same at every price
    mean = talib.SMA(close, window)
    return ratio(close / mean - 1.0, talib.STDDEV(close, window, 1.0) / mean, flat=0.0)
