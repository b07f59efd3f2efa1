"""What the market says: instruments, bars, and everything that became known at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

DEFAULT_LOT_SIZE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that can be traded. Quantities are whole multiples of `lot_size`."""

    symbol: str
    asset_class: str = "equity"
    currency: str = "USD"
    lot_size: Decimal = DEFAULT_LOT_SIZE


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `event_time` is its close, `known_at` when it could first be known (both UTC); prices are floats."""

    symbol: str
    event_time: datetime
    known_at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True)
class ContextValue:
    """One value of a market-wide series (an index, a macro figure)."""

    series: str
    event_time: datetime
    known_at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class MarketEvent:
    """All bars that closed at `event_time`, by symbol, and the context values known since the event before."""

    event_time: datetime
    bars: Mapping[str, Bar]
    context: tuple[ContextValue, ...] = field(default=())
