"""The port to the journal, and the kinds of entries with what each holds.

| kind          | payload |
|---------------|---------|
| session_start | settings, books {name: {version, digest, run_id, data, training, ...}}, data files {name: sha256}, start, end |
| bar           | event_time, closes {symbol: close} |
| decision      | event_time, symbols, features {name: [per symbol]}, exposure, targets, agents, allocation, version, digest |
| verdict       | order_id, symbol, side, asked, approved, verdicts [{code, action, quantity, limit, numbers}] |
| denial        | order_id, symbol, side, quantity, code, limit, numbers |
| intent        | order_id, symbol, side, quantity, price, target_weight, decided_at |
| submitted     | order_id (written before the order is sent) |
| ack           | order_id, broker_order_id |
| rejected      | order_id, reason |
| unknown       | order_id, reason (sent, but the broker's answer did not come) |
| fill          | fill_id, order_id, symbol, side, quantity, price, reference_price, arrival_price, slippage_bps, commission, notional |
| cancelled     | order_id, open_quantity |
| equity        | event_time, equity, cash, realized, unrealized, fees, drawdown, gross |
| session_end   | bars, books {name: {equity, cash, positions}}, reconciled |
"""

from datetime import datetime
from typing import Any, Literal, Protocol

Kind = Literal[
    "session_start",
    "bar",
    "decision",
    "verdict",
    "denial",
    "intent",
    "submitted",
    "ack",
    "rejected",
    "unknown",
    "fill",
    "cancelled",
    "equity",
    "session_end",
]


class Journal(Protocol):
    """Append-only record. What is appended is durable once `commit` has returned; nothing is acted on before that."""

    keeps: bool
    """False if entries are dropped, so that callers need not build them."""

    def append(self, time: datetime, book: str, kind: Kind, payload: dict[str, Any]) -> None:
        """Add an entry. Raises `StorageError` if it cannot be written; the runtime then stops trading."""

    def commit(self) -> None:
        """Make everything appended durable, as one group."""

    def close(self) -> None:
        """Commit and let go of the file."""
