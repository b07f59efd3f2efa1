"""Context series as they were known: index closes and macro series, with event time and known-at time kept apart.

A row counts from its `known_at` on. A correction of the newest period replaces it from then on; a correction of an older
period that arrives after a newer one is known is left out, because it would change nothing that is still current.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

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


@dataclass
class Known:
    """One series, ordered by `known_at`; `event_time` never goes back. Microseconds."""

    known_at: list[int] = field(default_factory=list)
    event_time: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def append(self, event_time: int, known_at: int, value: float) -> None:
        """Add the next row in order of `known_at`; a late correction of an old period is left out."""
        if value != value or (self.event_time and event_time < self.event_time[-1]):
            return
        self.known_at.append(known_at)
        self.event_time.append(event_time)
        self.value.append(value)


@dataclass(frozen=True)
class Frozen:
    """A `Known` as arrays, for look-ups of many stamps at once."""

    known_at: Stamps
    event_time: Stamps
    value: Array

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


EMPTY = Frozen(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


class Context:
    """All context series, growing as rows become known."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[int, int, float]]] = {}
        self._known: dict[str, Known] = {}
        self._frozen: dict[str, Frozen] = {}

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
            if kept and _order(added[0]) < _order(kept[-1]):  # out of order: put the whole series in order again
                kept.extend(added)
                kept.sort(key=_order)
                self._known[series], added = Known(), kept
            else:
                kept.extend(added)
            known = self._known.setdefault(series, Known())
            for known_at, event_time, value in added:
                known.append(event_time, known_at, value)
            self._frozen.pop(series, None)

    def series(self, name: str) -> Frozen:
        """One series, empty if nothing of it has come."""
        if name not in self._known:
            return EMPTY
        if name not in self._frozen:
            known = self._known[name]
            stamps = np.array(known.known_at, np.int64), np.array(known.event_time, np.int64)
            self._frozen[name] = Frozen(*stamps, np.array(known.value, np.float64))
        return self._frozen[name]

    def stamps(self) -> Stamps:
        """Every time at which something becomes known or goes stale, sorted: between two of them no macro feature changes."""
        changes: set[int] = set()
        for known in self._known.values():
            changes.update(known.known_at)
            later = [*known.known_at[1:], None]
            for at, following in zip(known.known_at, later, strict=True):
                if following is None or following - at > MAX_AGE:
                    changes.add(at + MAX_AGE + 1)
        return np.array(sorted(changes), np.int64)


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
