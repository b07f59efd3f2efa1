from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from support.intents import intent, state

from trading_runtime.domain.verdicts import Action
from trading_runtime.risk.engine import RiskEngine, rules_from_settings
from trading_runtime.settings import RiskSettings

ENGINE = RiskEngine(rules_from_settings(RiskSettings()))
CODES = [rule.code for rule in ENGINE.rules]


def test_allowed_order_carries_the_word_of_every_rule_in_order():
    judgement = ENGINE.judge(intent("buy", "10"), state(equity="5000"))
    assert [verdict.code for verdict in judgement.verdicts] == CODES
    assert judgement.binding is None


def test_order_above_notional_limit_is_cut_and_then_cut_again_by_the_position_limit():
    judgement = ENGINE.judge(intent("buy", "600"), state(equity="5000"))
    resized = [(v.code, v.quantity) for v in judgement.verdicts if v.action is Action.RESIZE]
    assert resized == [("max_order_notional_weight", 250), ("max_position_weight", 200)]
    assert judgement.quantity == 200


def test_denial_ends_the_questions():
    judgement = ENGINE.judge(intent("buy", "1"), state(equity="500"))
    assert judgement.denied
    assert [verdict.code for verdict in judgement.verdicts] == ["min_equity"]


def test_orders_of_one_bar_share_the_room():
    book = state(equity="5000", BBB="180")
    assert ENGINE.judge(intent("buy", "200"), book).quantity == 200
    assert ENGINE.judge(intent("buy", "200", symbol="CCC"), book).quantity == 120
    assert ENGINE.judge(intent("buy", "200", symbol="DDD"), book).denied


quantities = st.decimals("0.000001", "1000", places=6)


@given(
    held=st.decimals("-500", "500", places=6),
    other=st.decimals("-500", "500", places=6),
    asked=quantities,
    buy=st.booleans(),
)
def test_no_approved_order_leaves_a_limit_broken_that_it_did_not_reduce(held, other, asked, buy):
    risk = RiskSettings(allow_short=True)
    book = state(equity="5000", AAA=str(held), BBB=str(other))
    order = intent("buy" if buy else "sell", str(asked))
    reducing = book.reduces(order)
    judgement = RiskEngine(rules_from_settings(risk)).judge(order, book)
    after = held + judgement.quantity * order.side.sign
    assert book.quantity("AAA") == after
    if reducing:
        assert judgement.quantity == asked
    elif not judgement.denied:
        assert abs(after) * 10 <= max(Decimal("0.4") * 5000, abs(held) * 10)
        assert (abs(after) + abs(other)) * 10 <= max(Decimal(5000), (abs(held) + abs(other)) * 10)


@given(held=st.decimals("0.000001", "500", places=6), share=st.decimals("0.01", "1", places=2))
def test_nothing_ever_blocks_an_order_that_reduces_risk(held, share):
    book = state(equity="1", peak="10000", day_start="10000", AAA=str(held))
    asked = (held * share).quantize(Decimal("0.000001"))
    if asked:
        assert ENGINE.judge(intent("sell", str(asked)), book).quantity == asked
