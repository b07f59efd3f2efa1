"""How the agents' proposals become portfolio weights. The torch module in `policy_network` is the same formula for export."""

from dataclasses import dataclass

import numpy as np

from models.networks import Network
from trading_runtime.settings import Settings

LOGIT_SCALE = 3.0
"""The meta-agent's actions in [-1, 1] times this are the logits, so that one agent can get about 99.5% of the capital."""


@dataclass(frozen=True)
class PolicyLimits:
    """Limits the weights respect before the runtime's own risk checks."""

    max_gross: float
    max_weight: float
    allow_short: bool


def policy_limits(settings: Settings) -> PolicyLimits:
    """The limits that the settings ask for."""
    risk = settings.risk
    return PolicyLimits(risk.max_gross_leverage, risk.max_position_weight, risk.allow_short)


@dataclass(frozen=True)
class AgentNetwork:
    """One agent: its network and the columns of the feature matrix it sees."""

    name: str
    columns: tuple[int, ...]
    network: Network


def proposals(
    agents: tuple[AgentNetwork, ...],
    features: np.ndarray,
    exposure: np.ndarray,
    mask: np.ndarray,
    limits: PolicyLimits,
) -> np.ndarray:
    """What each agent would hold of each instrument's share of capital, in [0, 1] or [-1, 1]: [..., n, K].

    features [..., n, F], exposure and mask [..., n]. The agents were trained on one instrument with all capital, so the
    portfolio's exposure is shown to them in units of the instrument's equal share.
    """
    own = own_exposure(exposure, mask, limits)[..., None]
    actions = [agent.network.forward(np.concatenate([features[..., agent.columns], own], axis=-1)) for agent in agents]
    stacked = np.concatenate(actions, axis=-1)
    return (stacked if limits.allow_short else (stacked + 1.0) / 2.0) * mask[..., None]


def own_exposure(exposure: np.ndarray, mask: np.ndarray, limits: PolicyLimits) -> np.ndarray:
    """Exposure [..., n] in units of an instrument's equal share of the capital, within [-1, 1]."""
    return np.clip(exposure * active(mask) / limits.max_gross, -1.0, 1.0).astype(np.float32)


def active(mask: np.ndarray) -> np.ndarray:
    """Number of tradable instruments, at least 1: [..., 1]."""
    return np.maximum(mask.sum(axis=-1, keepdims=True), 1.0)


def meta_observation(
    features: np.ndarray, columns: tuple[int, ...], proposed: np.ndarray, exposure: np.ndarray, mask: np.ndarray
) -> np.ndarray:
    """Masked means of the context features and of each agent's proposal, and gross exposure: float32 [..., C + K + 1]."""
    count = active(mask)
    context = (features[..., columns] * mask[..., None]).sum(axis=-2) / count
    mean = proposed.sum(axis=-2) / count
    gross = np.minimum(np.abs(exposure).sum(axis=-1, keepdims=True), 5.0)
    return np.concatenate([context, mean, gross], axis=-1).astype(np.float32)


def allocation(action: np.ndarray) -> np.ndarray:
    """Capital shares [..., K + 1] (the last one cash) from the meta-agent's action in [-1, 1]."""
    logits = LOGIT_SCALE * np.clip(action, -1.0, 1.0)
    exponent = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponent / exponent.sum(axis=-1, keepdims=True)


def portfolio_weights(shares: np.ndarray, proposed: np.ndarray, mask: np.ndarray, limits: PolicyLimits) -> np.ndarray:
    """Target weights [..., n]: each instrument gets an equal share of `max_gross`, capped at `max_weight`."""
    mixed = (proposed * shares[..., None, :-1]).sum(axis=-1) / active(mask) * limits.max_gross
    return np.clip(mixed, -limits.max_weight, limits.max_weight)
