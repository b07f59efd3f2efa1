"""The order state machine: which state may follow which, in one table."""

from dataclasses import replace
from decimal import Decimal

from trading_runtime.domain.orders import Order, OrderState
from trading_runtime.errors import LeadlineError

S = OrderState

TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    S.INTENT: frozenset({S.SUBMITTED, S.CANCELLED}),
    S.SUBMITTED: frozenset({S.ACKNOWLEDGED, S.PARTIALLY_FILLED, S.FILLED, S.REJECTED, S.CANCEL_PENDING, S.UNKNOWN}),
    S.ACKNOWLEDGED: frozenset(
        {S.PARTIALLY_FILLED, S.FILLED, S.CANCEL_PENDING, S.CANCELLED, S.REJECTED, S.UNKNOWN},
    ),
    S.PARTIALLY_FILLED: frozenset({S.PARTIALLY_FILLED, S.FILLED, S.CANCEL_PENDING, S.CANCELLED, S.UNKNOWN}),
    # a fill can overtake the cancel
    S.CANCEL_PENDING: frozenset({S.CANCELLED, S.PARTIALLY_FILLED, S.FILLED, S.REJECTED, S.UNKNOWN}),
    # only what the venue reports leads out of unknown
    S.UNKNOWN: frozenset({S.ACKNOWLEDGED, S.PARTIALLY_FILLED, S.FILLED, S.CANCELLED, S.REJECTED}),
    S.FILLED: frozenset(),
    S.CANCELLED: frozenset(),
    S.REJECTED: frozenset(),
}

TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)


class IllegalTransition(LeadlineError):
    """An event arrived that an order in its state cannot have: the book must be reconciled before trading goes on."""

    exit_code = 1


def advance(order: Order, state: OrderState) -> Order:
    """The order in its new state. Raises `IllegalTransition`, naming the order and both states."""
    if state not in TRANSITIONS[order.state]:
        raise IllegalTransition(
            f"order {order.order_id} cannot go from {order.state} to {state}: reconcile with the broker"
        )
    return replace(order, state=state)


def filled(order: Order, quantity: Decimal) -> Order:
    """The order after a fill of `quantity` (positive). Raises `IllegalTransition` if more is filled than is open."""
    total = order.filled_quantity + quantity
    if quantity <= 0 or total > order.quantity:
        raise IllegalTransition(
            f"order {order.order_id} of {order.quantity} cannot be filled by {quantity} after {order.filled_quantity}"
        )
    target = OrderState.FILLED if total == order.quantity else OrderState.PARTIALLY_FILLED
    return replace(advance(order, target), filled_quantity=total)
