"""From a journal to tables: fills, daily P&L, slippage. Pure functions over journal entries; money is exact until the last step."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from trading_runtime.journal.reader import Entry

TIME = pa.timestamp("us", tz="UTC")
FILLS = pa.schema(
    [
        ("session_id", pa.string()),
        ("book", pa.string()),
        ("order_id", pa.string()),
        ("fill_id", pa.string()),
        ("symbol", pa.string()),
        ("side", pa.string()),
        ("decided_at", TIME),  # close of the bar that the order was decided at
        ("event_time", TIME),  # the bar that it filled in
        ("quantity", pa.float64()),
        ("price", pa.float64()),
        ("decision_price", pa.float64()),  # close when decided
        ("open_price", pa.float64()),  # open of the bar that it filled in
        ("notional", pa.float64()),
        ("commission", pa.float64()),
        ("slippage_to_decision_bps", pa.float64()),  # positive is a cost
        ("slippage_to_open_bps", pa.float64()),
    ]
)
PNL = pa.schema(
    [
        ("session_id", pa.string()),
        ("book", pa.string()),
        ("session_date", pa.date32()),
        ("event_time", TIME),
        ("equity", pa.float64()),
        ("pnl", pa.float64()),
        ("daily_return", pa.float64()),
        ("fees", pa.float64()),
        ("drawdown", pa.float64()),
        ("gross_exposure", pa.float64()),
    ]
)
SLIPPAGE = pa.schema(
    [
        ("session_id", pa.string()),
        ("book", pa.string()),
        ("symbol", pa.string()),
        ("fills", pa.int64()),
        ("notional", pa.float64()),
        ("slippage_to_decision_bps", pa.float64()),  # weighted by notional
        ("slippage_to_open_bps", pa.float64()),
        ("commission_bps", pa.float64()),
        ("implementation_shortfall", pa.float64()),  # currency: slippage to decision plus commission
    ]
)


def fills_table(entries: Iterable[Entry]) -> pd.DataFrame:
    """One row a fill, in the columns of FILLS, by book and time."""
    decided: dict[str, str] = {}
    rows = []
    for entry in entries:
        payload = entry.payload
        if entry.kind == "intent":
            decided[payload["order_id"]] = payload["decided_at"]
        elif entry.kind == "fill":
            price, arrival, opened = (Decimal(payload[k]) for k in ("price", "arrival_price", "reference_price"))
            sign = 1 if payload["side"] == "buy" else -1
            rows.append(
                {
                    "session_id": entry.session,
                    "book": entry.book,
                    "order_id": payload["order_id"],
                    "fill_id": payload["fill_id"],
                    "symbol": payload["symbol"],
                    "side": payload["side"],
                    "decided_at": pd.Timestamp(decided[payload["order_id"]]),
                    "event_time": pd.Timestamp(entry.time),
                    "quantity": float(Decimal(payload["quantity"])),
                    "price": float(price),
                    "decision_price": float(arrival),
                    "open_price": float(opened),
                    "notional": float(Decimal(payload["notional"])),
                    "commission": float(Decimal(payload["commission"])),
                    "slippage_to_decision_bps": float(sign * (price / arrival - 1) * 10_000),
                    "slippage_to_open_bps": float(sign * (price / opened - 1) * 10_000),
                }
            )
    return _frame(rows, FILLS)


def pnl_table(entries: Iterable[Entry]) -> pd.DataFrame:
    """One row a book and UTC day, in the columns of PNL. The P&L of a book adds up to its final equity less its initial cash."""
    cash = Decimal(0)
    days: dict[tuple[str, date], Entry] = {}
    for entry in entries:
        if entry.kind == "session_start":
            cash = Decimal(entry.payload["settings"]["initial_cash"])
        elif entry.kind == "equity":
            days[entry.book, datetime.fromisoformat(entry.payload["event_time"]).date()] = entry
    rows: list[dict] = []
    previous: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    for (book, day), entry in sorted(days.items()):
        payload = entry.payload
        equity, fees = Decimal(payload["equity"]), Decimal(payload["fees"])
        before = previous.get(book, cash)
        rows.append(
            {
                "session_id": entry.session,
                "book": book,
                "session_date": day,
                "event_time": pd.Timestamp(payload["event_time"]),
                "equity": float(equity),
                "pnl": float(equity - before),
                "daily_return": float(equity / before - 1),
                "fees": float(fees - paid.get(book, Decimal(0))),
                "drawdown": float(payload["drawdown"]),
                "gross_exposure": float(Decimal(payload["gross"]) / equity),
            }
        )
        previous[book], paid[book] = equity, fees
    return _frame(rows, PNL)


def slippage_table(fills: pd.DataFrame) -> pd.DataFrame:
    """One row a book and symbol, in the columns of SLIPPAGE: what trading cost against the decision's close and the next open.

    Implementation shortfall after Perold, J. Portfolio Management 14(3), 1988: paper portfolio at decision prices against the real one.
    """
    rows = []
    for (session, book, symbol), group in fills.groupby(["session_id", "book", "symbol"], sort=True):
        weights, notional = group["notional"], group["notional"].sum()
        to_decision, to_open = (
            float(np.average(group[name], weights=weights))
            for name in ("slippage_to_decision_bps", "slippage_to_open_bps")
        )
        sign = group["side"].map({"buy": 1.0, "sell": -1.0})
        paid = (sign * (group["price"] - group["decision_price"]) * group["quantity"]).sum()
        rows.append(
            {
                "session_id": session,
                "book": book,
                "symbol": symbol,
                "fills": len(group),
                "notional": float(notional),
                "slippage_to_decision_bps": to_decision,
                "slippage_to_open_bps": to_open,
                "commission_bps": float(group["commission"].sum() / notional * 10_000),
                "implementation_shortfall": float(paid + group["commission"].sum()),
            }
        )
    return _frame(rows, SLIPPAGE)


def _frame(rows: list[dict], schema: pa.Schema) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=schema.names) if rows else schema.empty_table().to_pandas()
