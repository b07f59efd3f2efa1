"""Mean reversion: buys what has fallen too far. Sees oscillators and volatility; a small turnover penalty curbs churning."""

from models.agents.specification import AgentSpec, Hyperparameters
from models.envs.rewards import RewardWeights

MEAN_REVERSION = AgentSpec(
    name="mean_reversion",
    families=("mean_reversion", "volatility"),
    action="target exposure of one instrument in [0, 1], or [-1, 1] where shorts are allowed",
    rewards=RewardWeights(risk_aversion=2.0, turnover=0.0002),
    defaults=Hyperparameters(gamma=0.9),
)
