"""One trading book with its policy: takes fills and marks, decides, sizes, asks risk, sends, and winds up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from trading_runtime.brokers.broker import Broker
from trading_runtime.domain.market import Instrument, MarketEvent
from trading_runtime.domain.numbers import ZERO
from trading_runtime.domain.orders import Order, OrderIntent, OrderState
from trading_runtime.errors import LeadlineError, OrderRejected, RetryableBrokerError
from trading_runtime.execution.order_ids import client_order_id
from trading_runtime.execution.tracker import OrderTracker
from trading_runtime.journal import payloads
from trading_runtime.journal.journal import Journal, Kind
from trading_runtime.policy.features import FeatureSource
from trading_runtime.policy.policy import Policy
from trading_runtime.portfolio.book import Book
from trading_runtime.portfolio.sizing import SizedOrder, size_orders
from trading_runtime.records import Records
from trading_runtime.risk.engine import RiskEngine
from trading_runtime.risk.rule import RiskState

Prices = Mapping[str, Decimal]


class BookMismatch(LeadlineError):
    """The book and the broker's account differ: the records of the session cannot be trusted."""

    exit_code = 1


@dataclass
class Trader:
    """`version` and `digest` name the policy in the journal. One broker account a trader.

    `instruments` gives lot sizes; what is not in it trades in the default lot.
    """

    name: str
    session_id: str
    policy: Policy
    book: Book
    broker: Broker
    risk: RiskEngine
    journal: Journal
    min_trade_weight: float
    version: str = ""
    digest: str = ""
    records: Records = field(default_factory=Records)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lot_sizes = {symbol: instrument.lot_size for symbol, instrument in self.instruments.items()}
        self.orders = OrderTracker()
        self._symbols = list(self.policy.instruments)
        self._approved: list[Order] = []

    def connect(self, features: FeatureSource) -> None:
        """Take the view of the features that the policy needs."""
        self._view = features.view(self._symbols, list(self.policy.features))

    async def settle(self, event: MarketEvent, prices: Prices) -> None:
        """Book the fills that came with the event, then mark the book at its closes."""
        for fill in await self.broker.executions(event):
            order = self.orders.fill(fill)
            self._note(event, "fill", payloads.fill, fill, order)
            self.book.apply(fill)
            self.records.fill(fill, order)
        self.book.mark(event.event_time, prices)
        self.records.mark(event.event_time, float(self.book.equity))
        self._note(event, "equity", payloads.equity, event, self.book)

    def decide(self, event: MarketEvent, prices: Prices) -> bool:
        """Turn the policy's targets into approved orders, journaled but not sent. True if there are any."""
        exposure = self.book.exposure(self._symbols)
        mask = np.array([1.0 if symbol in event.bars else 0.0 for symbol in self._symbols])
        seen = self._view()
        output = self.policy.decide(seen, exposure, mask)
        named = (event, self.policy, self.version, self.digest)
        self._note(event, "decision", payloads.decision, *named, seen, exposure, output)
        busy = {order.symbol for order in self.orders.working.values()}
        targets = [
            (symbol, weight)
            for symbol, weight in zip(self._symbols, output.weights.tolist(), strict=True)
            if symbol not in busy
        ]
        sized = size_orders(targets, self.book, prices, self.min_trade_weight, self._lot_sizes)
        if not sized:
            return False
        state = self._risk_state()
        self._approved = [order for trade in sized if (order := self._judge(event, trade, state)) is not None]
        return bool(self._approved)

    def _risk_state(self) -> RiskState:
        """The book with working orders counted as if they were filled."""
        book, quantities = self.book, self.book.quantities()
        for order in self.orders.working.values():
            held = quantities.get(order.symbol, ZERO)
            quantities[order.symbol] = held + order.open_quantity * order.side.sign
        return RiskState(book.equity, book.peak_equity, book.day_start_equity, quantities, book.marks, self._lot_sizes)

    def _judge(self, event: MarketEvent, trade: SizedOrder, state: RiskState) -> Order | None:
        time = event.event_time
        order_id = client_order_id(self.session_id, self.name, trade.symbol, time)
        intent = OrderIntent(order_id, self.name, trade.symbol, trade.side, trade.quantity, trade.price, time)
        judgement = self.risk.judge(intent, state)
        self._note(event, "verdict", payloads.verdict, judgement)
        if judgement.denied:
            self.records.denial(judgement)
            self._note(event, "denial", payloads.denial, judgement)
            return None
        order = Order(order_id, self.name, trade.symbol, trade.side, judgement.quantity, trade.price, time)
        self.orders.add(order)
        self.records.order(order)
        self._note(event, "intent", payloads.intent, order, trade)
        self._note(event, "submitted", payloads.reference, order)
        return self.orders.move(order_id, OrderState.SUBMITTED)

    async def send(self, event: MarketEvent) -> None:
        """Hand the approved orders to the broker. The journal has been committed."""
        orders, self._approved = self._approved, []
        for order in orders:
            try:
                ack = await self.broker.submit(order)
            except OrderRejected as error:
                self.orders.move(order.order_id, OrderState.REJECTED)
                self._note(event, "rejected", payloads.reason, order, str(error))
                continue
            except RetryableBrokerError as error:
                # It may have arrived: it stays working, so that nothing else is sent for the instrument meanwhile.
                self.orders.move(order.order_id, OrderState.UNKNOWN)
                self._note(event, "unknown", payloads.reason, order, str(error))
                continue
            self.orders.move(order.order_id, OrderState.ACKNOWLEDGED)
            self._note(event, "ack", payloads.acknowledgement, ack)

    async def wind_up(self, event: MarketEvent) -> dict[str, Any]:
        """Cancel what is still open and compare the book with the broker's account. Raises `BookMismatch`."""
        for order_id, order in list(self.orders.working.items()):
            if order.state is not OrderState.UNKNOWN:
                self.orders.move(order_id, OrderState.CANCEL_PENDING)
            await self.broker.cancel(order_id)
            self.orders.move(order_id, OrderState.CANCELLED)
            self._note(event, "cancelled", payloads.cancellation, order)
        positions, cash = dict(await self.broker.positions()), await self.broker.cash()
        if positions != self.book.quantities() or cash != self.book.cash:
            raise BookMismatch(
                f"book {self.name} ({self.book.cash} cash, {self.book.quantities()}) differs from the account at "
                f"{self.broker.name} ({cash} cash, {positions}): the records of this session cannot be trusted"
            )
        return {"equity": self.book.equity, "cash": cash, "positions": positions}

    def _note(self, event: MarketEvent, kind: Kind, build: Callable[..., dict[str, Any]], *parts: Any) -> None:
        if self.journal.keeps:
            self.journal.append(event.event_time, self.name, kind, build(*parts))
