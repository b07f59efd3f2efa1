"""The port to a broker account. An adapter is one file that implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from trading_runtime.domain.market import MarketEvent
from trading_runtime.domain.orders import Fill, Order


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The broker has the order. `broker_order_id` is its own name for it."""

    order_id: str
    broker_order_id: str
    time: datetime


class Broker(Protocol):
    """One account. Calls may raise `OrderRejected` (for good) or `RetryableBrokerError` (ask again, same id)."""

    name: str

    async def submit(self, order: Order) -> Acknowledgement:
        """Place an order. Submitting the same client order id again returns the first acknowledgement."""

    async def cancel(self, order_id: str) -> bool:
        """Cancel what is open of an order; False if nothing was."""

    async def executions(self, event: MarketEvent) -> Sequence[Fill]:
        """Fills since the last call. `event` is the market data that has just arrived."""

    async def positions(self) -> Mapping[str, Decimal]:
        """Signed units by symbol, flat ones left out."""

    async def cash(self) -> Decimal:
        """Cash in the account currency."""
