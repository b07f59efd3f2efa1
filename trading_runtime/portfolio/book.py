"""One trading book in exact decimals: cash, positions, fees and realized P&L, marked at the last closes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from trading_runtime.domain.numbers import ZERO, to_money
from trading_runtime.domain.orders import Fill
from trading_runtime.domain.positions import Position


class Book:
    """Identity, exact at any time: equity = cash + sum of quantity x mark = initial + realized + unrealized - fees."""

    def __init__(self, name: str, initial_cash: Decimal) -> None:
        self.name = name
        self.initial_cash = to_money(initial_cash)
        self.cash = self.initial_cash
        self.positions: dict[str, Position] = {}
        self.marks: dict[str, Decimal] = {}
        self.fees = ZERO
        self.realized = ZERO
        self.traded = ZERO
        self.slippage = ZERO
        self.equity = self.initial_cash
        self.peak_equity = self.initial_cash
        self.day_start_equity = self.initial_cash
        self._day: date | None = None

    def apply(self, fill: Fill) -> None:
        """Book a fill: cash, position, realized P&L, fees. Equity is as of the next mark."""
        sign = fill.side.sign
        amount = to_money(fill.notional) * sign
        before = self.positions.get(fill.symbol) or Position(fill.symbol)
        after, realized = before.after(fill.quantity * sign, amount)
        if after.quantity:
            self.positions[fill.symbol] = after
        else:
            self.positions.pop(fill.symbol, None)
        self.cash -= amount + fill.commission
        self.fees += fill.commission
        self.realized += realized
        self.traded += abs(amount)
        self.slippage += to_money((fill.price - fill.reference_price) * fill.quantity) * sign
        self.marks.setdefault(fill.symbol, fill.price)

    def mark(self, time: datetime, prices: Mapping[str, Decimal]) -> None:
        """Revalue at `prices` (last closes of the bars at `time`); instruments without one keep their last mark."""
        day = time.date()
        if day != self._day:
            self.day_start_equity = self.equity
            self._day = day
        self.marks.update(prices)
        self.equity = self.value()
        self.peak_equity = max(self.peak_equity, self.equity)

    def value(self) -> Decimal:
        """Cash plus positions at their marks."""
        return self.cash + sum((p.quantity * self.marks[s] for s, p in self.positions.items()), ZERO)

    @property
    def unrealized(self) -> Decimal:
        """Value of open positions at their marks less their cost."""
        return sum((p.quantity * self.marks[s] - p.cost for s, p in self.positions.items()), ZERO)

    @property
    def gross(self) -> Decimal:
        """Sum of absolute positions at their marks."""
        return sum((abs(p.quantity) * self.marks[s] for s, p in self.positions.items()), ZERO)

    def quantities(self) -> dict[str, Decimal]:
        """Signed units by symbol."""
        return {symbol: position.quantity for symbol, position in self.positions.items()}

    def exposure(self, symbols: Sequence[str]) -> NDArray[np.float64]:
        """Position value as a share of equity, float [n], in the order of `symbols`; zeros if there is no equity left."""
        result = np.zeros(len(symbols))
        if self.equity > 0:
            for i, symbol in enumerate(symbols):
                if (position := self.positions.get(symbol)) is not None:
                    result[i] = float(position.quantity * self.marks[symbol] / self.equity)
        return result
