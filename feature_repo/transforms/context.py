"""Context series as they were known: index closes and macro series, with event time and known-at time kept apart.

A row counts from its `known_at` on. A correction of the newest period replaces it from then on; a correction of an older
period that arrives after a newer one is known is left out, because it would change nothing that is still current.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from feature_repo.transforms.rolling import Array

Stamps = NDArray[np.int64]

DAY = 86_400_000_000  # microseconds
MAX_AGE = 100 * DAY  # a value known longer ago than this is stale
MAX_INDEX_AGE = 7 * DAY  # an index close older than this says nothing about the bar


def microseconds(times: pd.Series) -> Stamps:
    """Time stamps (aware, or naive meaning UTC) as microseconds since 1970, [n]."""
    naive = times.dt.tz_convert("UTC").dt.tz_localize(None) if times.dt.tz is not None else times
    return naive.to_numpy().astype("datetime64[us]").astype(np.int64)


@dataclass(frozen=True)
class Known:
    """One series, ordered by `known_at`; `event_time` never goes back. Microseconds."""

    known_at: Stamps
    event_time: Stamps
    value: Array

    def with_rows(self, rows: Iterable[tuple[int, int, float]]) -> "Known":
        """With further rows `(known_at, event_time, value)` in order; late corrections of old periods are left out."""
        newest = int(self.event_time[-1]) if len(self.event_time) else None
        kept = []
        for known_at, event_time, value in rows:
            if value == value and (newest is None or event_time >= newest):
                kept.append((known_at, event_time, value))
                newest = event_time
        if not kept:
            return self
        known, event, values = zip(*kept, strict=True)
        return Known(
            np.concatenate([self.known_at, np.array(known, np.int64)]),
            np.concatenate([self.event_time, np.array(event, np.int64)]),
            np.concatenate([self.value, np.array(values, np.float64)]),
        )

    def as_of(self, stamps: Stamps, max_age: int) -> Array:
        """Value last known at each stamp, NaN if there is none or it became known more than `max_age` before. [n]"""
        return self._take(self._current(stamps, max_age))

    def as_of_with_lag(self, stamps: Stamps, lag: int, max_age: int) -> tuple[Array, Array]:
        """Value last known at each stamp, and the value of the period `lag` earlier, as known by then. Each [n].

        The earlier value is NaN unless its period ends within 45 days before the time asked for.
        """
        now = self._current(stamps, max_age)
        target = np.where(now >= 0, self._at(self.event_time, now), 0) - lag
        then = np.searchsorted(self.event_time, target, side="right") - 1
        close_by = (then >= 0) & (target - self._at(self.event_time, then) <= 45 * DAY) & (now >= 0)
        return self._take(now), self._take(np.where(close_by, then, -1))

    def _current(self, stamps: Stamps, max_age: int) -> Stamps:
        index = np.searchsorted(self.known_at, stamps, side="right") - 1
        return np.where((index >= 0) & (stamps - self._at(self.known_at, index) <= max_age), index, -1)

    def _take(self, index: Stamps) -> Array:
        return np.where(index >= 0, self._at(self.value, index), np.nan)

    @staticmethod
    def _at(values: NDArray, index: Stamps) -> NDArray:
        return values[np.maximum(index, 0)] if len(values) else np.zeros(len(index), dtype=values.dtype)


EMPTY = Known(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


class Context:
    """All context series, growing as rows become known."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[int, int, float]]] = {}
        self._known: dict[str, Known] = {}

    @classmethod
    def from_frame(cls, frame: pd.DataFrame | None) -> "Context":
        """From the long table `series, event_time, known_at, value`."""
        context = cls()
        if frame is not None and len(frame):
            context.extend(rows_of(frame))
        return context

    def extend(self, rows: Iterable[tuple[str, int, int, float]]) -> None:
        """Add rows `(series, event_time, known_at, value)` in any order. Rows known in the future wait for their time."""
        fresh: dict[str, list[tuple[int, int, float]]] = {}
        for series, event_time, known_at, value in rows:
            fresh.setdefault(series, []).append((known_at, event_time, value))
        for series, added in fresh.items():
            added.sort(key=_order)
            kept = self._rows.setdefault(series, [])
            known = self._known.get(series, EMPTY)
            if kept and _order(added[0]) < _order(kept[-1]):  # out of order: put the whole series in order again
                kept.extend(added)
                kept.sort(key=_order)
                known, added = EMPTY, kept
            else:
                kept.extend(added)
            self._known[series] = known.with_rows(added)

    def series(self, name: str) -> Known:
        """One series, empty if nothing of it has come."""
        return self._known.get(name, EMPTY)

    def stamps(self) -> Stamps:
        """Every time at which something becomes known or goes stale, sorted: between two of them no macro feature changes."""
        changes = [np.empty(0, np.int64)]
        for known in self._known.values():
            expires = known.known_at + MAX_AGE + 1
            unrenewed = np.r_[known.known_at[1:] >= expires[:-1], True] if len(expires) else np.empty(0, bool)
            changes += [known.known_at, expires[unrenewed]]
        return np.unique(np.concatenate(changes))


def rows_of(frame: pd.DataFrame) -> Iterable[tuple[str, int, int, float]]:
    """Rows of the long table as plain values."""
    return zip(
        frame["series"].tolist(),
        microseconds(frame["event_time"]).tolist(),
        microseconds(frame["known_at"]).tolist(),
        frame["value"].astype(float).tolist(),
        strict=True,
    )


def _order(row: tuple[int, int, float]) -> tuple[int, int]:
    return row[0], row[1]
