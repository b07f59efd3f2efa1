import numpy as np
import pandas as pd
import pytest

from trading_runtime.portfolio.performance import max_drawdown, sharpe_ratio, total_return

CURVE = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.0005, 0.01, 500)))


def test_figures_agree_with_pandas():
    series = pd.Series(CURVE)
    returns = series.pct_change().dropna()
    assert total_return(CURVE) == pytest.approx((1 + returns).prod() - 1)
    assert sharpe_ratio(CURVE, 252) == pytest.approx(returns.mean() / returns.std() * 252**0.5)
    assert max_drawdown(CURVE) == pytest.approx((1 - series / series.cummax()).max())


def test_flat_and_empty_curves_have_figures_of_zero():
    assert sharpe_ratio([1.0, 1.0, 1.0, 1.0], 252) == 0.0
    assert (total_return([5.0]), max_drawdown([])) == (0.0, 0.0)
