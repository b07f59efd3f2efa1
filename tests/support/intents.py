"""Intents and risk states in one line each."""

from datetime import UTC, datetime
from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent, Side
from trading_runtime.risk.rule import RiskState

TIME = datetime(2001, 1, 2, 21, tzinfo=UTC)


def intent(side: str, quantity: str, symbol: str = "AAA", price: str = "10") -> OrderIntent:
    """An intent decided at `TIME`."""
    return OrderIntent("ll-1", "champion", symbol, Side(side), Decimal(quantity), Decimal(price), TIME)


def state(
    equity: str = "1000", peak: str | None = None, day_start: str | None = None, price: str = "10", **held: str
) -> RiskState:
    """A book with `held` units by symbol, every price the same."""
    quantities = {symbol: Decimal(quantity) for symbol, quantity in held.items()}
    prices = {symbol: Decimal(price) for symbol in ("AAA", "BBB", *held)}
    return RiskState(Decimal(equity), Decimal(peak or equity), Decimal(day_start or equity), quantities, prices)
