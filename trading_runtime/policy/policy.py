"""What a policy is to the runtime."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PolicyOutput:
    """`weights` [n] target shares of equity; `agents` [n, K] what each agent alone would hold; `allocation` [K + 1]
    capital shares of the agents, the last one cash."""

    weights: Array
    agents: Array | None = None
    allocation: Array | None = None


class Policy(Protocol):
    """Targets from features. `instruments` fixes the order of rows, `features` that of columns."""

    @property
    def instruments(self) -> Sequence[str]:
        """Symbols, n of them."""

    @property
    def features(self) -> Sequence[str]:
        """Names in feature_repo's catalogue, F of them; empty if the policy looks at none."""

    def decide(self, features: Array, exposure: Array, mask: Array) -> PolicyOutput:
        """`features` [n, F] raw, NaN where unknown; `exposure` [n] shares of equity held; `mask` [n] 1 where tradable."""
