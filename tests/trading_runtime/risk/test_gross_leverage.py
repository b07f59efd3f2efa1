from decimal import Decimal

from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.gross_leverage import GrossLeverageLimit

RULE = GrossLeverageLimit(Decimal(1))


def test_buy_is_cut_to_the_room_that_other_positions_leave():
    verdict = RULE.check(intent("buy", "50"), state(BBB="70"))
    assert (verdict.action, verdict.quantity) == (Action.RESIZE, 30)
    assert verdict.numbers["gross_after"] == 1200


def test_shorts_count_like_longs():
    assert RULE.check(intent("buy", "50"), state(BBB="-70")).quantity == 30


def test_no_room_is_a_denial():
    assert RULE.check(intent("buy", "1"), state(BBB="100")).action is Action.DENY


def test_sale_passes_when_the_book_is_over_the_limit():
    assert RULE.check(intent("sell", "10"), state(AAA="50", BBB="100")).action is Action.ALLOW


def test_turning_around_may_use_the_room_that_closing_frees():
    verdict = RULE.check(intent("sell", "120"), state(AAA="50", BBB="70"))
    assert verdict.quantity == 50 + 30
