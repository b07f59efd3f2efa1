"""The port to market data."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from trading_runtime.domain.market import MarketEvent


@dataclass(frozen=True)
class History:
    """What happened before the first event that is traded on: `bars` and the `context` known by the last of them."""

    bars: pd.DataFrame
    context: pd.DataFrame | None


class Feed(Protocol):
    """History first, to warm the features up; then events in time order, as they come."""

    symbols: tuple[str, ...]

    def history(self) -> History:
        """Everything before the first event that is traded on."""

    def events(self) -> AsyncIterator[MarketEvent]:
        """The events to trade on."""
