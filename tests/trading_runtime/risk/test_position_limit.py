from decimal import Decimal

from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.position_limit import PositionLimit

RULE = PositionLimit(Decimal("0.4"))


def test_order_inside_the_limit_passes_unchanged():
    verdict = RULE.check(intent("buy", "40"), state())
    assert (verdict.action, verdict.quantity) == (Action.ALLOW, 40)


def test_order_beyond_the_limit_is_cut_to_what_fits_beside_the_position_held():
    verdict = RULE.check(intent("buy", "40"), state(AAA="25"))
    assert (verdict.action, verdict.quantity, verdict.code) == (Action.RESIZE, 15, "max_position_weight")
    assert verdict.numbers["notional_after"] == 650
    assert verdict.limit == Decimal("0.4")


def test_order_on_a_full_position_is_denied():
    assert RULE.check(intent("buy", "1"), state(AAA="40")).action is Action.DENY


def test_short_positions_are_limited_alike():
    assert RULE.check(intent("sell", "50"), state(AAA="-30")).quantity == 10


def test_selling_out_of_a_position_above_the_limit_passes():
    assert RULE.check(intent("sell", "10"), state(AAA="90")).action is Action.ALLOW


def test_turning_a_position_around_is_limited_on_the_other_side():
    assert RULE.check(intent("sell", "100"), state(AAA="30")).quantity == 70
