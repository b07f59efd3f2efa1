"""A training in MLflow: one parent run, one nested run a trial and an agent."""

from typing import Any

from models.tracking import experiment_id, mlflow_errors
from models.training.pipeline import TrainedAgent, TrainingResult
from models.training.tuning import as_params
from trading_runtime.settings import Settings


def log_training(client: Any, settings: Settings, result: TrainingResult, tags: dict[str, str]) -> dict[str, str]:
    """Log everything; returns run ids by name: `training`, `trial_0`, ..., and each agent's name."""
    from mlflow.entities import Metric

    experiment = experiment_id(client, settings)
    runs: dict[str, str] = {}

    def run(name: str, params: dict[str, str], metrics: list[tuple[str, float, int]]) -> None:
        nested = {"mlflow.parentRunId": runs["training"]} if runs else {}
        started = client.create_run(experiment, run_name=name, tags=tags | nested | {"leadline.part": name})
        runs[name] = started.info.run_id
        at = started.info.start_time
        for key, value in params.items():
            client.log_param(started.info.run_id, key, value)
        client.log_batch(started.info.run_id, [Metric(key, value, at, step) for key, value, step in metrics])
        client.set_terminated(started.info.run_id)

    with mlflow_errors(settings):
        run(
            "training",
            {"profile": settings.profile, "steps": str(settings.train_steps), "seed": str(settings.learning.seed)},
            [("best_trial_score", max(trial.score for trial in result.trials), 0)],
        )
        for index, trial in enumerate(result.trials):
            run(f"trial_{index}", as_params(trial.parameters), [("score", trial.score, 0)])
        for agent in (*result.agents, result.meta):
            run(agent.spec.name, as_params(agent.parameters), _curve(agent))
    return runs


def _curve(agent: TrainedAgent) -> list[tuple[str, float, int]]:
    values = []
    for point in agent.trained.curve:
        for name in ("episode_return", "loss", "entropy"):
            value = getattr(point, name)
            if value == value:
                values.append((name, value, point.steps))
    return values
