"""Where a policy's features come from: computed bar by bar from the feed, or looked up in a frame."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
import pandas as pd

from trading_runtime.domain.market import MarketEvent
from trading_runtime.errors import ConfigurationError
from trading_runtime.feeds.feed import History
from trading_runtime.policy.policy import Array

View = Callable[[], Array]


class FeatureSource(Protocol):
    """Follows the events; a view gives the present values for some symbols and names."""

    def warm_up(self, history: History) -> None:
        """Take in what happened before the first event."""

    def update(self, event: MarketEvent) -> None:
        """Take in an event."""

    def view(self, symbols: Sequence[str], names: Sequence[str]) -> View:
        """A function that returns float64 [len(symbols), len(names)], NaN where unknown, as of the last update."""


class NoFeatures:
    """For policies that look at none."""

    def warm_up(self, history: History) -> None:
        """Nothing to keep."""

    def update(self, event: MarketEvent) -> None:
        """Nothing to keep."""

    def view(self, symbols: Sequence[str], names: Sequence[str]) -> View:
        """An empty matrix."""
        if names:
            raise ConfigurationError(f"feature {names[0]!r} is needed, but no features were given")
        empty = np.empty((len(symbols), 0))
        return lambda: empty


class LiveFeatureSource:
    """feature_repo's incremental features: the same bits as the offline ones."""

    def __init__(self, symbols: Sequence[str], names: Sequence[str]) -> None:
        from feature_repo.live import LiveFeatures

        self._symbols = list(symbols)
        self._names = list(names)
        self._live = LiveFeatures(self._symbols, self._names)

    def warm_up(self, history: History) -> None:
        """Load the whole history at once."""
        if len(history.bars):
            self._live.load_history(history.bars, history.context)

    def update(self, event: MarketEvent) -> None:
        """Feed bars and context on."""
        self._live.update(
            event.event_time,
            {s: (bar.open, bar.high, bar.low, bar.close, bar.volume) for s, bar in event.bars.items()},
            [(row.series, row.event_time, row.known_at, row.value) for row in event.context],
        )

    def view(self, symbols: Sequence[str], names: Sequence[str]) -> View:
        """Rows and columns of the live matrix."""
        index = np.ix_([self._symbols.index(s) for s in symbols], [self._names.index(name) for name in names])
        return lambda: np.asarray(self._live.matrix(), dtype=float)[index]


class PrecomputedFeatures:
    """A frame `symbol, event_time, <features>`, indexed once; a symbol without a row keeps its last one, as live does."""

    def __init__(self, frame: pd.DataFrame, symbols: Sequence[str], names: Sequence[str]) -> None:
        """Raises `ConfigurationError` if the frame lacks a feature."""
        if missing := [name for name in names if name not in frame]:
            raise ConfigurationError(f"the feature frame lacks {missing[0]!r}")
        self._symbols = {symbol: i for i, symbol in enumerate(symbols)}
        self._names = {name: i for i, name in enumerate(names)}
        known = frame[frame["symbol"].isin(self._symbols)].sort_values("event_time", kind="stable")
        self._values = known[list(names)].to_numpy(float)
        self._rows = known["symbol"].map(self._symbols).to_numpy(int)
        times = pd.DatetimeIndex(known["event_time"])
        self._next, self._times = 0, times.to_pydatetime()
        self._matrix = np.full((len(symbols), len(names)), np.nan)

    def warm_up(self, history: History) -> None:
        """Nothing to do: the first update takes in all rows before it."""

    def update(self, event: MarketEvent) -> None:
        """Take in the rows up to the event's time."""
        self._advance(event.event_time)

    def _advance(self, time: datetime) -> None:
        i, times = self._next, self._times
        while i < len(times) and times[i] <= time:
            self._matrix[self._rows[i]] = self._values[i]
            i += 1
        self._next = i

    def view(self, symbols: Sequence[str], names: Sequence[str]) -> View:
        """Rows and columns of the present matrix."""
        index = np.ix_([self._symbols[s] for s in symbols], [self._names[name] for name in names])
        return lambda: self._matrix[index]
