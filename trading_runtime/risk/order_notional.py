"""No single order may exceed a share of equity."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, at_most


class OrderNotionalLimit:
    """Resizes an order to `limit` times equity. Orders that reduce risk pass at any size."""

    code = "max_order_notional_weight"

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Judge the order's own notional at the last close."""
        notional = intent.quantity * intent.price
        if state.reduces(intent):
            return allow(self.code, intent, self.limit, notional=notional)
        units = max(self.limit * state.equity, Decimal(0)) / intent.price
        return at_most(self.code, intent, state, units, self.limit, notional=notional, equity=state.equity)
