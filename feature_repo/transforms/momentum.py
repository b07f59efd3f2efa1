"""Momentum features: log returns over several horizons, drawdown and place in the channel."""

import numpy as np
import talib

from feature_repo.transforms.rolling import Array, log_change, place_in_range, ratio, rolling_std
from feature_repo.transforms.series import Bars


def momentum(bars: Bars) -> dict[str, Array]:
    """Momentum features of one instrument, each [n]."""
    close = bars.close
    month, quarter = log_change(close, 20), log_change(close, 60)
    highest, lowest = talib.MAX(bars.high, 60), talib.MIN(bars.low, 60)
    return {
        "log_return_1": log_change(close, 1),
        "log_return_5": log_change(close, 5),
        "log_return_20": month,
        "log_return_60": quarter,
        "momentum_252_21": log_change(close, 252) - log_change(close, 21),
        "scaled_momentum_60": ratio(quarter, rolling_std(log_change(close, 1), 60) * np.sqrt(60.0)),
        "trix_15": talib.TRIX(close, 15) / 100.0,
        "drawdown_252": np.log(close / talib.MAX(close, 252)),
        "channel_60": place_in_range(close, lowest, highest),
    }
