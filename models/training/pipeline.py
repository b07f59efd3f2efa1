"""The whole training: search, two agents, the meta-agent. One Ray for all of it; everything it needs comes as arguments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from models.agents.mean_reversion import MEAN_REVERSION
from models.agents.meta import META
from models.agents.momentum import MOMENTUM
from models.agents.specification import AgentSpec, Hyperparameters
from models.envs.meta_env import BatchedMetaEnv, MetaEnvConfig
from models.envs.trading_env import BatchedTradingEnv, EnvConfig
from models.market_arrays import MarketArrays, market_arrays
from models.policy_math import AgentNetwork, policy_limits
from models.scaler import fit_scaler
from models.training.ppo import Trained, train_ppo
from models.training.ray_session import ray_session
from models.training.tuning import Trial, best, search
from trading_runtime.errors import UserDataError
from trading_runtime.policy.bundle import Scaler
from trading_runtime.settings import Settings
from trading_runtime.simulation.costs import CostModel

VALIDATION_SHARE = 0.2
"""Last share of the training period on which the search's trials are scored; agents then train on all of it."""

SEARCH_SHARE = 4
"""A trial gets this fraction (1 in ...) of the steps that an agent gets."""

Progress = Callable[[str, int, int], None]
"""Called with (what, done, total) as work goes on."""


@dataclass(frozen=True)
class TrainedAgent:
    """One agent, ready for the policy: what it is, how it was trained, its network, the features it sees."""

    spec: AgentSpec
    parameters: Hyperparameters
    trained: Trained
    features: tuple[str, ...]


@dataclass(frozen=True)
class TrainingResult:
    """Everything that one training produces."""

    scaler: Scaler
    features: tuple[str, ...]
    trials: tuple[Trial, ...]
    agents: tuple[TrainedAgent, ...]
    meta: TrainedAgent


def agent_features(spec: AgentSpec, families: dict[str, str]) -> tuple[str, ...]:
    """Names of the features in the agent's families, in order. `families` maps feature to family, ordered."""
    names = tuple(name for name, family in families.items() if family in spec.families)
    if not names:
        raise UserDataError(f"agent {spec.name} has no features: families {spec.families} are not in the feature table")
    return names


def train_policies(
    frame: pd.DataFrame,
    families: dict[str, str],
    train_start: pd.Timestamp,
    train_end: pd.Timestamp,
    settings: Settings,
    progress: Progress = lambda what, done, total: None,
) -> TrainingResult:
    """Search, then train every agent on rows between `train_start` and `train_end` only.

    `frame` is the training frame; `families` maps its feature columns, in order, to their family. Same frame, settings and
    machine give the same weights. Raises `UserDataError` if there are too few bars.
    """
    names = list(families)
    learning, steps = settings.learning, settings.train_steps
    scaler = fit_scaler(frame, names, train_start, train_end)
    market = market_arrays(frame, names, scaler, train_start, train_end)
    singles = (MOMENTUM, MEAN_REVERSION)
    with ray_session(settings.services.ray_address) as scratch:
        config = _env_config(market, MOMENTUM, families, settings)
        fit, validate = _search_markets(frame, names, scaler, market)
        trials = search(
            MOMENTUM.defaults,
            replace(config, market=fit),
            replace(config, market=validate),
            settings.tune_trials,
            max(1, steps // SEARCH_SHARE),
            learning.seed,
            scratch,
            lambda done, total: progress("hyperparameters", done, total),
        )
        chosen = best(trials).parameters
        agents = []
        for index, spec in enumerate(singles):
            parameters = replace(spec.defaults, lr=chosen.lr, entropy=chosen.entropy)
            if spec is MOMENTUM:
                parameters = chosen
            env = _env_config(market, spec, families, settings)
            trained = train_ppo(
                lambda count, env=env: BatchedTradingEnv(env, count),  # type: ignore[misc]
                parameters,
                steps,
                learning.seed + index,
                scratch,
                lambda done, total, name=spec.name: progress(name, done, total),  # type: ignore[misc]
            )
            agents.append(TrainedAgent(spec, parameters, trained, agent_features(spec, families)))
        meta = _train_meta(market, tuple(agents), families, settings, scratch, progress)
    return TrainingResult(scaler, tuple(names), trials, tuple(agents), meta)


def _env_config(market: MarketArrays, spec: AgentSpec, families: dict[str, str], settings: Settings) -> EnvConfig:
    return EnvConfig(
        market=market,
        feature_columns=tuple(market.columns(agent_features(spec, families))),
        costs=CostModel.from_settings(settings.costs),
        allow_short=settings.risk.allow_short,
        capital=float(settings.trading.initial_cash),
        min_trade_weight=settings.risk.min_trade_weight,
        rewards=spec.rewards,
    )


def _search_markets(
    frame: pd.DataFrame, names: list[str], scaler: Scaler, market: MarketArrays
) -> tuple[MarketArrays, MarketArrays]:
    """The training period's first part, and its last; the whole of it for both where it is too short to cut."""
    cut = int(len(market.times) * (1 - VALIDATION_SHARE))
    if cut < 3 or len(market.times) - cut < 3:
        return market, market
    times = pd.DatetimeIndex(market.times).tz_localize("UTC")
    fit = market_arrays(frame, names, scaler, times[0], times[cut - 1])
    validate = market_arrays(frame, names, scaler, times[cut], times[-1])
    if min(fit.bars_of.max(initial=0), validate.bars_of.max(initial=0)) < 3:
        return market, market
    return fit, validate


def _train_meta(
    market: MarketArrays,
    agents: tuple[TrainedAgent, ...],
    families: dict[str, str],
    settings: Settings,
    scratch: Path,
    progress: Progress,
) -> TrainedAgent:
    features = agent_features(META, families)
    config = MetaEnvConfig(
        market=market,
        agents=tuple(AgentNetwork(a.spec.name, tuple(market.columns(a.features)), a.trained.network) for a in agents),
        context_columns=tuple(market.columns(features)),
        costs=CostModel.from_settings(settings.costs),
        limits=policy_limits(settings),
        capital=float(settings.trading.initial_cash),
        min_trade_weight=settings.risk.min_trade_weight,
        rewards=META.rewards,
    )
    trained = train_ppo(
        lambda count: BatchedMetaEnv(config, count),
        META.defaults,
        settings.train_steps,
        settings.learning.seed + len(agents),
        scratch,
        lambda done, total: progress(META.name, done, total),
    )
    return TrainedAgent(META, META.defaults, trained, features)
