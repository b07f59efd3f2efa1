"""No short positions unless the settings allow them."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent, Side
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, at_most


class NoShort:
    """Resizes a sell to the units held, so that it closes the position and opens nothing."""

    code = "allow_short"

    def __init__(self, allowed: bool) -> None:
        self.limit = Decimal(int(allowed))

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Buys always pass; they can only cover."""
        held = state.quantity(intent.symbol)
        if self.limit or intent.side is Side.BUY:
            return allow(self.code, intent, self.limit, held=held)
        return at_most(self.code, intent, state, max(held, Decimal(0)), self.limit, held=held)
