"""The one definition of a simulated fill: the whole order at the next bar's open, moved by the cost model.

The training environments use the same `CostModel` on arrays; the paper broker and the backtest use this function.
"""

from trading_runtime.domain.market import Bar
from trading_runtime.domain.numbers import to_money, to_price
from trading_runtime.domain.orders import Fill, Order
from trading_runtime.simulation.costs import CostModel


def fill_at_open(order: Order, bar: Bar, costs: CostModel) -> Fill:
    """Fill what is open of `order` at the open of `bar`, which must have closed after the order was decided.

    Raises `ValueError` if the bar is not later than the decision: that would be trading on the past.
    """
    if bar.event_time <= order.decided_at:
        raise ValueError(f"order {order.order_id} of {order.decided_at} cannot fill in the bar of {bar.event_time}")
    quantity = order.open_quantity
    size = float(quantity)
    price = to_price(costs.fill_price(bar.open, order.side.sign, size, bar.volume))
    return Fill(
        fill_id=f"{order.order_id}-1",
        order_id=order.order_id,
        symbol=order.symbol,
        side=order.side,
        quantity=quantity,
        price=price,
        reference_price=to_price(bar.open),
        commission=to_money(float(costs.commission(size * float(price)))),
        time=bar.event_time,
    )
