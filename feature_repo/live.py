"""Features bar by bar, with the same bits as `compute_features` gives on the whole history.

A symbol's last 768 bars at most are looked at (see transforms/families.py), whatever the length of its history.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from feature_repo.catalogue import FAMILIES, FEATURES
from feature_repo.transforms import MARKET_INDEX, PRICES
from feature_repo.transforms.context import MAX_INDEX_AGE, Context, microseconds, rows_of
from feature_repo.transforms.cross_asset import cross_section
from feature_repo.transforms.families import BAR_FAMILIES, bar_features, names_of
from feature_repo.transforms.macro import macro
from feature_repo.transforms.rolling import log_change
from feature_repo.transforms.series import Bars

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = 8  # the arrays of Bars

Bar = tuple[float, float, float, float, float]
ContextRow = tuple[str, datetime, datetime, float]


class _History:
    """One symbol's bars in a growing [8, capacity] array: each row of it is contiguous, as TA-Lib wants."""

    def __init__(self) -> None:
        self.rows = 0
        self._data = np.empty((COLUMNS, 1024))

    def append(self, values: Sequence[float]) -> None:
        if self.rows == self._data.shape[1]:
            self._data = np.concatenate([self._data, np.empty_like(self._data)], axis=1)
        self._data[:, self.rows] = values
        self.rows += 1

    @property
    def last_close(self) -> float:
        return float(self._data[3, self.rows - 1])

    def bars(self) -> Bars:
        return Bars(*(row[: self.rows] for row in self._data))


class LiveFeatures:
    """Feature rows of `symbols` that grow with the bars.

    All bars of one stamp come in one `update`, stamps strictly increase, and a context row is handed over no later than the
    first bar at or after its `known_at` (earlier is fine: it waits). Then every row equals the batch's, bit for bit,
    provided that the history starts at the same first bar.
    """

    def __init__(self, symbols: Sequence[str], feature_names: Sequence[str]):
        unknown = sorted(set(feature_names) - {spec.name for spec in FEATURES})
        if unknown:
            raise ValueError(f"no such feature: {', '.join(unknown)}")
        self.symbols = tuple(symbols)
        self.feature_names = tuple(feature_names)
        wanted = {spec.family for spec in FEATURES if spec.name in self.feature_names}
        self._families = [family for family in FAMILIES if family in wanted and family in BAR_FAMILIES]
        self._macro = "macro" in wanted
        columns = names_of([*self._families, "macro"])
        self._take = [columns.index(name) for name in self.feature_names]
        self._context = Context()
        self._history = {symbol: _History() for symbol in sorted(self.symbols)}
        self._matrix = np.full((len(self.symbols), len(self.feature_names)), np.nan)
        self._last_stamp: int | None = None

    def update(self, event_time: datetime, bars: Mapping[str, Bar], context: Iterable[ContextRow] = ()) -> None:
        """Take the bars `(open, high, low, close, volume)` of one stamp and the context rows that have arrived.

        Raises `ValueError` if time does not go forward or a symbol is not one of `symbols`.
        """
        self._context.extend((series, _micro(event), _micro(known), value) for series, event, known, value in context)
        if bars:
            self._append(_micro(event_time), bars)
            self._compute(bars)

    def load_history(self, bars: pd.DataFrame, context: pd.DataFrame | None = None) -> None:
        """Take a whole history at once (columns as in `compute_features`); only the newest row of each symbol is computed."""
        if context is not None and len(context):
            self._context.extend(rows_of(context))
        ordered = bars.sort_values(["event_time", "symbol"], kind="stable")
        stamps = microseconds(ordered["event_time"]).tolist()
        rows = zip(*(ordered[name].astype(float).tolist() for name in PRICES), strict=True)
        at_stamp: dict[int, dict[str, Bar]] = {}
        for stamp, symbol, row in zip(stamps, ordered["symbol"].tolist(), rows, strict=True):
            at_stamp.setdefault(stamp, {})[symbol] = row
        last_stamp: dict[str, int] = {}
        for stamp, together in at_stamp.items():
            self._append(stamp, together)
            last_stamp.update(dict.fromkeys(together, stamp))
        for symbol, stamp in last_stamp.items():
            self._compute([symbol], stamp)

    def matrix(self) -> NDArray[np.float64]:
        """Newest features [n symbols, F], NaN where unknown; a symbol without a bar at this time keeps its last row."""
        return self._matrix.copy()

    def _append(self, stamp: int, bars: Mapping[str, Bar]) -> None:
        strangers = sorted(set(bars) - set(self._history))
        if strangers:
            raise ValueError(f"bar of {', '.join(strangers)}, which is not among the symbols {', '.join(self.symbols)}")
        if self._last_stamp is not None and stamp <= self._last_stamp:
            raise ValueError(
                f"bars at {_time(stamp)} come after bars at {_time(self._last_stamp)}: time must go forward"
            )
        self._last_stamp = stamp
        returns = np.full((1, len(self._history)), np.nan)
        for column, (symbol, history) in enumerate(self._history.items()):
            if symbol in bars and history.rows:
                returns[0, column] = log_change(np.array([history.last_close, bars[symbol][3]]), 1)[1]
        mean, dispersion = cross_section(returns)
        market = self._context.series(MARKET_INDEX).as_of(np.array([stamp]), MAX_INDEX_AGE)
        for symbol, bar in bars.items():
            self._history[symbol].append([*bar, mean[0], dispersion[0], market[0]])

    def _compute(self, symbols: Iterable[str], stamp: int | None = None) -> None:
        at = np.array([self._last_stamp if stamp is None else stamp], np.int64)
        common = [float(column[0]) for column in macro(self._context, at).values()] if self._macro else []
        for symbol in symbols:
            history = self._history[symbol]
            own = bar_features(history.bars(), self._families, history.rows - 1)[0]
            row = np.concatenate([own, common or np.full(len(names_of(["macro"])), np.nan)])
            self._matrix[self.symbols.index(symbol)] = row[self._take]


def _micro(time: datetime) -> int:
    if time.tzinfo is None:
        raise ValueError(f"{time} has no time zone; stamps are UTC")
    return (time - EPOCH) // timedelta(microseconds=1)


def _time(stamp: int) -> str:
    return (EPOCH + timedelta(microseconds=stamp)).isoformat()
