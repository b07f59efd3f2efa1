"""What a run leaves behind of each book, for reports and evaluation: plain rows, not the books themselves."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from trading_runtime.domain.orders import Fill, Order
from trading_runtime.risk.engine import Judgement

ORDER_COLUMNS = ["order_id", "book", "decided_at", "symbol", "side", "quantity", "arrival_price"]
FILL_COLUMNS = [
    *("order_id", "book", "time", "symbol", "side", "quantity", "price"),
    *("reference_price", "arrival_price", "commission", "slippage_bps"),
]
DENIAL_COLUMNS = ["order_id", "book", "decided_at", "symbol", "side", "quantity", "code", "limit"]


@dataclass
class Records:
    """Rows by kind, in order of time; numbers as floats."""

    times: list[datetime] = field(default_factory=list)
    equities: list[float] = field(default_factory=list)
    orders: list[tuple[Any, ...]] = field(default_factory=list)
    fills: list[tuple[Any, ...]] = field(default_factory=list)
    denials: list[tuple[Any, ...]] = field(default_factory=list)

    def mark(self, time: datetime, equity: float) -> None:
        """Equity after an event."""
        self.times.append(time)
        self.equities.append(equity)

    def order(self, order: Order) -> None:
        """An approved order."""
        row = (order.decided_at, order.symbol, str(order.side), float(order.quantity), float(order.arrival_price))
        self.orders.append((order.order_id, order.book, *row))

    def fill(self, fill: Fill, order: Order) -> None:
        """An execution."""
        prices = (float(fill.price), float(fill.reference_price), float(order.arrival_price))
        row = (fill.time, fill.symbol, str(fill.side), float(fill.quantity), *prices)
        self.fills.append((fill.order_id, order.book, *row, float(fill.commission), fill.slippage_bps))

    def denial(self, judgement: Judgement) -> None:
        """A refused intent."""
        asked, last = judgement.intent, judgement.verdicts[-1]
        row = (asked.decided_at, asked.symbol, str(asked.side), float(asked.quantity), last.code, float(last.limit))
        self.denials.append((asked.order_id, asked.book, *row))

    def equity_series(self, name: str) -> pd.Series:
        """Equity by event time (UTC)."""
        index = pd.DatetimeIndex(self.times, name="event_time", tz="UTC")
        return pd.Series(self.equities, index=index, name=name, dtype=float)
