"""The probabilistic Sharpe ratio: how likely it is that the true Sharpe ratio exceeds a benchmark.

Bailey and Lopez de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15(2), 2012, equation 5.
"""

import math

import numpy as np
from scipy.stats import kurtosis, norm, skew


def probabilistic_sharpe(
    sharpe: float, observations: int, skewness: float, kurtosis_: float, benchmark: float = 0.0
) -> float:
    """Probability in [0, 1] that the true ratio exceeds `benchmark`. Both ratios per period, not annualized;
    `kurtosis_` is not in excess (3 for the normal distribution)."""
    if observations < 2:
        return 0.0
    variance = 1.0 - skewness * sharpe + (kurtosis_ - 1.0) / 4.0 * sharpe**2
    if variance <= 0:
        return 0.0
    return float(norm.cdf((sharpe - benchmark) * math.sqrt(observations - 1) / math.sqrt(variance)))


def probabilistic_sharpe_of(returns: np.ndarray, benchmark: float = 0.0) -> float:
    """The same from a series of returns per period. 0 where the returns do not vary."""
    deviation = float(np.std(returns, ddof=1)) if len(returns) > 2 else 0.0
    if deviation < 1e-12:
        return 0.0
    return probabilistic_sharpe(
        float(np.mean(returns)) / deviation,
        len(returns),
        float(skew(returns)),
        float(kurtosis(returns, fisher=False)),
        benchmark,
    )
