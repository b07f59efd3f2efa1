"""How good a policy is without exploration: the same fixed windows for every candidate."""

import gymnasium as gym
import numpy as np

from models.envs.rewards import REWARD_SCALE
from models.networks import Network

SEED = 12_345
EPISODES = 64


def mean_reward(env: gym.vector.VectorEnv, network: Network, steps: int) -> float:
    """Mean reward a step (log return net of costs and penalties, not percent) of the deterministic policy.

    The environment is reset with a fixed seed, so every network meets the same windows.
    """
    observations, _ = env.reset(seed=SEED)
    rewards = []
    for _ in range(steps):
        observations, reward, *_ = env.step(network.forward(observations))
        rewards.append(reward)
    return float(np.mean(rewards)) / REWARD_SCALE
