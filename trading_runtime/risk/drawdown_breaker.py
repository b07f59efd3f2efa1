"""The circuit breaker: while equity is too far below its peak, risk may only be taken off."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, deny


class DrawdownBreaker:
    """Denies orders that add risk while the drawdown from the equity peak is `limit` or more."""

    code = "max_drawdown"

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Drawdown is 1 - equity / peak, both marked at the last close."""
        drawdown = 1 - state.equity / state.peak_equity
        if drawdown < self.limit or state.reduces(intent):
            return allow(self.code, intent, self.limit, drawdown=drawdown)
        return deny(self.code, self.limit, drawdown=drawdown, equity=state.equity, peak=state.peak_equity)
