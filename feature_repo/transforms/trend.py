"""Trend features: moving averages, MACD, directional movement, Aroon and a log-price slope."""

import numpy as np
import talib

from feature_repo.transforms.rolling import Array, ratio
from feature_repo.transforms.series import Bars


def trend(bars: Bars) -> dict[str, Array]:
    """Trend features of one instrument, each [n]."""
    high, low, close = bars.high, bars.low, bars.close
    fast, middle, slow = talib.SMA(close, 10), talib.SMA(close, 50), talib.SMA(close, 200)
    _, _, histogram = talib.MACD(close, 12, 26, 9)
    return {
        "ema_gap_20": ratio(close, talib.EMA(close, 20)) - 1.0,
        "sma_ratio_10_50": ratio(fast, middle) - 1.0,
        "sma_ratio_50_200": ratio(middle, slow) - 1.0,
        "macd_histogram": ratio(histogram, close),
        "adx_14": talib.ADX(high, low, close, 14) / 100.0,
        "directional_spread_14": (talib.PLUS_DI(high, low, close, 14) - talib.MINUS_DI(high, low, close, 14)) / 100.0,
        "aroon_25": talib.AROONOSC(high, low, 25) / 100.0,
        "log_slope_20": talib.LINEARREG_SLOPE(np.log(close), 20),
    }
