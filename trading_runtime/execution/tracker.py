"""The orders of one book, by id, each in its present state."""

from trading_runtime.domain.orders import Fill, Order, OrderState
from trading_runtime.errors import OrderRejected
from trading_runtime.execution.states import advance, filled


class OrderTracker:
    """Holds working orders; finished ones leave, so that memory does not grow with the length of a session."""

    def __init__(self) -> None:
        self.working: dict[str, Order] = {}

    def add(self, order: Order) -> None:
        """Take in a new order. Raises `OrderRejected` if its id is already working."""
        if order.order_id in self.working:
            raise OrderRejected(f"order {order.order_id} for {order.symbol} is already working")
        self.working[order.order_id] = order

    def move(self, order_id: str, state: OrderState) -> Order:
        """Move an order to `state`."""
        return self._keep(advance(self.working[order_id], state))

    def fill(self, fill: Fill) -> Order:
        """Book a fill on its order."""
        return self._keep(filled(self.working[fill.order_id], fill.quantity))

    def _keep(self, order: Order) -> Order:
        if order.state in (OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED):
            del self.working[order.order_id]
        else:
            self.working[order.order_id] = order
        return order
