from decimal import Decimal

from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.daily_loss import DailyLossLimit

RULE = DailyLossLimit(Decimal("0.08"))


def test_small_loss_of_the_day_stops_nothing():
    assert RULE.check(intent("buy", "1"), state(equity="921", day_start="1000")).action is Action.ALLOW


def test_loss_at_the_limit_stops_new_risk():
    verdict = RULE.check(intent("buy", "1"), state(equity="920", day_start="1000"))
    assert (verdict.action, verdict.numbers["daily_loss"]) == (Action.DENY, Decimal("0.08"))


def test_loss_at_the_limit_lets_positions_be_closed():
    assert RULE.check(intent("buy", "5"), state(equity="900", day_start="1000", AAA="-5")).action is Action.ALLOW
