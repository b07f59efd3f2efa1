from decimal import Decimal

import pytest
from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.minimum_equity import MinimumEquity

RULE = MinimumEquity(Decimal(1000))


def test_account_at_the_floor_may_trade():
    assert RULE.check(intent("buy", "1"), state(equity="1000")).action is Action.ALLOW


def test_account_below_the_floor_may_not_add_risk():
    verdict = RULE.check(intent("buy", "1"), state(equity="999.99"))
    assert (verdict.action, verdict.numbers["equity"], verdict.limit) == (Action.DENY, Decimal("999.99"), 1000)


def test_account_below_the_floor_may_wind_down():
    assert RULE.check(intent("sell", "1"), state(equity="10", AAA="1")).action is Action.ALLOW


@pytest.mark.parametrize("equity", ["0", "-5"])
def test_account_without_equity_never_adds_risk_even_without_a_floor(equity):
    assert MinimumEquity(Decimal(0)).check(intent("buy", "1"), state(equity=equity, peak="1")).action is Action.DENY
