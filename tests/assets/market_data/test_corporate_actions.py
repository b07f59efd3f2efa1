"""Splits and dividends found from raw and adjusted closes, against those that are public record."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from assets.market_data.corporate_action_rules import find_actions, nearest_split
from assets.market_data.sources.base import TIME
from assets.market_data.sources.equities import Equities


@pytest.fixture(scope="module")
def actions() -> pd.DataFrame:
    return find_actions(Equities().read())


def test_the_known_splits_of_the_bundled_stocks_are_found_and_no_other(actions):
    splits = actions[actions["kind"] == "split"]
    found = [(a.symbol, f"{a.event_time:%Y-%m-%d}", a.ratio) for a in splits.itertuples()]
    assert found == [("AAPL", "2000-06-21", 2.0), ("AAPL", "2005-02-28", 2.0), ("MSFT", "2003-02-18", 2.0)]


def test_known_dividends_are_found_on_their_day(actions):
    dividends = actions[actions["kind"] == "dividend"].set_index(
        ["symbol", actions.loc[actions["kind"] == "dividend", "event_time"].dt.strftime("%Y-%m-%d")]
    )["amount"]
    # Microsoft's special dividend of 3.08 (with the quarter's 0.08 in it) and its first one; Apple's of 2.65.
    assert dividends["MSFT", "2004-11-15"] == pytest.approx(3.08, rel=0.03)
    assert dividends["MSFT", "2003-02-19"] == pytest.approx(0.08, rel=0.03)
    assert dividends["AAPL", "2012-08-09"] == pytest.approx(2.65, rel=0.03)


def test_a_stock_without_actions_has_none(actions):
    assert set(actions["symbol"]) == {"AAPL", "IBM", "MSFT"}


def _bars(close, adjusted):
    times = pd.date_range("2020-01-01", periods=len(close), tz="UTC").astype(TIME)
    frame = {
        "symbol": "T",
        "event_time": times,
        "known_at": times,
        "close": close,
        "adj_close": adjusted,
        "source": "T",
    }
    return pd.DataFrame(frame)


def test_rounding_of_a_low_price_to_cents_is_no_dividend():
    close = 100 + 20 * np.sin(np.arange(500) / 7)
    close = np.round(close, 2)
    frame = _bars(close, np.round(close / 31.13, 2))
    assert find_actions(frame).empty


@pytest.mark.parametrize("ratio", [2.0, 1.5, 7.0, 0.1, 1.25])
def test_a_split_and_a_dividend_are_told_apart_under_rounding(ratio):
    generator = np.random.default_rng(7)
    total = np.cumprod(1 + generator.normal(0, 0.01, 300)) * 50
    factor = np.where(np.arange(300) < 100, 1.0, ratio)
    dividend = np.where(np.arange(300) < 200, 1 - 0.02, 1.0)
    frame = _bars(np.round(total / factor * 4, 2), np.round(total / ratio * 4 * dividend, 2))
    found = find_actions(frame)
    assert found["kind"].tolist() == ["split", "dividend"]
    assert found["ratio"].iloc[0] == pytest.approx(ratio)
    days = (found["event_time"] - pd.Timestamp("2020-01-01", tz="UTC")).dt.days.tolist()
    assert days == [100, 200]


def test_a_ratio_that_no_split_has_is_not_called_one():
    assert nearest_split(2.003) == Fraction(2)
    assert nearest_split(1.02) is None
    assert nearest_split(1.1145) is None
