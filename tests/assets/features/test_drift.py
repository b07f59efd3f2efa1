"""Drift and completeness figures."""

import numpy as np
import pandas as pd
import pytest
from support.real_market import real_bars

from assets.features.drift import drift_table, missing_table, population_stability
from feature_repo.catalogue import features_of
from feature_repo.transforms import compute_features


def test_a_sample_against_itself_has_index_zero_and_a_shifted_one_a_large_index() -> None:
    sample = np.random.default_rng(0).normal(size=5000)
    assert population_stability(sample, sample) == 0.0
    assert population_stability(sample, np.random.default_rng(1).normal(size=5000)) < 0.02
    assert population_stability(sample, sample + 1.0) > 0.5


def test_the_index_follows_its_formula_on_two_bins() -> None:
    expected, actual = np.array([0.0] * 50 + [1.0] * 50), np.array([0.0] * 20 + [1.0] * 80)
    formula = (0.2 - 0.5) * np.log(0.2 / 0.5) + (0.8 - 0.5) * np.log(0.8 / 0.5)
    assert population_stability(expected, actual) == pytest.approx(formula)


def test_an_unknown_feature_has_no_index() -> None:
    assert np.isnan(population_stability(np.array([np.nan]), np.array([1.0])))


def test_drift_compares_training_rows_with_evaluation_rows() -> None:
    times = pd.date_range("2020-01-01", periods=400, freq="D", tz="UTC")
    values = np.r_[np.random.default_rng(0).normal(size=200), np.random.default_rng(1).normal(3.0, size=200)]
    table = drift_table(pd.DataFrame({"event_time": times, "x": values}), ["x"], str(times[199]), str(times[200]))
    assert table["psi"][0] > 1.0


def test_warm_up_rows_do_not_count_as_missing() -> None:
    frame = compute_features(real_bars(("IBM", "MSFT"), last=300), None, ["trend"])
    table = missing_table(frame, features_of("trend"))
    assert (table["missing"] == 0).all()
    holed = frame.assign(adx_14=frame["adx_14"].where(frame.index % 2 == 0))
    assert missing_table(holed, features_of("trend")).set_index("feature").loc["adx_14", "missing"] == pytest.approx(
        0.5, abs=0.01
    )
