"""The backtest: the engine of live trading with a replay feed, the paper broker and a journal that forgets."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from trading_runtime.brokers.paper import PaperBroker
from trading_runtime.clock import EventClock
from trading_runtime.engine import Engine
from trading_runtime.errors import UserDataError
from trading_runtime.feeds.replay import ReplayFeed
from trading_runtime.journal.journal import Journal
from trading_runtime.journal.memory import MemoryJournal
from trading_runtime.policy.features import FeatureSource, NoFeatures, PrecomputedFeatures
from trading_runtime.policy.policy import Policy
from trading_runtime.portfolio.book import Book
from trading_runtime.records import DENIAL_COLUMNS, FILL_COLUMNS, ORDER_COLUMNS
from trading_runtime.risk.engine import RiskEngine, rules_from_settings
from trading_runtime.settings import Settings
from trading_runtime.simulation.costs import CostModel
from trading_runtime.trader import Trader


@dataclass(frozen=True)
class BacktestResult:
    """Curves and rows by book. `turnover` is traded notional over mean equity; `costs` are commission plus slippage, in money."""

    equity: dict[str, pd.Series]
    orders: pd.DataFrame
    fills: pd.DataFrame
    denials: pd.DataFrame
    turnover: dict[str, float]
    costs: dict[str, float]
    bars: int


def make_trader(
    name: str,
    session_id: str,
    policy: Policy,
    settings: Settings,
    costs: CostModel,
    journal: Journal,
    clock: EventClock,
    version: str = "",
    digest: str = "",
) -> Trader:
    """A trader with a paper account of its own, under the settings' limits."""
    cash = settings.trading.initial_cash
    return Trader(
        name=name,
        session_id=session_id,
        policy=policy,
        book=Book(name, cash),
        broker=PaperBroker(costs, cash, clock),
        risk=RiskEngine(rules_from_settings(settings.risk)),
        journal=journal,
        min_trade_weight=settings.risk.min_trade_weight,
        version=version,
        digest=digest,
    )


def run_engine(engine: Engine, opening: dict | None = None) -> int:
    """Run to the end, also when the calling thread already has an event loop (a notebook, an actor)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(engine.run(opening))
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(engine.run(opening))).result()


def run_backtest(
    bars: pd.DataFrame,
    features: pd.DataFrame | None,
    policies: Mapping[str, Policy],
    settings: Settings,
    start: datetime,
    end: datetime | None = None,
    cost_multiple: float = 1.0,
) -> BacktestResult:
    """Trade each policy in a book of its own from `start` to `end` (both inclusive).

    `bars` as `adjusted_bars`; `features` a frame `symbol, event_time, <names>` (None if no policy looks at any).
    `cost_multiple` stresses every cost. Raises `UserDataError` if there is no bar in the period.
    """
    feed = ReplayFeed(bars, None, start, end)
    if not len(feed):
        raise UserDataError(f"no usable bar from {start} to {end or 'the end'}: choose another period")
    clock, journal = EventClock(), MemoryJournal()
    costs = CostModel.from_settings(settings.costs).stressed(cost_multiple)
    symbols = sorted({*feed.symbols, *(s for policy in policies.values() for s in policy.instruments)})
    names = list(dict.fromkeys(name for policy in policies.values() for name in policy.features))
    source: FeatureSource = NoFeatures() if features is None else PrecomputedFeatures(features, symbols, names)
    traders = [
        make_trader(name, "backtest", policy, settings, costs, journal, clock) for name, policy in policies.items()
    ]
    count = run_engine(Engine(feed, source, traders, journal, clock))
    return summarize(traders, count)


def summarize(traders: list[Trader], bars: int) -> BacktestResult:
    """Collect what the traders recorded."""
    records = {trader.name: trader.records for trader in traders}
    equity = {name: record.equity_series(name) for name, record in records.items()}

    def frame(kind: str, columns: list[str]) -> pd.DataFrame:
        return pd.DataFrame([row for record in records.values() for row in getattr(record, kind)], columns=columns)

    return BacktestResult(
        equity=equity,
        orders=frame("orders", ORDER_COLUMNS),
        fills=frame("fills", FILL_COLUMNS),
        denials=frame("denials", DENIAL_COLUMNS),
        turnover={t.name: float(t.book.traded) / float(equity[t.name].mean()) for t in traders},
        costs={t.name: float(t.book.fees + t.book.slippage) for t in traders},
        bars=bars,
    )
