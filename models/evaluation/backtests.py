"""Out-of-sample backtests of candidate, champion and baselines through the runtime's own engine, with and without cost stress."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from models.evaluation.evaluation import CANDIDATE, CHAMPION, Evaluation
from models.evaluation.metrics import performance
from models.registry import Registry, fits
from trading_runtime.backtest import run_backtest
from trading_runtime.policy.baselines import baselines
from trading_runtime.policy.bundle import BundleSpec, read_bundle
from trading_runtime.policy.policy import Policy
from trading_runtime.policy.runner import OnnxPolicy
from trading_runtime.settings import Settings


def candidate_and_rivals(folder: Path, spec: BundleSpec, registry: Registry) -> dict[str, Policy]:
    """The candidate in `folder`, the champion it has to beat, and the baselines over the same instruments.

    Where the champion is the candidate's own network (an evaluation made again), the champion before it takes its place. A
    champion that trades other instruments or that this installation's features no longer fit is left out.
    """
    policies: dict[str, Policy] = {CANDIDATE: OnnxPolicy(folder, spec)}
    for entry in registry.past_champions():
        rival = registry.settings.paths.root / entry.path
        known = read_bundle(rival, entry.digest)
        if known.files != spec.files:
            if known.instruments == spec.instruments and fits(rival, known):
                policies[CHAMPION] = OnnxPolicy(rival, known)
            break
    return policies | baselines(spec.instruments)


def evaluate(
    bars: pd.DataFrame,
    features: pd.DataFrame,
    policies: Mapping[str, Policy],
    settings: Settings,
    start: pd.Timestamp,
    end: pd.Timestamp,
    periods_per_year: float,
) -> Evaluation:
    """Backtest every policy from `start` to `end` under the settings' costs and under the gate's cost stress."""
    multiple = settings.gate.cost_stress
    results = []
    for cost_multiple in (1.0, multiple):
        result = run_backtest(
            bars, features, policies, settings, start.to_pydatetime(), end.to_pydatetime(), cost_multiple=cost_multiple
        )
        metrics = {
            name: performance(curve, periods_per_year, result.turnover[name], result.costs[name])
            for name, curve in result.equity.items()
        }
        results.append((result.equity, metrics))
    return Evaluation(results[0][0], results[0][1], results[1][1], multiple)
