"""No position in one instrument may exceed a share of equity."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, at_most


class PositionLimit:
    """Resizes an order so that the position after it stays inside `limit` times equity."""

    code = "max_position_weight"

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Units allowed are those up to the limit on the order's side, measured from the position held now."""
        held = state.quantity(intent.symbol)
        if state.reduces(intent):
            return allow(self.code, intent, self.limit, held=held)
        largest = max(self.limit * state.equity, Decimal(0)) / intent.price
        room = largest - held * intent.side.sign
        after = abs(held + intent.signed) * intent.price
        return at_most(self.code, intent, state, room, self.limit, held=held, notional_after=after, equity=state.equity)
