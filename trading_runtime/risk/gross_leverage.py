"""The sum of absolute positions may not exceed a multiple of equity."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, at_most


class GrossLeverageLimit:
    """Resizes an order so that gross exposure after it stays inside `limit` times equity."""

    code = "max_gross_leverage"

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Units allowed are those that close an opposite position, plus what the room left under the limit buys."""
        if state.reduces(intent):
            return allow(self.code, intent, self.limit, gross=state.gross)
        held = state.quantity(intent.symbol)
        opposite = abs(held) if held * intent.signed < 0 else Decimal(0)
        room = self.limit * state.equity - (state.gross - opposite * intent.price)
        units = opposite + max(room, Decimal(0)) / intent.price
        gross_after = state.gross + (intent.quantity - 2 * opposite) * intent.price
        return at_most(self.code, intent, state, units, self.limit, gross_after=gross_after, equity=state.equity)
