"""Reads a journal as an auditor would: replays it with its own small book and tells what should not have happened. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from trading_runtime.journal.reader import Entry

ACTED = frozenset({"intent", "submitted", "ack", "fill"})
TOLERANCE = Decimal("1e-9")


def orders_without_verdict(entries: Iterable[Entry]) -> list[str]:
    """Orders that were intended, sent or filled without an earlier verdict that approved at least their quantity."""
    approved: dict[str, Decimal] = {}
    found: dict[str, None] = {}
    for entry in entries:
        order_id = entry.payload.get("order_id")
        if entry.kind == "verdict":
            approved[str(order_id)] = Decimal(entry.payload["approved"])
        elif entry.kind in ACTED:
            room = approved.get(str(order_id), Decimal(0))
            if room <= 0 or Decimal(entry.payload.get("quantity", 0)) > room:
                found[str(order_id)] = None
    return list(found)


@dataclass
class _Account:
    """What the journal says one book held when it decided."""

    equity: Decimal
    peak: Decimal
    day_start: Decimal
    day: date | None = None
    held: dict[str, Decimal] = field(default_factory=dict)
    working: dict[str, tuple[str, Decimal]] = field(default_factory=dict)

    def mark(self, time: datetime, equity: Decimal) -> None:
        if time.date() != self.day:
            self.day_start, self.day = self.equity, time.date()
        self.equity, self.peak = equity, max(self.peak, equity)

    def fill(self, payload: dict[str, Any]) -> None:
        symbol, signed = payload["symbol"], _signed(payload)
        self.held[symbol] = self.held.get(symbol, Decimal(0)) + signed
        _, still_open = self.working.get(payload["order_id"], (symbol, signed))
        self.working[payload["order_id"]] = (symbol, still_open - signed)

    def exposure(self) -> dict[str, Decimal]:
        """Signed units by symbol, working orders counted as filled."""
        units = dict(self.held)
        for symbol, signed in self.working.values():
            units[symbol] = units.get(symbol, Decimal(0)) + signed
        return units


def limit_breaches(entries: Iterable[Entry]) -> list[str]:
    """Orders that were sent although they added risk beyond a limit of the session, one line each."""
    limits: dict[str, Any] = {}
    cash = Decimal(0)
    accounts: dict[str, _Account] = {}
    closes: dict[str, Decimal] = {}
    found: list[str] = []
    for entry in entries:
        payload = entry.payload
        account = accounts.setdefault(entry.book, _Account(cash, cash, cash))
        match entry.kind:
            case "session_start":
                limits, cash = payload["settings"]["risk"], Decimal(payload["settings"]["initial_cash"])
                accounts.clear()
            case "bar":
                closes |= {symbol: Decimal(close) for symbol, close in payload["closes"].items()}
            case "fill":
                account.fill(payload)
            case "equity":
                account.mark(datetime.fromisoformat(payload["event_time"]), Decimal(payload["equity"]))
            case "cancelled" | "rejected":
                account.working.pop(payload["order_id"], None)
            case "intent":
                broken = _broken(payload, account, closes, limits)
                found += [f"{entry.book} {payload['order_id']} {payload['symbol']}: {line}" for line in broken]
                account.working[payload["order_id"]] = (payload["symbol"], _signed(payload))
    return found


def _broken(order: dict[str, Any], account: _Account, closes: dict[str, Decimal], limits: dict[str, Any]) -> list[str]:
    """Limits that one order broke; an order that only makes a position smaller breaks none."""
    units = account.exposure()
    held, signed = units.get(order["symbol"], Decimal(0)), _signed(order)
    if held * signed < 0 and abs(signed) <= abs(held):
        return []
    price, equity = Decimal(order["price"]), account.equity
    after = held + signed
    units[order["symbol"]] = after
    prices = closes | {order["symbol"]: price}
    gross = sum((abs(quantity) * prices[symbol] for symbol, quantity in units.items() if quantity), Decimal(0))
    found = [
        f"{code} {value / equity:.6f} > {limits[code]}"
        for code, value in (
            ("max_order_notional_weight", abs(signed) * price),
            ("max_position_weight", abs(after) * price),
            ("max_gross_leverage", gross),
        )
        if value > _number(limits[code]) * equity * (1 + TOLERANCE)
    ]
    for code, loss in (("max_drawdown", 1 - equity / account.peak), ("max_daily_loss", 1 - equity / account.day_start)):
        if loss >= _number(limits[code]):
            found.append(f"{code} {loss:.6f} >= {limits[code]}")
    if equity < _number(limits["min_equity"]):
        found.append(f"min_equity {equity} < {limits['min_equity']}")
    if after < 0 and not limits["allow_short"]:
        found.append(f"allow_short {after} units")
    return found


def _signed(payload: dict[str, Any]) -> Decimal:
    return Decimal(payload["quantity"]) * (1 if payload["side"] == "buy" else -1)


def _number(value: Any) -> Decimal:
    return Decimal(str(value))
