"""Performance figures of an equity curve. Arithmetic simple returns, risk-free rate zero, population as stated per formula."""

import math
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class PerformanceMetrics:
    """Figures of one equity curve; rates are per year, shares are fractions. Undefined ratios are 0, never NaN."""

    total_return: float
    annual_return: float
    annual_volatility: float
    sharpe: float
    sortino: float
    calmar: float
    max_drawdown: float
    hit_rate: float
    bars: int
    turnover: float = 0.0
    costs: float = 0.0

    def as_dict(self) -> dict[str, float]:
        """Name to value, all floats."""
        return {name: float(value) for name, value in asdict(self).items()}


def returns_of(equity: pd.Series | np.ndarray) -> np.ndarray:
    """Simple returns between consecutive equities: [bars - 1]."""
    values = np.asarray(equity, dtype=float)
    return values[1:] / values[:-1] - 1.0


def max_drawdown(equity: pd.Series | np.ndarray) -> float:
    """Largest fall from a running peak, as a positive fraction."""
    values = np.asarray(equity, dtype=float)
    if len(values) < 2:
        return 0.0
    return float(np.max(1.0 - values / np.maximum.accumulate(values)))


def sharpe_ratio(returns: np.ndarray, periods_per_year: float) -> float:
    """Mean over sample standard deviation, annualized (Sharpe 1994). 0 where the deviation is 0."""
    if len(returns) < 2:
        return 0.0
    deviation = float(np.std(returns, ddof=1))
    return float(np.mean(returns)) / deviation * math.sqrt(periods_per_year) if deviation > 1e-12 else 0.0


def sortino_ratio(returns: np.ndarray, periods_per_year: float) -> float:
    """Mean over downside deviation from zero, over all periods, annualized (Sortino and Price 1994)."""
    if len(returns) < 2:
        return 0.0
    downside = math.sqrt(float(np.mean(np.minimum(returns, 0.0) ** 2)))
    return float(np.mean(returns)) / downside * math.sqrt(periods_per_year) if downside > 1e-12 else 0.0


def performance(
    equity: pd.Series | np.ndarray, periods_per_year: float, turnover: float = 0.0, costs: float = 0.0
) -> PerformanceMetrics:
    """All figures of an equity curve; `turnover` and `costs` are passed through."""
    returns = returns_of(equity)
    values = np.asarray(equity, dtype=float)
    growth = float(values[-1] / values[0]) if len(values) > 1 else 1.0
    years = len(returns) / periods_per_year
    annual = math.copysign(abs(growth) ** (1.0 / years), growth) - 1.0 if years > 0 and growth > 0 else growth - 1.0
    drawdown = max_drawdown(values)
    moved = returns[returns != 0.0]
    return PerformanceMetrics(
        total_return=growth - 1.0,
        annual_return=annual,
        annual_volatility=float(np.std(returns, ddof=1)) * math.sqrt(periods_per_year) if len(returns) > 1 else 0.0,
        sharpe=sharpe_ratio(returns, periods_per_year),
        sortino=sortino_ratio(returns, periods_per_year),
        calmar=annual / drawdown if drawdown > 1e-12 else 0.0,
        max_drawdown=drawdown,
        hit_rate=float(np.mean(moved > 0)) if len(moved) else 0.0,
        bars=len(values),
        turnover=turnover,
        costs=costs,
    )
