"""The batched environments as plain Gymnasium environments of one, for checkers and other libraries."""

from typing import Any

import gymnasium as gym
import numpy as np


class SingleEnv(gym.Env):
    """A view of a vector environment with `num_envs == 1`; its seed and its arithmetic are the batch's own."""

    metadata = {"render_modes": []}

    def __init__(self, batched: gym.vector.VectorEnv):
        if batched.num_envs != 1:
            raise ValueError(f"a single environment wraps a batch of one, got {batched.num_envs}")
        self.batched = batched
        self.observation_space = batched.single_observation_space
        self.action_space = batched.single_action_space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Start on a new random window."""
        super().reset(seed=seed)
        observations, _ = self.batched.reset(seed=seed, options=options)
        return observations[0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Trade one bar."""
        observations, rewards, terminated, truncated, infos = self.batched.step(np.asarray(action)[None])
        info = {name: float(values[0]) for name, values in infos.items()}
        return observations[0], float(rewards[0]), bool(terminated[0]), bool(truncated[0]), info
