"""Intents, orders and fills. Immutable: a change of state is a new value."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    """Direction of an order."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a buy, -1 for a sell."""
        return 1 if self is Side.BUY else -1


class OrderState(StrEnum):
    """Where an order stands. `UNKNOWN` is ended by the venue's word alone; see `trading_runtime.execution.states`."""

    INTENT = "intent"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCEL_PENDING = "cancel_pending"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OrderIntent:
    """What sizing asks for, before risk. `quantity` is positive; `price` is the last close, the arrival price."""

    order_id: str
    book: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    decided_at: datetime

    @property
    def signed(self) -> Decimal:
        """Quantity with the sign of its side."""
        return self.quantity if self.side is Side.BUY else -self.quantity


@dataclass(frozen=True, slots=True)
class Order:
    """An approved intent on its way. `order_id` is the client order id, derived from the decision."""

    order_id: str
    book: str
    symbol: str
    side: Side
    quantity: Decimal
    arrival_price: Decimal
    decided_at: datetime
    state: OrderState = OrderState.INTENT
    filled_quantity: Decimal = Decimal(0)

    @property
    def open_quantity(self) -> Decimal:
        """What is still to be filled."""
        return self.quantity - self.filled_quantity


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution. `reference_price` is the market price that slippage is measured from (the bar's open)."""

    fill_id: str
    order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    reference_price: Decimal
    commission: Decimal
    time: datetime

    @property
    def notional(self) -> Decimal:
        """Price times quantity, positive."""
        return self.price * self.quantity

    @property
    def slippage_bps(self) -> float:
        """Adverse distance from the reference price in basis points (positive is a cost)."""
        return float((self.price - self.reference_price) / self.reference_price) * self.side.sign * 1e4
