"""Pattern vectors: known values, gaps, and no look-ahead."""

import numpy as np
import pandas as pd
import pytest

from feature_repo.transforms.patterns import (
    DIMENSIONS,
    FIRST_LEVEL,
    LEVELS,
    WINDOW,
    market_levels,
    pattern_matrix,
    pattern_vectors,
)


def apple(bars: int = 120) -> pd.DataFrame:
    """The first real bars of AAPL, as adjusted_bars has them."""
    from bokeh_sampledata.stocks import AAPL

    raw = pd.DataFrame(AAPL).head(bars)
    time = pd.to_datetime(raw["date"]).dt.tz_localize("UTC")
    prices = raw[["open", "high", "low", "close", "volume"]].astype(float)
    return prices.assign(symbol="AAPL", event_time=time, known_at=time)


def arrays(bars: pd.DataFrame) -> list[np.ndarray]:
    return [bars[name].to_numpy(float) for name in ("high", "low", "close", "volume")]


def test_truncating_later_bars_changes_no_bit_of_a_vector() -> None:
    bars = apple()
    whole = pattern_matrix(*arrays(bars))
    for end in range(WINDOW + 1, len(bars) + 1):
        np.testing.assert_array_equal(pattern_matrix(*arrays(bars.head(end)))[-1], whole[end - 1])


def test_the_first_vector_needs_thirty_three_closes() -> None:
    whole = pattern_matrix(*arrays(apple()))
    assert whole.shape == (120, DIMENSIONS)
    assert whole.dtype == np.float32
    assert np.isnan(whole[:WINDOW]).all()
    assert np.isfinite(whole[WINDOW:]).all()


def test_the_shape_block_is_the_standardized_returns_of_the_window() -> None:
    bars = apple(60)
    returns = np.diff(np.log(bars["close"].to_numpy()))[-WINDOW:]
    expected = (returns - returns.mean()) / returns.std()
    np.testing.assert_allclose(pattern_matrix(*arrays(bars))[-1, :WINDOW], expected, rtol=1e-5)


def test_levels_tell_a_calm_window_from_a_wild_one() -> None:
    steps = np.where(np.arange(80) % 2, 1.0, -1.0)
    calm, wild = (100 * np.exp(np.cumsum(size * steps)) for size in (0.01, 0.04))
    volume = np.full(80, 1000.0)
    first, second = (pattern_matrix(c * 1.01, c / 1.01, c, volume)[-1] for c in (calm, wild))
    np.testing.assert_allclose(first[:WINDOW], second[:WINDOW], atol=1e-5)
    level = FIRST_LEVEL + LEVELS.index("log_volatility")
    assert second[level] - first[level] == pytest.approx(np.log(4), abs=1e-4)


def test_windows_with_an_unknown_price_are_left_out_and_later_ones_return() -> None:
    bars = apple()
    bars.loc[50, "close"] = np.nan
    kept = pattern_vectors(bars)["event_time"]
    gone = set(bars["event_time"][WINDOW:]) - set(kept)
    assert gone == set(bars["event_time"][50 : 50 + WINDOW + 1])


def test_an_instrument_without_volumes_has_patterns_with_a_neutral_volume_block() -> None:
    bars = apple().assign(volume=np.nan)
    vectors = np.stack(pattern_vectors(bars)["vector"].to_list())
    assert len(vectors) == 120 - WINDOW
    assert (vectors[:, 48:56] == 0).all()


def test_an_instrument_that_never_moves_gives_finite_vectors() -> None:
    flat = np.full(50, 10.0)
    assert np.isfinite(pattern_matrix(flat, flat, flat, flat)[WINDOW:]).all()


def test_market_levels_average_the_instruments_at_each_time() -> None:
    bars = apple()
    patterns = pattern_vectors(pd.concat([bars, bars.assign(symbol="TWIN")]))
    single = pattern_vectors(bars)
    expected = np.stack(single["vector"].to_list())[:, FIRST_LEVEL:]
    np.testing.assert_allclose(market_levels(patterns)[list(LEVELS)], expected, rtol=1e-6)
