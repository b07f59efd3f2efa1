"""Synthetic markets for the tests of learning: random walks, with a planted signal where asked for."""

import numpy as np
import pandas as pd

from models.market_arrays import MarketArrays, market_arrays
from models.scaler import fit_scaler
from trading_runtime.policy.bundle import Scaler


def random_frame(
    bars: int, symbols: tuple[str, ...], features: list[str], seed: int = 0, planted: bool = False
) -> pd.DataFrame:
    """A training frame. Each next symbol starts ten bars later; with `planted` the first feature is the next bar's return."""
    rng = np.random.default_rng(seed)
    times = pd.date_range("2004-01-01 21:00", periods=bars, freq="B", tz="UTC")
    frames = []
    for index, symbol in enumerate(symbols):
        count = bars - 10 * index
        returns = rng.normal(0.0003, 0.015, count)
        close = 100.0 * np.exp(np.cumsum(returns))
        opened = np.concatenate([[100.0], close[:-1]]) * np.exp(rng.normal(0.0, 0.003, count))
        columns = {
            "symbol": symbol,
            "event_time": times[-count:],
            "open": opened,
            "high": np.maximum(opened, close) * 1.004,
            "low": np.minimum(opened, close) * 0.996,
            "close": close,
            "volume": rng.uniform(1e5, 2e5, count),
        }
        for number, name in enumerate(features):
            values = rng.normal(number, 1.0 + number, count)
            values[:5] = np.nan
            columns[name] = values
        if planted:
            columns[features[0]] = np.concatenate([returns[1:], [0.0]])
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def random_market(bars: int = 60, symbols: tuple[str, ...] = ("AAA", "BBB"), features: int = 3) -> MarketArrays:
    """Arrays of a random frame, scaled with mean 0 and scale 1."""
    names = [f"f{index}" for index in range(features)]
    frame = random_frame(bars, symbols, names)
    scaler = Scaler(mean=[0.0] * features, scale=[1.0] * features)
    return market_arrays(frame, names, scaler, frame["event_time"].min(), frame["event_time"].max())


def fitted_market(frame: pd.DataFrame, names: list[str]) -> MarketArrays:
    """Arrays of a whole frame with a scaler fitted on it."""
    start, end = frame["event_time"].min(), frame["event_time"].max()
    return market_arrays(frame, names, fit_scaler(frame, names, start, end), start, end)
