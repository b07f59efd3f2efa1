import numpy as np
import pandas as pd
import pytest
from support.synthetic_market import random_frame

from models.scaler import CLIP, apply_scaler, fit_scaler


def test_the_scaler_looks_at_training_rows_only() -> None:
    names = ["f0", "f1"]
    frame = random_frame(300, ("AAA", "BBB"), names)
    end = frame["event_time"].sort_values().unique()[200]
    start = frame["event_time"].min()
    later = frame["event_time"] > end
    altered = frame.copy()
    altered.loc[later, names] = 1e9
    assert fit_scaler(frame, names, start, pd.Timestamp(end)) == fit_scaler(altered, names, start, pd.Timestamp(end))


def test_one_spike_does_not_set_the_scale() -> None:
    frame = random_frame(1000, ("AAA",), ["f0"])
    spiked = frame.copy()
    spiked.loc[500, "f0"] = 1e9
    start, end = frame["event_time"].min(), frame["event_time"].max()
    plain, other = fit_scaler(frame, ["f0"], start, end), fit_scaler(spiked, ["f0"], start, end)
    assert other.scale[0] == pytest.approx(plain.scale[0], rel=0.05)


def test_unknown_values_become_zero_and_extremes_are_clipped() -> None:
    frame = random_frame(100, ("AAA",), ["f0", "f1"])
    frame["f1"] = np.nan
    scaler = fit_scaler(frame, ["f0", "f1"], frame["event_time"].min(), frame["event_time"].max())
    scaled = apply_scaler(np.array([[np.nan, 3.0], [1e9, np.nan], [-np.inf, 0.0]]), scaler)
    np.testing.assert_array_equal(scaled, np.array([[0, 3], [CLIP, 0], [-CLIP, 0]], dtype=np.float32))
