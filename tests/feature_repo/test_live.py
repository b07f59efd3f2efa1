"""Live features equal batch features, bit for bit."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.real_market import STOCKS, real_bars, real_context

from feature_repo.catalogue import FEATURE_NAMES
from feature_repo.live import LiveFeatures
from feature_repo.transforms import compute_features

PRICES = ["open", "high", "low", "close", "volume"]


@pytest.fixture(scope="module")
def real() -> tuple[pd.DataFrame, pd.DataFrame]:
    return real_bars(), real_context()


def replay(live: LiveFeatures, bars: pd.DataFrame, context: pd.DataFrame, expected: pd.DataFrame) -> int:
    """Feed bars and the context known by each; compare each symbol's row. Returns the number of rows compared."""
    rows = expected.set_index(["event_time", "symbol"])[list(live.feature_names)]
    waiting = context.sort_values("known_at", kind="stable")
    known = waiting["known_at"]
    done = compared = 0
    for stamp, group in bars.groupby("event_time"):
        until = int(known.searchsorted(stamp, side="right"))
        arrived = waiting.iloc[done:until]
        done = max(done, until)
        update = [(r.series, r.event_time, r.known_at, r.value) for r in arrived.itertuples()]
        live.update(stamp, {r.symbol: tuple(getattr(r, name) for name in PRICES) for r in group.itertuples()}, update)
        matrix = live.matrix()
        for symbol in group["symbol"]:
            row = matrix[live.symbols.index(symbol)]
            assert np.array_equal(row, rows.loc[(stamp, symbol)].to_numpy(), equal_nan=True), (stamp, symbol)
            compared += 1
    return compared


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**31),
    start=st.integers(0, 2500),
    length=st.integers(1, 330),
    gap=st.sampled_from([0.0, 0.1, 0.6]),
    split=st.floats(0, 1),
)
def test_live_rows_equal_batch_rows_over_random_gaps_and_starts(
    real: tuple[pd.DataFrame, pd.DataFrame], seed: int, start: int, length: int, gap: float, split: float
) -> None:
    bars, context = real
    generator = np.random.default_rng(seed)
    times = np.sort(bars["event_time"].unique())[start : start + length]
    part = bars[bars["event_time"].isin(times)]
    part = part[generator.random(len(part)) >= gap]
    part = part.assign(volume=part["volume"].where(generator.random(len(part)) > 0.01))
    expected = compute_features(part, context)
    stamps = np.sort(part["event_time"].unique())
    cut = stamps[max(0, min(int(len(stamps) * split), len(stamps) - 1), len(stamps) - 25)] if len(stamps) else None
    if cut is None:
        return
    live = LiveFeatures(STOCKS, FEATURE_NAMES)
    before, known = part["event_time"] < cut, context["known_at"] < cut
    live.load_history(part[before], context[known])
    assert replay(live, part[~before], context[~known], expected) == int((~before).sum())


def test_live_rows_equal_batch_rows_across_anchor_boundaries_without_any_history_loaded() -> None:
    bars, context = real_bars(("IBM", "GOOG")), real_context()
    bars = bars.groupby("symbol").head(300)
    expected = compute_features(bars, context)
    names = ["rsi_14", "macd_histogram", "market_beta_60", "credit_spread"]
    live = LiveFeatures(["IBM", "GOOG"], names)
    assert replay(live, bars, context, expected) == 600


def test_a_long_history_costs_no_more_than_its_last_768_bars(real: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    bars, context = real
    expected = compute_features(bars, context)
    cut = np.sort(bars["event_time"].unique())[-5]
    live = LiveFeatures(STOCKS, FEATURE_NAMES)
    live.load_history(bars[bars["event_time"] < cut], context[context["known_at"] < cut])
    assert replay(live, bars[bars["event_time"] >= cut], context[context["known_at"] >= cut], expected) == 25


def test_a_symbol_without_a_bar_keeps_its_last_row(real: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    bars = real[0]
    ibm = bars[bars["symbol"] == "IBM"].head(30)
    live = LiveFeatures(["IBM", "MSFT"], ["log_return_1"])
    live.load_history(ibm)
    before = live.matrix()
    row = ibm.iloc[-1]
    live.update(row["event_time"] + timedelta(days=1), {"MSFT": (1.0, 1.0, 1.0, 1.0, 1.0)})
    assert live.matrix()[0, 0] == before[0, 0]
    assert np.isnan(live.matrix()[1, 0])


def test_a_context_row_handed_over_early_waits_until_it_is_known() -> None:
    start = pd.Timestamp("2020-01-01", tz="UTC")
    live = LiveFeatures(["X"], ["vix_level"])
    bar = {"X": (1.0, 1.0, 1.0, 1.0, 1.0)}
    live.update(start, bar, [("VIX", start, start + timedelta(days=2), 20.0)])
    assert np.isnan(live.matrix()[0, 0])
    live.update(start + timedelta(days=2), bar)
    assert live.matrix()[0, 0] == 0.2


def test_time_that_goes_back_is_refused_with_both_times() -> None:
    live = LiveFeatures(["X"], ["rsi_14"])
    bar = {"X": (1.0, 1.0, 1.0, 1.0, 1.0)}
    live.update(pd.Timestamp("2020-01-02", tz="UTC"), bar)
    with pytest.raises(ValueError, match=r"2020-01-02.*2020-01-02.*time must go forward"):
        live.update(pd.Timestamp("2020-01-02", tz="UTC"), bar)


def test_an_unknown_symbol_feature_or_a_stamp_without_a_zone_is_named() -> None:
    with pytest.raises(ValueError, match="no such feature: magic"):
        LiveFeatures(["X"], ["magic"])
    live = LiveFeatures(["X"], ["rsi_14"])
    with pytest.raises(ValueError, match="bar of Y"):
        live.update(pd.Timestamp("2020-01-02", tz="UTC"), {"Y": (1.0, 1.0, 1.0, 1.0, 1.0)})
    with pytest.raises(ValueError, match="no time zone"):
        live.update(datetime(2020, 1, 2), {"X": (1.0, 1.0, 1.0, 1.0, 1.0)})  # noqa: DTZ001
