import math

import numpy as np
import pandas as pd
import pytest

from models.evaluation.metrics import max_drawdown, performance, returns_of, sharpe_ratio, sortino_ratio


@pytest.fixture
def equity() -> pd.Series:
    rng = np.random.default_rng(0)
    times = pd.date_range("2010-01-01", periods=505, freq="B", tz="UTC")
    return pd.Series(1e5 * np.exp(np.cumsum(rng.normal(0.0004, 0.01, 505))), index=times)


def test_figures_equal_those_that_pandas_computes(equity: pd.Series) -> None:
    got, returns = performance(equity, 252.0), equity.pct_change().dropna()
    years = len(returns) / 252
    assert got.sharpe == pytest.approx(returns.mean() / returns.std() * math.sqrt(252))
    assert got.annual_volatility == pytest.approx(returns.std() * math.sqrt(252))
    assert got.annual_return == pytest.approx((1 + returns).prod() ** (1 / years) - 1)
    assert got.max_drawdown == pytest.approx(-(equity / equity.cummax() - 1).min())
    assert got.calmar == pytest.approx(got.annual_return / got.max_drawdown)
    assert got.hit_rate == pytest.approx((returns > 0).mean())
    downside = math.sqrt((returns.clip(upper=0) ** 2).mean())
    assert got.sortino == pytest.approx(returns.mean() / downside * math.sqrt(252))


def test_a_published_example_of_sharpe_and_sortino() -> None:
    """Sortino's own example: annual returns 17, 15, 23, -5, 12, 9, 13, -4 percent, target 0; ratio 4.417 (Red Rock Capital 2013)."""
    returns = np.array([0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04])
    assert sortino_ratio(returns, 1.0) == pytest.approx(4.417, abs=5e-4)


def test_a_flat_curve_has_no_ratio_rather_than_none_at_all() -> None:
    got = performance(np.full(10, 100.0), 252.0)
    assert got.sharpe == got.sortino == got.calmar == got.max_drawdown == got.total_return == 0.0


@pytest.mark.parametrize("bars", [0, 1, 2])
def test_few_bars_give_finite_figures(bars: int) -> None:
    got = performance(np.linspace(100, 101, bars), 252.0)
    assert all(math.isfinite(value) for value in got.as_dict().values())


def test_drawdown_is_measured_from_the_running_peak() -> None:
    assert max_drawdown(np.array([100.0, 120.0, 90.0, 130.0, 104.0])) == pytest.approx(0.25)


def test_sharpe_scales_with_the_root_of_periods() -> None:
    returns = returns_of(np.array([100.0, 101.0, 100.5, 103.0]))
    assert sharpe_ratio(returns, 4.0) == pytest.approx(2.0 * sharpe_ratio(returns, 1.0))
