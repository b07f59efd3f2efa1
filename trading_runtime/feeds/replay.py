"""Replay of stored bars and context, as if they arrived now."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trading_runtime.domain.market import Bar, ContextValue, MarketEvent
from trading_runtime.feeds.feed import History

PRICES = ["open", "high", "low", "close"]
SMALLEST_PRICE = 1e-8  # the books' precision; below it a price would round to nothing


def _stamps(times: pd.Series | pd.DatetimeIndex) -> NDArray[np.int64]:
    """Microseconds since the epoch, for fast comparisons."""
    return pd.DatetimeIndex(times).as_unit("us").astype("int64").to_numpy()


class ReplayFeed:
    """Events out of `adjusted_bars` (symbol, event_time, known_at, OHLC, volume) and `market_context` rows.

    Events before `start` are history; the last is at or before `end`. A row of context comes with the first event whose
    time is not before its `known_at`. Bars without four finite prices of at least 1e-8 do not exist for trading.
    """

    def __init__(
        self,
        bars: pd.DataFrame,
        context: pd.DataFrame | None,
        start: datetime,
        end: datetime | None = None,
    ) -> None:
        prices = bars[PRICES].to_numpy(float)
        usable = bars[np.isfinite(prices).all(axis=1) & (prices >= SMALLEST_PRICE).all(axis=1)]
        if end is not None:
            usable = usable[usable["event_time"] <= pd.Timestamp(end)]
        self._bars = usable.sort_values(["event_time", "symbol"], kind="stable", ignore_index=True)
        self.symbols = tuple(sorted(self._bars["symbol"].unique()))
        times = self._bars["event_time"]
        values = _stamps(times)
        first = np.flatnonzero(np.r_[True, values[1:] != values[:-1]]) if len(values) else np.array([], dtype=int)
        self._offsets = np.r_[first, len(values)]
        self._times: list[datetime] = list(pd.DatetimeIndex(times.iloc[first]).to_pydatetime()) if len(first) else []
        self._first_live = int((times.iloc[first] < pd.Timestamp(start)).sum())
        self._context = None
        if context is not None and len(context):
            self._context = context.sort_values(["known_at", "event_time", "series"], kind="stable", ignore_index=True)

    def __len__(self) -> int:
        """Number of events to trade on."""
        return len(self._times) - self._first_live

    def history(self) -> History:
        """Bars before `start`, and the context known by the last of them."""
        bars = self._bars.iloc[: self._offsets[self._first_live]]
        if self._context is None:
            return History(bars, None)
        return History(bars, self._context.iloc[: self._known_before(self._first_live)])

    async def events(self) -> AsyncIterator[MarketEvent]:
        """Events from `start` on."""
        for event in self._events(self._first_live, len(self._times)):
            yield event

    def _events(self, begin: int, end: int) -> Iterator[MarketEvent]:
        columns = [self._bars[name].to_numpy() for name in ("symbol", *PRICES, "volume")]
        known = self._bars["known_at"]
        same_known = bool((known == self._bars["event_time"]).all())
        context = self._context_batches(begin, end)
        for i in range(begin, end):
            low, high = int(self._offsets[i]), int(self._offsets[i + 1])
            time = self._times[i]
            rows = zip(*(column[low:high].tolist() for column in columns), strict=True)
            if same_known:
                bars = {row[0]: Bar(row[0], time, time, *row[1:]) for row in rows}
            else:
                stamps = pd.DatetimeIndex(known.iloc[low:high]).to_pydatetime()
                bars = {row[0]: Bar(row[0], time, stamp, *row[1:]) for row, stamp in zip(rows, stamps, strict=True)}
            yield MarketEvent(time, bars, next(context))

    def _known_before(self, event: int) -> int:
        """Number of context rows known by the event before number `event`."""
        if not event or self._context is None:
            return 0
        return int((self._context["known_at"] <= pd.Timestamp(self._times[event - 1])).sum())

    def _context_batches(self, begin: int, end: int) -> Iterator[tuple[ContextValue, ...]]:
        if self._context is None:
            while True:
                yield ()
        frame, known = self._context, _stamps(self._context["known_at"])
        stamps = _stamps(pd.DatetimeIndex(self._times[begin:end]))
        low = self._known_before(begin)
        for high in np.searchsorted(known, stamps, side="right").tolist():
            yield tuple(_values(frame.iloc[low:high])) if high > low else ()
            low = high


def _values(rows: pd.DataFrame) -> Iterator[ContextValue]:
    times = pd.DatetimeIndex(rows["event_time"]).to_pydatetime()
    known = pd.DatetimeIndex(rows["known_at"]).to_pydatetime()
    return map(ContextValue, rows["series"], times, known, rows["value"].tolist())
