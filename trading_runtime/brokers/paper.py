"""The embedded paper broker: fills at the next bar's open by the shared fill and cost model."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from trading_runtime.brokers.broker import Acknowledgement
from trading_runtime.clock import Clock
from trading_runtime.domain.market import MarketEvent
from trading_runtime.domain.numbers import ZERO, to_money
from trading_runtime.domain.orders import Fill, Order
from trading_runtime.simulation.costs import CostModel
from trading_runtime.simulation.fills import fill_at_open


class PaperBroker:
    """One simulated account, margin without interest: cash may dip below zero when the open gaps above the close."""

    name = "paper"

    def __init__(self, costs: CostModel, cash: Decimal, clock: Clock) -> None:
        self._costs = costs
        self._cash = to_money(cash)
        self._clock = clock
        self._positions: dict[str, Decimal] = {}
        self._open: dict[str, Order] = {}
        self._acknowledged: dict[str, Acknowledgement] = {}

    async def submit(self, order: Order) -> Acknowledgement:
        """Accept an order; it waits for the instrument's next bar."""
        known = self._acknowledged.get(order.order_id)
        if known is not None:
            return known
        acknowledgement = Acknowledgement(order.order_id, f"paper-{order.order_id}", self._clock.now())
        self._acknowledged[order.order_id] = acknowledgement
        self._open[order.order_id] = order
        return acknowledgement

    async def cancel(self, order_id: str) -> bool:
        """Take an order off the book."""
        return self._open.pop(order_id, None) is not None

    async def executions(self, event: MarketEvent) -> Sequence[Fill]:
        """Fill every open order whose instrument has a bar in this event, in the order they came."""
        if not self._open:
            return ()
        fills = []
        for order in list(self._open.values()):
            bar = event.bars.get(order.symbol)
            if bar is None or bar.event_time <= order.decided_at:
                continue
            fill = fill_at_open(order, bar, self._costs)
            del self._open[order.order_id]
            self._book(fill)
            fills.append(fill)
        return fills

    def _book(self, fill: Fill) -> None:
        held = self._positions.get(fill.symbol, ZERO) + fill.quantity * fill.side.sign
        if held:
            self._positions[fill.symbol] = held
        else:
            self._positions.pop(fill.symbol, None)
        self._cash -= to_money(fill.notional) * fill.side.sign + fill.commission

    async def positions(self) -> Mapping[str, Decimal]:
        """Signed units by symbol."""
        return dict(self._positions)

    async def cash(self) -> Decimal:
        """Cash of the account."""
        return self._cash
