"""Figures of an equity curve. Plain arrays in, plain floats out."""

import numpy as np
from numpy.typing import ArrayLike


def total_return(equity: ArrayLike) -> float:
    """Last value over first, less one; 0 for fewer than two points."""
    values = np.asarray(equity, dtype=float)
    return float(values[-1] / values[0] - 1.0) if len(values) > 1 else 0.0


def sharpe_ratio(equity: ArrayLike, periods_per_year: float) -> float:
    """Annualized mean over sample standard deviation of simple returns, risk-free rate zero (Sharpe 1994).

    0 when there are fewer than two returns or they do not vary.
    """
    values = np.asarray(equity, dtype=float)
    if len(values) < 3:
        return 0.0
    returns = values[1:] / values[:-1] - 1.0
    deviation = returns.std(ddof=1)
    return float(returns.mean() / deviation * np.sqrt(periods_per_year)) if deviation > 1e-15 else 0.0


def drawdowns(equity: ArrayLike) -> np.ndarray:
    """Loss from the running peak as a positive fraction, float [T]."""
    values = np.asarray(equity, dtype=float)
    return 1.0 - values / np.maximum.accumulate(values)


def max_drawdown(equity: ArrayLike) -> float:
    """Largest loss from a running peak, a positive fraction; 0 for an empty curve."""
    values = np.asarray(equity, dtype=float)
    return float(drawdowns(values).max()) if len(values) else 0.0
