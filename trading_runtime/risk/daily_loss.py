"""After too large a loss since the previous day's close, no new risk for the rest of that day."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, deny


class DailyLossLimit:
    """Denies orders that add risk while the day's loss is `limit` or more of the equity at the previous day's close."""

    code = "max_daily_loss"

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """The day is the UTC date of the bars. A day that began without equity has nothing to lose a share of."""
        loss = 1 - state.equity / state.day_start_equity if state.day_start_equity > 0 else Decimal(0)
        if loss < self.limit or state.reduces(intent):
            return allow(self.code, intent, self.limit, daily_loss=loss)
        return deny(self.code, self.limit, daily_loss=loss, equity=state.equity, day_start=state.day_start_equity)
