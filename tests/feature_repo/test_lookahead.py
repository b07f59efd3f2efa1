"""No look-ahead: features of truncated history are the same bits."""

import numpy as np
import pandas as pd
import pytest
from support.real_market import STOCKS, real_bars, real_context

from feature_repo.catalogue import FEATURE_NAMES
from feature_repo.lookahead import lookahead_rows, random_cuts
from feature_repo.transforms import compute_features


@pytest.fixture(scope="module")
def market() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    bars, context = real_bars(), real_context()
    return bars, context, compute_features(bars, context)


def test_every_feature_of_truncated_history_is_the_same_to_the_last_bit(
    market: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    bars, context, features = market
    times = pd.DatetimeIndex(bars["event_time"].unique()).sort_values()
    cuts = [*random_cuts(times, 8, seed=1), times[0], times[255], times[256], times[767], times[768]]
    assert lookahead_rows(compute_features, bars, context, features, FEATURE_NAMES, cuts).empty


def test_a_feature_that_looks_one_bar_ahead_is_caught(
    market: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    bars, context, _ = market

    def leaky(past: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
        features = compute_features(past, known, ["momentum"])
        tomorrow = features.groupby("symbol")["log_return_1"].shift(-1)
        return features.assign(rsi_14=tomorrow)

    stored = leaky(bars, context)
    cuts = random_cuts(pd.DatetimeIndex(bars["event_time"].unique()), 3, seed=1)
    found = lookahead_rows(leaky, bars, context, stored, ["log_return_1", "rsi_14"], cuts)
    assert set(found["feature"]) == {"rsi_14"}
    assert len(found) == 3
    assert set(found["symbol"]) <= set(STOCKS)


def test_a_scale_fitted_on_the_whole_history_is_caught(
    market: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    bars, context, _ = market

    def leaky(past: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
        features = compute_features(past, known, ["momentum"])
        return features.assign(log_return_1=features["log_return_1"] / features["log_return_1"].std())

    cuts = random_cuts(pd.DatetimeIndex(bars["event_time"].unique()), 1, seed=2)
    assert len(lookahead_rows(leaky, bars, context, leaky(bars, context), ["log_return_1"], cuts)) == 1


def test_the_same_seed_cuts_at_the_same_bars() -> None:
    times = pd.date_range("2020-01-01", periods=50, tz="UTC")
    assert random_cuts(times, 5, seed=3) == random_cuts(times, 5, seed=3)
    assert len(random_cuts(times[:2], 5, seed=3)) == 2


def test_values_stored_without_a_bar_behind_them_are_refused(
    market: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    bars, context, features = market
    fewer = bars[bars["symbol"] != "IBM"]
    with pytest.raises(ValueError, match="come out of the truncated history"):
        lookahead_rows(compute_features, fewer, context, features, ["rsi_14"], [bars["event_time"].max()])


def test_the_order_of_the_rows_handed_in_does_not_matter(
    market: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    bars, context, features = market
    shuffled = compute_features(bars.sample(frac=1, random_state=0), context.sample(frac=1, random_state=0))
    assert np.array_equal(
        shuffled[list(FEATURE_NAMES)].to_numpy(), features[list(FEATURE_NAMES)].to_numpy(), equal_nan=True
    )
