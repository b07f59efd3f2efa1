"""The simulator for the meta-agent, batched: portfolios of all instruments over random windows.

Observation: averages over the instruments (context features, each agent's proposal) and gross exposure. Action: one logit for
each agent and one for cash. The agents are fixed; their proposals follow the portfolio's exposure as they do in the
exported policy. Reward: the portfolio's log return net of costs.
"""

from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

from models import policy_math
from models.envs.accounting import rebalance
from models.envs.rewards import RewardWeights, reward_parts, total
from models.envs.trading_env import RUIN
from models.envs.windows import PanelWindows, window_length
from models.market_arrays import MarketArrays
from models.policy_math import AgentNetwork, PolicyLimits
from models.scaler import CLIP
from trading_runtime.simulation.costs import CostModel


@dataclass(frozen=True)
class MetaEnvConfig:
    """What a meta environment is: data, fixed agents, context columns, costs, limits and rewards."""

    market: MarketArrays
    agents: tuple[AgentNetwork, ...]
    context_columns: tuple[int, ...]
    costs: CostModel
    limits: PolicyLimits
    window: int = 128
    capital: float = 100_000.0
    min_trade_weight: float = 0.01
    rewards: RewardWeights = field(default_factory=RewardWeights)


class BatchedMetaEnv(gym.vector.VectorEnv):
    """Gymnasium vector environment over whole portfolios."""

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(self, config: MetaEnvConfig, num_envs: int = 1, report: bool = False):
        """`report` puts equity, cost and the reward's parts into the infos."""
        self.config = config
        self.report = report
        self.num_envs = num_envs
        self.length = window_length(config.market, config.window)
        self.windows = PanelWindows(config.market, self.length)
        shape = (num_envs, len(config.market.symbols))
        size = len(config.context_columns) + len(config.agents) + 1
        self.single_observation_space = gym.spaces.Box(-CLIP, CLIP, (size,), np.float32)
        self.single_action_space = gym.spaces.Box(-1.0, 1.0, (len(config.agents) + 1,), np.float32)
        self.observation_space = gym.vector.utils.batch_space(self.single_observation_space, num_envs)
        self.action_space = gym.vector.utils.batch_space(self.single_action_space, num_envs)
        self.rng = np.random.default_rng(0)
        self.row = np.zeros(num_envs, dtype=int)
        self.left = np.zeros(num_envs, dtype=int)
        self.quantity = np.zeros(shape)
        self.cash = np.full(num_envs, config.capital)
        self.finished = np.zeros(num_envs, dtype=bool)
        self.proposed = np.zeros((*shape, len(config.agents)), dtype=np.float32)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Start every portfolio in cash on a new random window."""
        if seed is not None:
            self.rng = np.random.default_rng(seed if isinstance(seed, int) else [s or 0 for s in seed])
        self._begin(np.ones(self.num_envs, dtype=bool))
        return self._observe(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Trade one bar. A portfolio that ended in the step before is reset instead; its reward is then 0."""
        config, market, restarting = self.config, self.config.market, self.finished.copy()
        close, mask = market.close[self.row], market.tradable[self.row]
        following = np.minimum(self.row + 1, len(market.times) - 1)
        equity = self._equity(close)
        shares = policy_math.allocation(np.asarray(actions, dtype=float))
        target = policy_math.portfolio_weights(shares, self.proposed, mask, config.limits)
        held = self.quantity * np.nan_to_num(close) / equity[:, None]
        fills = rebalance(
            self.quantity,
            np.where(mask, target, held),
            equity[:, None],
            close,
            np.where(mask, market.open[following], np.nan),
            market.volume[following],
            config.costs,
            config.min_trade_weight,
        )
        self.quantity, self.cash = fills.quantity, self.cash + fills.cash_flow.sum(axis=1)
        after = self._equity(market.close[following])
        parts = reward_parts(equity, after, fills.notional.sum(axis=1), config.rewards)
        self.row, self.left = following, self.left - 1
        terminated = (after < RUIN * config.capital) & ~restarting
        truncated = (self.left <= 0) & ~terminated & ~restarting
        self.finished = terminated | truncated
        rewards = np.where(restarting, 0.0, total(parts))
        self._begin(restarting)
        infos: dict[str, Any] = {"equity": after, "cost": fills.cost.sum(axis=1), **parts} if self.report else {}
        return self._observe(), rewards, terminated, truncated, infos

    def _begin(self, which: np.ndarray) -> None:
        count = int(which.sum())
        if count:
            self.row[which] = self.windows.draw(count, self.rng)
            self.left[which] = self.length
            self.quantity = np.where(which[:, None], 0.0, self.quantity)
            self.cash = np.where(which, self.config.capital, self.cash)
            self.finished[which] = False

    def _equity(self, close: np.ndarray) -> np.ndarray:
        return self.cash + (self.quantity * np.nan_to_num(close)).sum(axis=1)

    def _observe(self) -> np.ndarray:
        config, market = self.config, self.config.market
        features, mask = market.features[self.row], market.tradable[self.row].astype(np.float32)
        close = np.nan_to_num(market.close[self.row])
        exposure = self.quantity * close / np.maximum(self._equity(close), 1e-9)[:, None]
        self.proposed = policy_math.proposals(config.agents, features, exposure, mask, config.limits)
        observed = policy_math.meta_observation(features, config.context_columns, self.proposed, exposure, mask)
        return np.clip(observed, -CLIP, CLIP)
