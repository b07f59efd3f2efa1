"""Rewards in separable parts, so that a learning curve can say what the agent was paid for."""

from dataclasses import dataclass

import numpy as np

REWARD_SCALE = 100.0
"""Rewards are log returns in percent: values near one suit the value network."""


@dataclass(frozen=True)
class RewardWeights:
    """Weights of the penalties; log return net of costs always counts fully."""

    turnover: float = 0.0
    risk_aversion: float = 0.0


def reward_parts(
    equity_before: np.ndarray, equity_after: np.ndarray, notional: np.ndarray, weights: RewardWeights
) -> dict[str, np.ndarray]:
    """Parts of the reward, each of the input's shape and in percent; their sum is the reward.

    `log_return` is net of all costs. `turnover` is charged per unit of equity traded, beyond its cost. `risk` is
    `-risk_aversion / 2 * return²`, the quadratic utility's penalty.
    """
    log_return = np.log(np.maximum(equity_after, 1e-12) / equity_before)
    return {
        "log_return": REWARD_SCALE * log_return,
        "turnover": -REWARD_SCALE * weights.turnover * notional / equity_before,
        "risk": -REWARD_SCALE * 0.5 * weights.risk_aversion * log_return**2,
    }


def total(parts: dict[str, np.ndarray]) -> np.ndarray:
    """Sum of the parts."""
    return np.sum(list(parts.values()), axis=0)
