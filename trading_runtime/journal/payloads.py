"""What each kind of entry holds; see `trading_runtime.journal.journal` for the table."""

from typing import Any

import numpy as np

from trading_runtime.brokers.broker import Acknowledgement
from trading_runtime.domain.market import MarketEvent
from trading_runtime.domain.orders import Fill, Order
from trading_runtime.policy.policy import Array, Policy, PolicyOutput
from trading_runtime.portfolio.book import Book
from trading_runtime.portfolio.sizing import SizedOrder
from trading_runtime.risk.engine import Judgement

Payload = dict[str, Any]


def clean(values: Array) -> list[float | None]:
    """Floats for JSON: what is not finite becomes null."""
    return [value if np.isfinite(value) else None for value in values.tolist()]


def bar(event: MarketEvent) -> Payload:
    """The closes of an event."""
    closes = {symbol: bar.close for symbol, bar in event.bars.items()}
    return {"event_time": event.event_time.isoformat(), "closes": closes}


def decision(
    event: MarketEvent, policy: Policy, version: str, digest: str, seen: Array, exposure: Array, output: PolicyOutput
) -> Payload:
    """What the policy saw and wanted."""
    return {
        "event_time": event.event_time.isoformat(),
        "symbols": list(policy.instruments),
        "features": {name: clean(seen[:, i]) for i, name in enumerate(policy.features)},
        "exposure": clean(exposure),
        "targets": clean(output.weights),
        "agents": None if output.agents is None else [clean(row) for row in output.agents],
        "allocation": None if output.allocation is None else clean(output.allocation),
        "version": version,
        "digest": digest,
    }


def verdict(judgement: Judgement) -> Payload:
    """What every rule said."""
    intent = judgement.intent
    return {
        "order_id": intent.order_id,
        "symbol": intent.symbol,
        "side": intent.side,
        "asked": intent.quantity,
        "approved": judgement.quantity,
        "verdicts": [
            {"code": v.code, "action": v.action, "quantity": v.quantity, "limit": v.limit, "numbers": dict(v.numbers)}
            for v in judgement.verdicts
        ],
    }


def denial(judgement: Judgement) -> Payload:
    """Which rule refused, with its numbers."""
    intent, last = judgement.intent, judgement.verdicts[-1]
    return {
        "order_id": intent.order_id,
        "symbol": intent.symbol,
        "side": intent.side,
        "quantity": intent.quantity,
        "code": last.code,
        "limit": last.limit,
        "numbers": dict(last.numbers),
    }


def intent(order: Order, trade: SizedOrder) -> Payload:
    """The approved order, before it is sent."""
    return {
        "order_id": order.order_id,
        "symbol": order.symbol,
        "side": order.side,
        "quantity": order.quantity,
        "price": order.arrival_price,
        "target_weight": trade.target_weight,
        "decided_at": order.decided_at.isoformat(),
    }


def acknowledgement(ack: Acknowledgement) -> Payload:
    """The broker's name for the order."""
    return {"order_id": ack.order_id, "broker_order_id": ack.broker_order_id}


def fill(fill: Fill, order: Order) -> Payload:
    """One execution with what it cost."""
    return {
        "fill_id": fill.fill_id,
        "order_id": fill.order_id,
        "symbol": fill.symbol,
        "side": fill.side,
        "quantity": fill.quantity,
        "price": fill.price,
        "reference_price": fill.reference_price,
        "arrival_price": order.arrival_price,
        "slippage_bps": fill.slippage_bps,
        "commission": fill.commission,
        "notional": fill.notional,
    }


def equity(event: MarketEvent, book: Book) -> Payload:
    """The book after the event."""
    return {
        "event_time": event.event_time.isoformat(),
        "equity": book.equity,
        "cash": book.cash,
        "realized": book.realized,
        "unrealized": book.unrealized,
        "fees": book.fees,
        "drawdown": float(1 - book.equity / book.peak_equity),
        "gross": book.gross,
    }


def reference(order: Order) -> Payload:
    """Just the order's id."""
    return {"order_id": order.order_id}


def reason(order: Order, reason: str) -> Payload:
    """What the broker said, or did not say."""
    return {"order_id": order.order_id, "reason": reason}


def cancellation(order: Order) -> Payload:
    """What was left of the order."""
    return {"order_id": order.order_id, "open_quantity": order.open_quantity}
