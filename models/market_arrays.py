"""Market data as read-only arrays: what the environments step over. One row a time, one column an instrument."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.scaler import apply_scaler
from trading_runtime.policy.bundle import Scaler


@dataclass(frozen=True)
class MarketArrays:
    """Bars and scaled features over the union of all event times.

    times [T] datetime64; open, close, volume float64 [T, N]; features float32 [T, N, F]; tradable bool [T, N].
    Where an instrument has no bar, `tradable` is False, `close` and `features` keep the last known values (they are what
    a trader would still see) and `open` and `volume` are NaN. Before its first bar `close` is NaN.
    """

    symbols: tuple[str, ...]
    feature_names: tuple[str, ...]
    times: np.ndarray
    open: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    features: np.ndarray
    tradable: np.ndarray

    def __deepcopy__(self, memo: dict[int, object]) -> "MarketArrays":
        """Immutable, so copies share it (RLlib copies environment configurations)."""
        return self

    @property
    def bars_of(self) -> np.ndarray:
        """Number of bars of each instrument, int [N]."""
        return self.tradable.sum(axis=0)

    def columns(self, names: list[str] | tuple[str, ...]) -> list[int]:
        """Positions of features by name. Raises `KeyError` naming one that is absent."""
        position = {name: index for index, name in enumerate(self.feature_names)}
        return [position[name] for name in names]


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


def market_arrays(
    frame: pd.DataFrame, features: list[str], scaler: Scaler, start: pd.Timestamp, end: pd.Timestamp
) -> MarketArrays:
    """Arrays of a training frame between `start` and `end`, both included; nothing outside is looked at."""
    rows = frame[(frame["event_time"] >= start) & (frame["event_time"] <= end)]
    symbols = sorted(rows["symbol"].unique())
    times = pd.DatetimeIndex(sorted(rows["event_time"].unique()))
    shape = (len(times), len(symbols))
    at = times.get_indexer(pd.DatetimeIndex(rows["event_time"]))
    who = pd.Index(symbols).get_indexer(pd.Index(rows["symbol"]))
    scaled = apply_scaler(rows[features].to_numpy(dtype=float), scaler)

    tradable = np.zeros(shape, dtype=bool)
    tradable[at, who] = True
    prices = {}
    for name in ("open", "close", "volume"):
        prices[name] = np.full(shape, np.nan)
        prices[name][at, who] = rows[name].to_numpy(dtype=float)
    cube = np.zeros((*shape, len(features)), dtype=np.float32)
    cube[at, who] = scaled

    last = np.maximum.accumulate(np.where(tradable, np.arange(shape[0])[:, None], -1), axis=0)
    seen, column = last >= 0, np.arange(shape[1])[None, :]
    source = np.maximum(last, 0)
    close = np.where(seen, prices["close"][source, column], np.nan)
    cube = np.where(seen[:, :, None], cube[source, column], 0.0).astype(np.float32)
    return MarketArrays(
        symbols=tuple(symbols),
        feature_names=tuple(features),
        times=_frozen(times.tz_convert("UTC").tz_localize(None).to_numpy().copy()),
        open=_frozen(prices["open"]),
        close=_frozen(close),
        volume=_frozen(prices["volume"]),
        features=_frozen(cube),
        tradable=_frozen(tradable),
    )
