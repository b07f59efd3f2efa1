"""Momentum: holds what has been going up. Sees trend, momentum and volume; pays a little for risk, nothing extra for turnover."""

from models.agents.specification import AgentSpec, Hyperparameters
from models.envs.rewards import RewardWeights

MOMENTUM = AgentSpec(
    name="momentum",
    families=("trend", "momentum", "volume"),
    action="target exposure of one instrument in [0, 1], or [-1, 1] where shorts are allowed",
    rewards=RewardWeights(risk_aversion=2.0),
    defaults=Hyperparameters(),
)
