"""Random windows: where each episode starts. Drawn from one generator, so a seed fixes them all."""

import numpy as np

from models.market_arrays import MarketArrays
from trading_runtime.errors import UserDataError


def window_length(market: MarketArrays, wanted: int) -> int:
    """The wanted window, shortened to what the longest instrument allows. Raises `UserDataError` if under two bars."""
    longest = int(market.bars_of.max(initial=0))
    if longest < 3:
        raise UserDataError(
            f"training needs at least 3 bars of one instrument, the longest has {longest}: add more bars"
        )
    return min(wanted, longest - 1)


class InstrumentWindows:
    """Windows over one instrument's own bars. `rows[i]` are the row numbers in the market at which instrument i has a bar."""

    def __init__(self, market: MarketArrays, length: int):
        self.length = length
        self.rows = [np.flatnonzero(market.tradable[:, i]) for i in range(len(market.symbols))]
        counts = np.array([len(rows) - length for rows in self.rows])
        self.instruments = np.flatnonzero(counts > 0)
        self.starts = counts[self.instruments]
        self.share = self.starts / self.starts.sum()

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Instruments [count] and rows [count, length + 1]: each start is as likely as any other."""
        picks = rng.choice(len(self.instruments), size=count, p=self.share)
        starts = (rng.random(count) * self.starts[picks]).astype(int)
        instruments = self.instruments[picks]
        rows = [self.rows[i][s : s + self.length + 1] for i, s in zip(instruments, starts, strict=True)]
        return instruments, np.stack(rows)


class PanelWindows:
    """Windows over all instruments at once, starting where at least one of them can be traded."""

    def __init__(self, market: MarketArrays, length: int):
        self.length = length
        usable = np.isfinite(market.close[: len(market.times) - length]).any(axis=1)
        self.starts = np.flatnonzero(usable)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Start rows, int [count]."""
        return rng.choice(self.starts, size=count)
