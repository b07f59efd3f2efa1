"""The one engine: backtest, paper replay and live trading differ only in the parts passed in.

feed -> bar -> fills of orders decided before -> features -> policy -> targets -> sizing -> verdict -> intent
     -> journal (durable) -> broker -> journal -> portfolio
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from trading_runtime.clock import Clock
from trading_runtime.domain.market import MarketEvent
from trading_runtime.domain.numbers import to_price
from trading_runtime.feeds.feed import Feed
from trading_runtime.journal import payloads
from trading_runtime.journal.journal import Journal
from trading_runtime.policy.features import FeatureSource
from trading_runtime.trader import Trader


def _ignore(event: MarketEvent) -> None:
    """No progress is shown."""


@dataclass
class Engine:
    """Runs the traders side by side over one feed. Everything is passed in; nothing below asks for time or chance."""

    feed: Feed
    features: FeatureSource
    traders: Sequence[Trader]
    journal: Journal
    clock: Clock
    on_event: Callable[[MarketEvent], None] = _ignore

    async def run(self, opening: dict[str, Any] | None = None) -> int:
        """Trade the whole feed; returns the number of bars (instruments times events) traded on.

        `opening` is the payload of session_start. Orders decided at one event are filled at a later one; those still open
        after the last event are cancelled.
        """
        self.features.warm_up(self.feed.history())
        for trader in self.traders:
            trader.connect(self.features)
        self.journal.append(self.clock.now(), "", "session_start", opening or {})
        bars, last = 0, None
        async for event in self.feed.events():
            await self._step(event)
            bars += len(event.bars)
            last = event
            self.on_event(event)
        closing = {trader.name: await trader.wind_up(last) for trader in self.traders} if last is not None else {}
        self.journal.append(self.clock.now(), "", "session_end", {"bars": bars, "books": closing, "reconciled": True})
        self.journal.commit()
        return bars

    async def _step(self, event: MarketEvent) -> None:
        self.clock.advance(event.event_time)
        prices = {symbol: to_price(bar.close) for symbol, bar in event.bars.items()}
        if self.journal.keeps:
            self.journal.append(event.event_time, "", "bar", payloads.bar(event))
        for trader in self.traders:
            await trader.settle(event, prices)
        self.features.update(event)
        deciding = [trader for trader in self.traders if trader.decide(event, prices)]
        self.journal.commit()  # intents are durable before anything is sent
        for trader in deciding:
            await trader.send(event)
        if deciding:
            self.journal.commit()
