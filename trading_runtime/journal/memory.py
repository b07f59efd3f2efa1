"""A journal in memory for backtests; by default it drops its entries, so that memory does not grow with the bars."""

from datetime import datetime
from typing import Any

from trading_runtime.journal.journal import Kind


class MemoryJournal:
    """Keeps entries as tuples (time, book, kind, payload) when `keeps` is set."""

    def __init__(self, keeps: bool = False) -> None:
        self.keeps = keeps
        self.entries: list[tuple[datetime, str, Kind, dict[str, Any]]] = []

    def append(self, time: datetime, book: str, kind: Kind, payload: dict[str, Any]) -> None:
        """Keep or drop an entry."""
        if self.keeps:
            self.entries.append((time, book, kind, payload))

    def commit(self) -> None:
        """Nothing to do: memory is as durable as it gets."""

    def close(self) -> None:
        """Nothing to let go of."""
