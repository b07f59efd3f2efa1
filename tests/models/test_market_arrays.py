import numpy as np
import pandas as pd
from support.synthetic_market import random_frame

from models.market_arrays import market_arrays
from trading_runtime.policy.bundle import Scaler

SCALER = Scaler(mean=[0.0], scale=[1.0])


def test_a_missing_bar_keeps_the_last_close_and_cannot_be_traded() -> None:
    frame = random_frame(30, ("AAA", "BBB"), ["f0"])
    gap = frame["event_time"].unique()[20]
    frame = frame[~((frame["symbol"] == "BBB") & (frame["event_time"] == gap))]
    arrays = market_arrays(frame, ["f0"], SCALER, frame["event_time"].min(), frame["event_time"].max())
    assert arrays.tradable[20].tolist() == [True, False]
    assert arrays.close[20, 1] == arrays.close[19, 1]
    assert arrays.features[20, 1, 0] == arrays.features[19, 1, 0]
    assert np.isnan(arrays.open[20, 1])


def test_before_its_first_bar_an_instrument_has_no_price() -> None:
    frame = random_frame(30, ("AAA", "BBB"), ["f0"])
    arrays = market_arrays(frame, ["f0"], SCALER, frame["event_time"].min(), frame["event_time"].max())
    assert np.isnan(arrays.close[:10, 1]).all()
    assert not arrays.tradable[:10, 1].any()
    assert arrays.bars_of.tolist() == [30, 20]


def test_rows_outside_the_period_are_not_there() -> None:
    frame = random_frame(30, ("AAA",), ["f0"])
    times = pd.DatetimeIndex(frame["event_time"])
    arrays = market_arrays(frame, ["f0"], SCALER, times[5], times[9])
    assert len(arrays.times) == 5
    np.testing.assert_array_equal(arrays.close[:, 0], frame["close"].to_numpy()[5:10])
