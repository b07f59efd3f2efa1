"""What an agent is. Each agent is one file beside this one; adding an agent is adding such a file."""

from dataclasses import dataclass, field

from models.envs.rewards import RewardWeights


@dataclass(frozen=True)
class Hyperparameters:
    """PPO's parameters (Schulman et al. 2017), with RLlib's names in `models.training.ppo`."""

    lr: float = 5e-4
    gamma: float = 0.97
    gae_lambda: float = 0.95
    clip: float = 0.2
    entropy: float = 0.0
    epochs: int = 4
    minibatch: int = 512
    train_batch: int = 4096
    num_envs: int = 64
    hidden: tuple[int, int] = (64, 64)


@dataclass(frozen=True)
class AgentSpec:
    """One agent: what it observes (feature families), how it is paid, how it learns. `action` describes its output."""

    name: str
    families: tuple[str, ...]
    action: str
    algorithm: str = "PPO"
    rewards: RewardWeights = field(default_factory=RewardWeights)
    defaults: Hyperparameters = field(default_factory=Hyperparameters)
