"""Below a floor of equity the account only winds down."""

from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Verdict
from trading_runtime.risk.rule import RiskState, allow, deny


class MinimumEquity:
    """Denies orders that add risk while equity is below `limit`, in the account currency."""

    code = "min_equity"

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Equity must be positive and at least the floor."""
        if (state.equity >= self.limit and state.equity > 0) or state.reduces(intent):
            return allow(self.code, intent, self.limit, equity=state.equity)
        return deny(self.code, self.limit, equity=state.equity)
