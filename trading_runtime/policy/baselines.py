"""Baselines that every policy is compared with: they look at no feature, and trade through the same engine and costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trading_runtime.policy.policy import Array, PolicyOutput


@dataclass(frozen=True)
class BuyAndHold:
    """Equal shares of what can be traded at the first bar, then never another order."""

    instruments: Sequence[str]
    features: Sequence[str] = ()

    def decide(self, features: Array, exposure: Array, mask: Array) -> PolicyOutput:
        """Once anything is held, the target is what is held."""
        if np.any(exposure):
            return PolicyOutput(exposure.copy())
        return PolicyOutput(mask / mask.sum() if mask.any() else np.zeros_like(mask))


@dataclass(frozen=True)
class EqualWeight:
    """Equal shares of all instruments that trade or are held, rebalanced at every bar (inside the no-trade band)."""

    instruments: Sequence[str]
    features: Sequence[str] = ()

    def decide(self, features: Array, exposure: Array, mask: Array) -> PolicyOutput:
        """1 / number of active instruments each."""
        active = ((mask > 0) | (exposure != 0)).astype(float)
        return PolicyOutput(active / active.sum() if active.any() else active)


def baselines(instruments: Sequence[str]) -> dict[str, BuyAndHold | EqualWeight]:
    """Both baselines over one universe, by the names that reports use."""
    return {"buy_and_hold": BuyAndHold(instruments), "equal_weight": EqualWeight(instruments)}
