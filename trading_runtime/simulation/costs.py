"""The cost of a fill: half spread, square-root impact and commission.

The same function serves scalars (paper broker, backtest) and arrays (training environments), so that a policy is trained
under the costs it will be charged. Impact follows the square-root law (Almgren, Thum, Hauptmann and Li 2005;
Gatheral 2010): the price moves by `impact_bps * sqrt(quantity / bar volume)`.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trading_runtime.settings import CostSettings

BPS = 1e-4


@dataclass(frozen=True)
class CostModel:
    """Costs in basis points; see `trading_runtime.settings.CostSettings` for the meaning of each field."""

    half_spread_bps: float
    commission_bps: float
    impact_bps: float

    @classmethod
    def from_settings(cls, settings: CostSettings) -> "CostModel":
        """The cost model that the settings describe."""
        return cls(settings.half_spread_bps, settings.commission_bps, settings.impact_bps)

    def stressed(self, multiple: float) -> "CostModel":
        """The same model with every cost multiplied."""
        return CostModel(*(value * multiple for value in asdict(self).values()))

    def slippage_rate(self, quantity: Any, volume: Any) -> Any:
        """Adverse price move as a fraction of price, for absolute `quantity` out of a bar's `volume` (same shape, units).

        Where the volume is unknown (nan or zero) participation is taken as zero: only the spread is charged.
        """
        volume = np.asarray(volume, dtype=float)
        known = np.isfinite(volume) & (volume > 0)
        participation = np.where(known, np.abs(quantity) / np.where(known, volume, 1.0), 0.0)
        return (self.half_spread_bps + self.impact_bps * np.sqrt(np.minimum(participation, 1.0))) * BPS

    def fill_price(self, reference: Any, side: Any, quantity: Any, volume: Any) -> Any:
        """Price paid or received: `reference` moved against `side` (+1 buy, -1 sell) by the slippage rate."""
        return reference * (1.0 + side * self.slippage_rate(quantity, volume))

    def commission(self, notional: Any) -> Any:
        """Commission in account currency on an absolute traded notional."""
        return np.abs(notional) * self.commission_bps * BPS
