"""Population stability and completeness of feature columns. Pure functions; not an asset module."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from feature_repo.catalogue import FeatureSpec

BINS = 10
FLOOR = 1e-4  # share given to an empty bin, so that the logarithm exists


def population_stability(expected: np.ndarray, actual: np.ndarray) -> float:
    """Population stability index between two samples, NaN left out; NaN if either is empty.

    Sum over ten equally filled bins of `expected` of (actual share - expected share) * ln(actual share / expected share)
    (Siddiqi, Credit Risk Scorecards, 2006): below 0.1 stable, above 0.25 shifted.
    """
    expected, actual = expected[~np.isnan(expected)], actual[~np.isnan(actual)]
    if not len(expected) or not len(actual):
        return float("nan")
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, BINS + 1)[1:-1]))
    shares = [
        np.maximum(
            np.bincount(np.searchsorted(edges, sample, side="right"), minlength=len(edges) + 1) / len(sample), FLOOR
        )
        for sample in (expected, actual)
    ]
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))


def drift_table(frame: pd.DataFrame, names: Sequence[str], train_end: str, evaluation_start: str) -> pd.DataFrame:
    """`feature, psi`, largest first, of evaluation rows against training rows."""
    train = frame[frame["event_time"] <= pd.Timestamp(train_end)]
    evaluation = frame[frame["event_time"] >= pd.Timestamp(evaluation_start)]
    rows = [(name, population_stability(train[name].to_numpy(), evaluation[name].to_numpy())) for name in names]
    return pd.DataFrame(rows, columns=["feature", "psi"]).sort_values("psi", ascending=False, ignore_index=True)


def missing_table(frame: pd.DataFrame, specs: Sequence[FeatureSpec]) -> pd.DataFrame:
    """`feature, missing, needs`: share of NaN among the rows past each instrument's warm-up; `needs` lists the inputs."""
    age = frame.groupby("symbol").cumcount().to_numpy() if "symbol" in frame else np.arange(len(frame))
    rows = []
    for spec in specs:
        past = frame[spec.name].to_numpy()[age >= spec.lookback] if "symbol" in frame else frame[spec.name].to_numpy()
        rows.append((spec.name, float(np.isnan(past).mean()) if len(past) else 0.0, " ".join(spec.inputs)))
    return pd.DataFrame(rows, columns=["feature", "missing", "needs"])
