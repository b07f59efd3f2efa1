"""Every order passes every rule, in order; the smallest quantity wins and the first denial ends it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Action, Verdict
from trading_runtime.risk.daily_loss import DailyLossLimit
from trading_runtime.risk.drawdown_breaker import DrawdownBreaker
from trading_runtime.risk.gross_leverage import GrossLeverageLimit
from trading_runtime.risk.minimum_equity import MinimumEquity
from trading_runtime.risk.no_short import NoShort
from trading_runtime.risk.order_notional import OrderNotionalLimit
from trading_runtime.risk.position_limit import PositionLimit
from trading_runtime.risk.rule import RiskState, Rule
from trading_runtime.settings import RiskSettings


@dataclass(frozen=True, slots=True)
class Judgement:
    """All verdicts on one intent and the quantity that may be sent (zero if denied)."""

    intent: OrderIntent
    quantity: Decimal
    verdicts: tuple[Verdict, ...]

    @property
    def denied(self) -> bool:
        """Whether nothing may be sent."""
        return self.quantity == 0

    @property
    def binding(self) -> Verdict | None:
        """The verdict that had the last word: a denial, or the smallest resize; None if all allowed."""
        limiting = [verdict for verdict in self.verdicts if verdict.action is not Action.ALLOW]
        return limiting[-1] if limiting else None


def rules_from_settings(settings: RiskSettings) -> tuple[Rule, ...]:
    """The rules in the order in which they speak: breakers first, then limits that resize."""

    def number(value: float) -> Decimal:
        return Decimal(repr(value))

    return (
        MinimumEquity(settings.min_equity),
        DrawdownBreaker(number(settings.max_drawdown)),
        DailyLossLimit(number(settings.max_daily_loss)),
        NoShort(settings.allow_short),
        OrderNotionalLimit(number(settings.max_order_notional_weight)),
        PositionLimit(number(settings.max_position_weight)),
        GrossLeverageLimit(number(settings.max_gross_leverage)),
    )


class RiskEngine:
    """Runs the rules and keeps the state up to date between orders of the same bar."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)

    def judge(self, intent: OrderIntent, state: RiskState) -> Judgement:
        """Judge one intent; what is approved is counted in for the intents that follow."""
        asked = intent
        verdicts = []
        for rule in self.rules:
            verdict = rule.check(asked, state)
            verdicts.append(verdict)
            if verdict.action is Action.DENY:
                return Judgement(intent, Decimal(0), tuple(verdicts))
            if verdict.action is Action.RESIZE:
                asked = replace(asked, quantity=verdict.quantity)
        state.apply(asked, asked.quantity)
        return Judgement(intent, asked.quantity, tuple(verdicts))
