from decimal import Decimal

from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.order_notional import OrderNotionalLimit

RULE = OrderNotionalLimit(Decimal("0.5"))


def test_order_at_the_limit_passes():
    assert RULE.check(intent("buy", "50"), state()).action is Action.ALLOW


def test_order_above_the_limit_is_cut_to_it():
    verdict = RULE.check(intent("buy", "80"), state())
    assert (verdict.action, verdict.quantity, verdict.numbers["notional"]) == (Action.RESIZE, 50, 800)


def test_sale_of_a_large_position_passes_at_any_size():
    assert RULE.check(intent("sell", "80"), state(AAA="80")).action is Action.ALLOW


def test_order_is_denied_when_not_one_lot_fits():
    assert RULE.check(intent("buy", "1"), state(equity="0.00000001")).action is Action.DENY
