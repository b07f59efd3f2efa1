from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.no_short import NoShort


def test_sale_without_a_position_is_denied():
    assert NoShort(False).check(intent("sell", "1"), state()).action is Action.DENY


def test_sale_of_more_than_is_held_is_cut_to_what_is_held():
    verdict = NoShort(False).check(intent("sell", "9"), state(AAA="4"))
    assert (verdict.action, verdict.quantity) == (Action.RESIZE, 4)


def test_buying_back_a_short_passes():
    assert NoShort(False).check(intent("buy", "9"), state(AAA="-4")).action is Action.ALLOW


def test_sale_passes_where_shorts_are_allowed():
    assert NoShort(True).check(intent("sell", "9"), state()).action is Action.ALLOW
