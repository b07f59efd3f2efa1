"""The meta-agent: allocates capital among the other agents and cash. Sees market-wide averages, not single instruments."""

from models.agents.specification import AgentSpec, Hyperparameters
from models.envs.rewards import RewardWeights

META = AgentSpec(
    name="meta",
    families=("volatility", "cross_asset", "macro"),
    action="three logits: capital shares of momentum, mean reversion and cash",
    rewards=RewardWeights(risk_aversion=4.0),
    defaults=Hyperparameters(num_envs=32, train_batch=4096),
)
