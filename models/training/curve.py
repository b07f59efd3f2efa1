"""Learning curves: one point an iteration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CurvePoint:
    """One iteration of training: steps done, mean episode reward (percent, exploration included), policy loss, entropy."""

    steps: int
    episode_return: float
    loss: float
    entropy: float
