from decimal import Decimal

from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.drawdown_breaker import DrawdownBreaker

RULE = DrawdownBreaker(Decimal("0.35"))


def test_risk_may_be_added_above_the_limit():
    assert RULE.check(intent("buy", "1"), state(equity="651", peak="1000")).action is Action.ALLOW


def test_breaker_trips_at_the_limit_and_says_the_drawdown():
    verdict = RULE.check(intent("buy", "1"), state(equity="650", peak="1000"))
    assert (verdict.action, verdict.code) == (Action.DENY, "max_drawdown")
    assert verdict.numbers["drawdown"] == Decimal("0.35")


def test_risk_may_be_taken_off_when_the_breaker_has_tripped():
    assert RULE.check(intent("sell", "10"), state(equity="100", peak="1000", AAA="10")).action is Action.ALLOW


def test_turning_a_position_around_is_not_taking_risk_off():
    assert RULE.check(intent("sell", "11"), state(equity="100", peak="1000", AAA="10")).action is Action.DENY
