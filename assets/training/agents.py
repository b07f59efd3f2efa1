"""The training step: one Ray session, four assets."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import OWNER, picture, settings_version
from assets.resources import LeadlineResource
from assets.training.progress import step_log
from trading_runtime.settings import Settings

GROUP = "training"
DEPS = ["training_frame", "dataset_splits"]
TAGS = {"layer": "learning"}
_SETTINGS = Settings()
CODE_VERSION = "1-" + settings_version(
    _SETTINGS.learning,
    _SETTINGS.costs,
    _SETTINGS.risk,
    _SETTINGS.trading.initial_cash,
    _SETTINGS.train_steps,
    _SETTINGS.tune_trials,
)

HYPERPARAMETERS = """Learning rate, entropy bonus and discount of PPO, chosen by a small Ray Tune search.

One row a trial, scored by the mean reward a bar of the deterministic policy on the last fifth of the training period (the
evaluation period is not touched). Trials are nested runs in MLflow. Used by the agents."""

MOMENTUM_AGENT = """The momentum agent: PPO on trend, momentum and volume features of one instrument at a time.

Weights of a small network that answers a target exposure for an instrument. Trained in the simulator under the costs and limits
of trading, on the training period only. Used by the meta-agent and the policy."""

MEAN_REVERSION_AGENT = """The mean-reversion agent: PPO on oscillators and volatility of one instrument at a time.

Weights of a small network that answers a target exposure for an instrument. Trained in the simulator under the costs and limits
of trading, on the training period only. Used by the meta-agent and the policy."""

META_AGENT = """The meta-agent: PPO that shares capital among the other agents and cash; and the assembled policy.

Sees averages over all instruments. Beside its weights lies `policy.onnx`: agents, meta-agent and limits in one network, which
the evaluation judges and the runtime trades."""


def _spec(key: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=DEPS,
        description=description,
        group_name=GROUP,
        kinds={"ray", "pytorch", "mlflow"},
        owners=[OWNER],
        tags=TAGS,
        code_version=CODE_VERSION,
    )


@dg.multi_asset(
    name="train_agents",
    specs=[
        _spec("hyperparameters", HYPERPARAMETERS),
        _spec("momentum_agent", MOMENTUM_AGENT),
        _spec("mean_reversion_agent", MEAN_REVERSION_AGENT),
        _spec("meta_agent", META_AGENT),
    ],
)
def train_agents(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> Iterator[dg.MaterializeResult]:
    """Search, two agents and the meta-agent in one process, so that Ray and RLlib start once."""
    from feature_repo.catalogue import FEATURES
    from models.evaluation.pictures import learning_curve
    from models.tracking import open_client
    from models.training.mlflow_log import log_training
    from models.training.pipeline import train_policies
    from models.training.storage import save_agent, save_policy
    from trading_runtime.files import canonical_json, sha256_text, write_json

    settings, lake = leadline.settings, leadline.lake
    client = open_client(settings)  # before training: an unreachable store is found out now
    frame = lake.read("learning", "training_frame")
    splits = json.loads((lake.folder("learning", "dataset_splits") / "splits.json").read_text())
    result = train_policies(
        frame,
        {feature.name: feature.family for feature in FEATURES},
        pd.Timestamp(splits["train_start"]),
        pd.Timestamp(splits["train_end"]),
        settings,
        step_log(context.log),
    )
    runs = log_training(client, settings, result, {"universe": settings.universe, "dagster_run": context.run.run_id})

    root = lake.folder("learning", "agents")
    trials = [{"score": trial.score, **vars(trial.parameters)} for trial in result.trials]
    write_json(root / "hyperparameters.json", {"trials": trials})
    best = max(result.trials, key=lambda trial: trial.score)
    yield dg.MaterializeResult(
        asset_key="hyperparameters",
        metadata={
            "trials": len(trials),
            "best_score": best.score,
            "lr": best.parameters.lr,
            "entropy": best.parameters.entropy,
            "gamma": best.parameters.gamma,
            "mlflow_run": runs["training"],
        },
        data_version=dg.DataVersion(sha256_text(canonical_json(trials))),
    )
    for index, agent in enumerate((*result.agents, result.meta)):
        name = agent.spec.name
        version = save_agent(root / name, agent, settings.train_steps, settings.learning.seed + index)
        known = [p.episode_return for p in agent.trained.curve if p.episode_return == p.episode_return]
        metadata: dict[str, Any] = {
            "learning_curve": picture(learning_curve(agent.trained.curve, f"{name}: reward an episode")),
            "reward_first": known[0] if known else 0.0,
            "reward_last": known[-1] if known else 0.0,
            "steps": agent.trained.curve[-1].steps,
            "features": list(agent.features),
            "mlflow_run": runs[name],
        }
        if agent is result.meta:
            version = save_policy(root / name, result, settings)
            metadata["policy_sha256"] = version
        yield dg.MaterializeResult(asset_key=f"{name}_agent", metadata=metadata, data_version=dg.DataVersion(version))
