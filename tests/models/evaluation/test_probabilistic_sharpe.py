import numpy as np
import pytest

from models.evaluation.probabilistic_sharpe import probabilistic_sharpe, probabilistic_sharpe_of


def test_the_papers_hedge_fund_example() -> None:
    """Bailey and Lopez de Prado (2012), section 5: 24 monthly returns, Sharpe 0.458 a month, skewness -2.448, kurtosis 10.164:
    0.913, where assuming normal returns would say 0.982."""
    assert probabilistic_sharpe(0.458, 24, -2.448, 10.164) == pytest.approx(0.913, abs=1e-3)
    assert probabilistic_sharpe(0.458, 24, 0.0, 3.0) == pytest.approx(0.982, abs=1e-3)


def test_more_observations_make_a_positive_ratio_more_certain() -> None:
    values = [probabilistic_sharpe(0.1, count, 0.0, 3.0) for count in (10, 100, 1000)]
    assert values == sorted(values)
    assert values[-1] > 0.99


def test_it_is_calibrated_on_returns_without_an_edge() -> None:
    """Over many samples of noise it exceeds 0.95 about one time in twenty."""
    rng = np.random.default_rng(0)
    exceeded = np.mean([probabilistic_sharpe_of(rng.normal(0, 0.01, 250)) > 0.95 for _ in range(2000)])
    assert exceeded == pytest.approx(0.05, abs=0.015)


def test_returns_that_do_not_vary_prove_nothing() -> None:
    assert probabilistic_sharpe_of(np.full(50, 0.001)) == 0.0
    assert probabilistic_sharpe_of(np.array([0.01])) == 0.0
