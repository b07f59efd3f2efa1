"""Cross-asset features: the instrument against its universe and against the S&P 500.

The universe at a stamp is every instrument with a bar at that stamp; its return is the mean of their log returns, each since
its own bar before. An instrument's first bar has no return and does not count.
"""

import numpy as np
from numpy.typing import NDArray

from feature_repo.transforms.rolling import (
    Array,
    log_change,
    ratio,
    rolling_correlation,
    rolling_covariance,
    rolling_mean,
    rolling_sum,
    rolling_variance,
)
from feature_repo.transforms.series import Bars


def cross_section(returns: NDArray[np.float64]) -> tuple[Array, Array]:
    """Mean and standard deviation across instruments of log returns [stamps, instruments] (NaN: no bar), each [stamps].

    Sums run along the instruments in order (`cumsum`), so one stamp alone gives the same bits as a whole history.
    """
    known = ~np.isnan(returns)
    count = known.sum(axis=1).astype(np.float64)
    mean = ratio(np.cumsum(np.where(known, returns, 0.0), axis=1)[:, -1], count)
    deviations = np.where(known, returns - mean[:, None], 0.0)
    variance = ratio(np.cumsum(deviations * deviations, axis=1)[:, -1], count)
    return mean, np.sqrt(variance)


def cross_asset(bars: Bars) -> dict[str, Array]:
    """Cross-asset features of one instrument, each [n]; the market's are NaN where the S&P 500 is unknown."""
    own = log_change(bars.close, 1)
    market = log_change(bars.market, 1)
    month = log_change(bars.close, 20)
    universe = rolling_sum(bars.universe_return, 20)
    return {
        "relative_return_1": own - bars.universe_return,
        "universe_strength_20": month - universe,
        "universe_return_20": universe,
        "dispersion_20": rolling_mean(bars.dispersion, 20),
        "market_beta_60": ratio(rolling_covariance(own, market, 60), rolling_variance(market, 60)),
        "market_correlation_60": rolling_correlation(own, market, 60),
        "market_strength_20": month - log_change(bars.market, 20),
    }
