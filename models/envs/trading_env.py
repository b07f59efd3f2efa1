"""The simulator for one-instrument agents, batched: every sub-environment is one instrument over a random window.

Observation: the agent's scaled features and the current exposure. Action in [-1, 1]: the target exposure, mapped to
[0, 1] when long only. Decided at the close of bar t, filled at the open of t + 1, valued at its close.
"""

from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

from models.envs.accounting import rebalance
from models.envs.rewards import RewardWeights, reward_parts, total
from models.envs.windows import InstrumentWindows, window_length
from models.market_arrays import MarketArrays
from models.scaler import CLIP
from trading_runtime.simulation.costs import CostModel

RUIN = 0.05
"""An episode ends when equity falls below this share of the start."""


@dataclass(frozen=True)
class EnvConfig:
    """What a trading environment is: data, the columns seen, costs, limits and rewards."""

    market: MarketArrays
    feature_columns: tuple[int, ...]
    costs: CostModel
    allow_short: bool = False
    window: int = 128
    capital: float = 100_000.0
    min_trade_weight: float = 0.01
    rewards: RewardWeights = field(default_factory=RewardWeights)


class BatchedTradingEnv(gym.vector.VectorEnv):
    """Gymnasium vector environment. All sub-environments share the data; only positions and windows are their own."""

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(self, config: EnvConfig, num_envs: int = 1, report: bool = False):
        """`report` puts equity, cost and the reward's parts into the infos; training leaves it off, it costs time."""
        self.config = config
        self.report = report
        self.num_envs = num_envs
        self.length = window_length(config.market, config.window)
        self.windows = InstrumentWindows(config.market, self.length)
        self.columns = np.asarray(config.feature_columns, dtype=int)
        size = len(self.columns) + 1
        self.single_observation_space = gym.spaces.Box(-CLIP, CLIP, (size,), np.float32)
        self.single_action_space = gym.spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.observation_space = gym.vector.utils.batch_space(self.single_observation_space, num_envs)
        self.action_space = gym.vector.utils.batch_space(self.single_action_space, num_envs)
        self.rng = np.random.default_rng(0)
        self.instrument = np.zeros(num_envs, dtype=int)
        self.rows = np.zeros((num_envs, self.length + 1), dtype=int)
        self.step_index = np.zeros(num_envs, dtype=int)
        self.quantity = np.zeros(num_envs)
        self.cash = np.full(num_envs, config.capital)
        self.finished = np.zeros(num_envs, dtype=bool)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Start every sub-environment on a new random window."""
        if seed is not None:
            self.rng = np.random.default_rng(seed if isinstance(seed, int) else [s or 0 for s in seed])
        self._begin(np.ones(self.num_envs, dtype=bool))
        return self._observe(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Trade one bar. A sub-environment that ended in the step before is reset instead; its reward is then 0."""
        market, restarting = self.config.market, self.finished.copy()
        here, bar = self._bar(), self._bar(1)
        close = market.close[here, self.instrument]
        equity = self.cash + self.quantity * close
        fills = rebalance(
            self.quantity,
            self.target(np.asarray(actions, dtype=float).reshape(self.num_envs)),
            equity,
            close,
            market.open[bar, self.instrument],
            market.volume[bar, self.instrument],
            self.config.costs,
            self.config.min_trade_weight,
        )
        self.quantity, self.cash = fills.quantity, self.cash + fills.cash_flow
        after = self.cash + self.quantity * market.close[bar, self.instrument]
        parts = reward_parts(equity, after, fills.notional, self.config.rewards)
        self.step_index = np.minimum(self.step_index + 1, self.length)
        terminated = (after < RUIN * self.config.capital) & ~restarting
        truncated = (self.step_index >= self.length) & ~terminated & ~restarting
        self.finished = terminated | truncated
        rewards = np.where(restarting, 0.0, total(parts))
        self._begin(restarting)
        infos: dict[str, Any] = {"equity": after, "cost": fills.cost, **parts} if self.report else {}
        return self._observe(), rewards, terminated, truncated, infos

    def target(self, action: np.ndarray) -> np.ndarray:
        """Target exposure of an action: [-1, 1] as it is, or mapped to [0, 1] when long only."""
        clipped = np.clip(action, -1.0, 1.0)
        return clipped if self.config.allow_short else (clipped + 1.0) / 2.0

    def _begin(self, which: np.ndarray) -> None:
        count = int(which.sum())
        if count:
            self.instrument[which], self.rows[which] = self.windows.draw(count, self.rng)
            self.step_index[which] = 0
            self.quantity = np.where(which, 0.0, self.quantity)
            self.cash = np.where(which, self.config.capital, self.cash)
            self.finished[which] = False

    def _bar(self, ahead: int = 0) -> np.ndarray:
        return self.rows[np.arange(self.num_envs), np.minimum(self.step_index + ahead, self.length)]

    def _close(self) -> np.ndarray:
        return self.config.market.close[self._bar(), self.instrument]

    def _observe(self) -> np.ndarray:
        value = self.quantity * self._close()
        exposure = np.clip(value / np.maximum(self.cash + value, 1e-9), -CLIP, CLIP)
        seen = self.config.market.features[self._bar()[:, None], self.instrument[:, None], self.columns[None, :]]
        return np.concatenate([seen, exposure[:, None]], axis=1, dtype=np.float32)
