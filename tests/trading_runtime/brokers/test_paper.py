import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from trading_runtime.brokers.paper import PaperBroker
from trading_runtime.clock import EventClock
from trading_runtime.domain.market import Bar, MarketEvent
from trading_runtime.domain.orders import Order, Side
from trading_runtime.simulation.costs import CostModel
from trading_runtime.simulation.fills import fill_at_open

MONDAY = datetime(2001, 1, 1, 21, tzinfo=UTC)
COSTS = CostModel(half_spread_bps=2.0, commission_bps=1.0, impact_bps=10.0)


def event(days: int, **opens: float) -> MarketEvent:
    time = MONDAY + timedelta(days=days)
    bars = {s: Bar(s, time, time, price, price * 2, price / 2, price * 1.5, 10_000.0) for s, price in opens.items()}
    return MarketEvent(time, bars)


def order(side: str = "buy", quantity: str = "100", order_id: str = "ll-1") -> Order:
    return Order(order_id, "champion", "AAA", Side(side), Decimal(quantity), Decimal(50), MONDAY)


@pytest.fixture
def broker():
    return PaperBroker(COSTS, Decimal(100_000), EventClock())


@pytest.mark.parametrize(("side", "sign"), [("buy", 1), ("sell", -1)])
def test_order_fills_at_the_next_open_with_the_price_of_the_cost_model(broker, side, sign):
    async def scenario():
        await broker.submit(order(side))
        assert list(await broker.executions(event(0, AAA=50.0))) == []
        return await broker.executions(event(1, AAA=51.0))

    (fill,) = asyncio.run(scenario())
    # 100 of 10,000 units: impact 10 x sqrt(0.01) = 1 bps on top of 2 bps of spread
    assert fill.price == Decimal(repr(round(51.0 * (1 + sign * 3e-4), 8)))
    assert float(fill.price) == pytest.approx(COSTS.fill_price(51.0, sign, 100.0, 10_000.0))
    assert fill.slippage_bps == pytest.approx(3.0)
    assert float(fill.commission) == pytest.approx(float(fill.notional) * 1e-4)
    assert fill.reference_price == 51


def test_order_waits_for_a_bar_of_its_own_instrument(broker):
    async def scenario():
        await broker.submit(order())
        assert list(await broker.executions(event(1, BBB=51.0))) == []
        assert len(await broker.executions(event(2, AAA=51.0, BBB=51.0))) == 1
        assert list(await broker.executions(event(3, AAA=51.0))) == []

    asyncio.run(scenario())


def test_order_submitted_twice_is_one_order(broker):
    async def scenario():
        first = await broker.submit(order())
        assert await broker.submit(order()) == first
        assert len(await broker.executions(event(1, AAA=51.0))) == 1
        assert await broker.submit(order()) == first
        assert list(await broker.executions(event(2, AAA=51.0))) == []
        assert await broker.positions() == {"AAA": Decimal(100)}

    asyncio.run(scenario())


def test_cancelled_order_does_not_fill(broker):
    async def scenario():
        await broker.submit(order())
        assert await broker.cancel("ll-1")
        assert not await broker.cancel("ll-1")
        assert list(await broker.executions(event(1, AAA=51.0))) == []

    asyncio.run(scenario())


def test_cash_pays_notional_and_commission(broker):
    async def scenario():
        await broker.submit(order())
        (fill,) = await broker.executions(event(1, AAA=51.0))
        assert await broker.cash() == Decimal(100_000) - fill.notional - fill.commission

    asyncio.run(scenario())


def test_fill_on_the_bar_of_the_decision_is_refused():
    with pytest.raises(ValueError, match="cannot fill in the bar"):
        fill_at_open(order(), event(0, AAA=50.0).bars["AAA"], COSTS)
