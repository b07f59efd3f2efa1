from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.intents import TIME

from trading_runtime.domain.orders import Order, OrderState, Side
from trading_runtime.execution.order_ids import client_order_id
from trading_runtime.execution.states import TERMINAL, TRANSITIONS, IllegalTransition, advance, filled

NEW = Order("ll-1", "champion", "AAA", Side.BUY, Decimal(10), Decimal(5), TIME)


def test_order_walks_from_intent_to_filled():
    order = NEW
    for state in (OrderState.SUBMITTED, OrderState.ACKNOWLEDGED):
        order = advance(order, state)
    order = filled(order, Decimal(4))
    assert (order.state, order.open_quantity) == (OrderState.PARTIALLY_FILLED, 6)
    assert filled(order, Decimal(6)).state is OrderState.FILLED


def test_every_state_is_in_the_table_and_only_outcomes_are_terminal():
    assert set(TRANSITIONS) == set(OrderState)
    assert {OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED} == TERMINAL


def test_unsent_order_cannot_be_filled():
    with pytest.raises(IllegalTransition, match="ll-1 cannot go from intent to filled"):
        filled(NEW, Decimal(10))


def test_more_than_is_open_cannot_be_filled():
    with pytest.raises(IllegalTransition, match="cannot be filled by 11"):
        filled(advance(NEW, OrderState.SUBMITTED), Decimal(11))


@given(st.lists(st.sampled_from(OrderState), max_size=12))
def test_no_sequence_of_events_leads_out_of_a_terminal_state(states):
    order, path = NEW, [NEW.state]
    for state in states:
        try:
            order = advance(order, state)
        except IllegalTransition:
            continue
        path.append(order.state)
    assert not any(before in TERMINAL for before, _ in pairwise(path))


def test_order_id_is_the_same_for_the_same_decision_and_different_for_any_other():
    first = client_order_id("s", "champion", "AAA", TIME)
    assert first == client_order_id("s", "champion", "AAA", TIME)
    others = [("t", "champion", "AAA"), ("s", "challenger", "AAA"), ("s", "champion", "AAB")]
    assert len({first, *(client_order_id(*other, TIME) for other in others)}) == 4
    assert len(first) <= 32
