import asyncio

import numpy as np
import pandas as pd
import pytest
from support.market import random_bars, random_context

from trading_runtime.feeds.replay import ReplayFeed

BARS = random_bars(["AAA", "BBB"], 50)
CONTEXT = random_context(BARS)
TIMES = sorted(BARS["event_time"].unique())


def collect(feed):
    async def run():
        return [event async for event in feed.events()]

    return asyncio.run(run())


def test_history_ends_where_events_begin_and_nothing_is_lost():
    feed = ReplayFeed(BARS, CONTEXT, TIMES[20])
    events = collect(feed)
    assert len(feed) == len(events) == 30
    assert events[0].event_time == TIMES[20]
    assert feed.history().bars["event_time"].max() == TIMES[19]
    seen = len(feed.history().context) + sum(len(event.context) for event in events)
    assert seen == (CONTEXT["known_at"] <= TIMES[-1]).sum()


def test_context_comes_with_the_first_event_at_or_after_it_was_known():
    previous = TIMES[19]
    for event in collect(ReplayFeed(BARS, CONTEXT, TIMES[20])):
        assert all(previous < row.known_at <= event.event_time for row in event.context)
        previous = event.event_time


def test_end_is_inclusive():
    assert collect(ReplayFeed(BARS, None, TIMES[10], TIMES[12]))[-1].event_time == TIMES[12]


def test_bars_carry_the_numbers_of_the_frame():
    (event, *_) = collect(ReplayFeed(BARS, None, TIMES[5]))
    row = BARS[(BARS["symbol"] == "BBB") & (BARS["event_time"] == TIMES[5])].iloc[0]
    bar = event.bars["BBB"]
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == tuple(
        row[["open", "high", "low", "close", "volume"]]
    )


@pytest.mark.parametrize("price", [np.nan, np.inf, 0.0, 1e-9, -1.0])
def test_bar_without_a_usable_price_does_not_exist(price):
    bars = BARS.copy()
    bars.loc[bars["event_time"] == TIMES[7], "open"] = [price, 100.0]
    events = {event.event_time: event for event in collect(ReplayFeed(bars, None, TIMES[0]))}
    assert set(events[pd.Timestamp(TIMES[7]).to_pydatetime()].bars) == {"BBB"}
