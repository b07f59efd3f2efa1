"""What a family's function gets: one instrument's bars, and beside each bar what the market did at that stamp."""

from dataclasses import dataclass, fields

from feature_repo.transforms.rolling import Array


@dataclass(frozen=True)
class Bars:
    """Contiguous float64 arrays [n], one row a bar, oldest first. Prices are adjusted and positive; volume may be NaN."""

    open: Array
    high: Array
    low: Array
    close: Array
    volume: Array
    universe_return: Array  # equal-weighted log return of the instruments with a bar at this stamp
    dispersion: Array  # standard deviation of those returns across instruments
    market: Array  # the S&P 500 as last known at this stamp, NaN if there is none

    def slice(self, start: int, stop: int) -> "Bars":
        """Rows from `start` up to, not including, `stop`; views, no copies."""
        return Bars(*(getattr(self, field.name)[start:stop] for field in fields(self)))
