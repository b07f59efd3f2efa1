"""What the engine does in which order, and what it does when the journal cannot be written."""

import asyncio
import sqlite3
from decimal import Decimal

import pytest
from support.market import random_bars

from trading_runtime.backtest import make_trader
from trading_runtime.clock import EventClock
from trading_runtime.domain.market import Instrument
from trading_runtime.engine import Engine
from trading_runtime.errors import OrderRejected, RetryableBrokerError, StorageError
from trading_runtime.feeds.replay import ReplayFeed
from trading_runtime.journal.memory import MemoryJournal
from trading_runtime.journal.sqlite import SqliteJournal
from trading_runtime.policy.baselines import EqualWeight
from trading_runtime.policy.features import NoFeatures
from trading_runtime.settings import Settings
from trading_runtime.simulation.costs import CostModel
from trading_runtime.trader import BookMismatch

SYMBOLS = ["AAA", "BBB", "CCC"]
BARS = random_bars(SYMBOLS, 40)
START = BARS["event_time"].min()


def engine(journal):
    settings, clock = Settings(), EventClock()
    costs = CostModel.from_settings(settings.costs)
    trader = make_trader("champion", "s1", EqualWeight(SYMBOLS), settings, costs, journal, clock)
    return Engine(ReplayFeed(BARS, None, START), NoFeatures(), [trader], journal, clock), trader


class CommitSpy(MemoryJournal):
    """Remembers how many entries were committed."""

    committed = 0

    def commit(self):
        self.committed = len(self.entries)


def test_intent_and_submission_are_committed_before_the_broker_hears_of_the_order():
    journal = CommitSpy(keeps=True)
    running, trader = engine(journal)
    submit, sent = trader.broker.submit, []

    async def spy(order):
        durable = [
            (kind, payload["order_id"])
            for _, _, kind, payload in journal.entries[: journal.committed]
            if "order_id" in payload
        ]
        assert ("intent", order.order_id) in durable
        assert ("submitted", order.order_id) in durable
        sent.append(order.order_id)
        return await submit(order)

    trader.broker.submit = spy
    asyncio.run(running.run())
    assert len(sent) > len(SYMBOLS)
    assert journal.committed == len(journal.entries)


def test_trading_stops_when_the_journal_cannot_be_written(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.sqlite", "s1")
    running, trader = engine(journal)
    journal._connection.execute("PRAGMA max_page_count = 12")  # a disk that is nearly full
    submit, durable = trader.broker.submit, []

    async def spy(order):
        durable.append(order.order_id)
        return await submit(order)

    trader.broker.submit = spy
    with pytest.raises(StorageError, match="trading has stopped"):
        asyncio.run(running.run())
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        written = {
            row[0]
            for row in connection.execute(
                "SELECT json_extract(payload, '$.order_id') FROM entries WHERE kind = 'submitted'"
            )
        }
    assert set(durable) <= written


def test_rejected_order_is_journaled_and_leaves_the_book_as_it_was():
    journal = MemoryJournal(keeps=True)
    running, trader = engine(journal)

    async def refuse(order):
        raise OrderRejected(f"no {order.symbol} here")

    trader.broker.submit = refuse
    asyncio.run(running.run())
    reasons = {payload["reason"] for _, _, kind, payload in journal.entries if kind == "rejected"}
    assert reasons == {f"no {symbol} here" for symbol in SYMBOLS}
    assert trader.book.equity == Decimal(100_000)


def test_book_that_differs_from_the_account_is_reported_and_the_session_does_not_end_well():
    journal = MemoryJournal(keeps=True)
    running, trader = engine(journal)
    trader.broker._cash -= Decimal("0.01")
    with pytest.raises(BookMismatch, match="differs from the account"):
        asyncio.run(running.run())
    assert "session_end" not in [kind for _, _, kind, _ in journal.entries]


def test_orders_of_the_last_bar_are_cancelled_at_the_end():
    journal = MemoryJournal(keeps=True)
    running, trader = engine(journal)
    running.feed = ReplayFeed(BARS, None, START, START)
    asyncio.run(running.run())
    kinds = [kind for _, _, kind, _ in journal.entries]
    assert kinds.count("cancelled") == len(SYMBOLS)
    assert not trader.orders.working


def test_order_whose_acknowledgement_is_lost_is_unknown_gets_no_twin_and_ends_by_its_fill():
    journal = MemoryJournal(keeps=True)
    running, trader = engine(journal)
    submit = trader.broker.submit
    lost = []

    async def lose_the_first(order):
        ack = await submit(order)
        if not lost:
            lost.append(order.order_id)
            raise RetryableBrokerError("connection reset")
        return ack

    trader.broker.submit = lose_the_first
    asyncio.run(running.run())
    kinds = [kind for _, _, kind, payload in journal.entries if payload.get("order_id") == lost[0]]
    assert kinds == ["verdict", "intent", "submitted", "unknown", "fill"]


def test_orders_are_whole_lots_of_their_instrument():
    running, trader = engine(MemoryJournal())
    trader.instruments = {symbol: Instrument(symbol, lot_size=Decimal(1)) for symbol in SYMBOLS}
    trader.__post_init__()
    asyncio.run(running.run())
    assert trader.records.orders
    assert all(row[5] == int(row[5]) for row in trader.records.orders)
