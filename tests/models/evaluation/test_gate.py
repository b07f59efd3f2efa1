import numpy as np
import pandas as pd

from models.evaluation.evaluation import Evaluation
from models.evaluation.gate import gate_table, judge, reasons
from models.evaluation.metrics import performance
from models.evaluation.results import equity_frame, evaluation_json, read_evaluation
from trading_runtime.settings import GateSettings


def evaluation(candidate: float, rival: float, bars: int = 800, stressed: float | None = None) -> Evaluation:
    """Curves with given mean daily returns over the same noise."""
    noise = np.random.default_rng(0).normal(0.0, 0.01, bars)
    noise -= noise.mean()
    times = pd.date_range("2010-01-01", periods=bars, freq="B", tz="UTC")
    means = {"candidate": candidate, "champion": rival, "buy_and_hold": rival / 2, "equal_weight": rival / 2}
    equity = {name: pd.Series(np.cumprod(1 + noise + mean), index=times) for name, mean in means.items()}
    metrics = {name: performance(curve, 252.0) for name, curve in equity.items()}
    hard = pd.Series(np.cumprod(1 + noise + (candidate if stressed is None else stressed)), index=times)
    return Evaluation(equity, metrics, metrics | {"candidate": performance(hard, 252.0)}, 2.0)


def failed(**arguments: float) -> list[str]:
    return [c.name for c in judge(evaluation(**arguments), GateSettings()).criteria if not c.passed]  # type: ignore[arg-type]


def test_a_strong_policy_passes_every_criterion() -> None:
    verdict = judge(evaluation(candidate=0.0012, rival=0.0005), GateSettings())
    assert verdict.verdict == "pass"
    assert all(c.passed for c in verdict.criteria)
    assert reasons(verdict) == "all 7 criteria passed"


def test_each_weakness_is_refused_by_its_own_criterion() -> None:
    assert failed(candidate=0.0012, rival=0.0015) == ["sharpe_above_champion"]
    assert failed(candidate=0.0012, rival=0.0005, bars=99) == ["min_bars", "probabilistic_sharpe"]
    assert failed(candidate=0.0012, rival=0.0005, stressed=-0.001) == ["return_under_cost_stress"]
    assert failed(candidate=0.0003, rival=0.0001) == ["probabilistic_sharpe"]


def test_drawdown_beyond_the_limit_is_refused() -> None:
    verdict = judge(evaluation(candidate=0.0012, rival=0.0005), GateSettings(max_drawdown=0.01))
    assert [c.name for c in verdict.criteria if not c.passed] == ["max_drawdown"]


def test_the_margin_over_rivals_counts() -> None:
    verdict = judge(evaluation(candidate=0.0012, rival=0.0011), GateSettings(min_excess_sharpe=0.5))
    assert "sharpe_above_champion" in reasons(verdict)


def test_a_policy_that_never_trades_is_refused() -> None:
    still = evaluation(candidate=0.0012, rival=0.0005)
    flat = pd.Series(np.ones(800), index=still.equity["candidate"].index)
    figures = performance(flat, 252.0)
    verdict = judge(
        Evaluation(
            still.equity | {"candidate": flat},
            still.metrics | {"candidate": figures},
            still.stressed | {"candidate": figures},
            2.0,
        ),
        GateSettings(),
    )
    assert verdict.verdict == "refuse"


def test_a_stored_evaluation_gets_the_same_verdict() -> None:
    made = evaluation(candidate=0.0008, rival=0.0009)
    stored = read_evaluation(equity_frame(made), evaluation_json(made, "a", "b", {}))
    assert judge(stored, GateSettings()) == judge(made, GateSettings())


def test_the_table_shows_value_threshold_and_verdict_of_each_criterion() -> None:
    table = gate_table(judge(evaluation(candidate=0.0012, rival=0.0015), GateSettings()))
    assert "| sharpe_above_champion |" in table
    assert "**refuse**" in table
