"""Volume features. A source without volume (NaN) gives NaN wherever the window touches such a bar."""

import numpy as np
import talib

from feature_repo.transforms.rolling import (
    Array,
    log_change,
    place_in_range,
    ratio,
    rolling_correlation,
    rolling_mean,
    rolling_std,
    rolling_sum,
)
from feature_repo.transforms.series import Bars


def volume(bars: Bars) -> dict[str, Array]:
    """Volume features of one instrument, each [n]."""
    traded = bars.volume
    logs = np.log1p(traded)
    returns = log_change(bars.close, 1)
    location = 2.0 * place_in_range(bars.close, bars.low, bars.high)
    total = rolling_sum(traded, 20)
    quick_over_slow = ratio(rolling_mean(traded, 5), total / 20.0)
    # TA-Lib carries a NaN into every later row, so gaps go in as zero and the windows that hold one are blanked
    flow = talib.MFI(bars.high, bars.low, bars.close, np.where(np.isnan(traded), 0.0, traded), 14) / 100.0 - 0.5
    return {
        "volume_zscore_20": ratio(logs - rolling_mean(logs, 20), rolling_std(logs, 20)),
        "volume_ratio_5_20": np.log(np.maximum(quick_over_slow, 1e-3)),  # five bars without trade: a thousandth
        "money_flow_14": np.where(np.isnan(rolling_sum(traded, 15)), np.nan, flow),
        "chaikin_money_flow_20": ratio(rolling_sum(location * traded, 20), total),
        "signed_volume_20": ratio(rolling_sum(np.sign(returns) * traded, 20), total),
        "volume_return_correlation_20": rolling_correlation(logs, returns, 20),
    }
