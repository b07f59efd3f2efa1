"""One small hyper-parameter search with Ray Tune, on training data only: its last part validates."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from models.agents.specification import Hyperparameters
from models.envs.trading_env import BatchedTradingEnv, EnvConfig
from models.training.ppo import train_ppo
from models.training.validation import EPISODES, mean_reward

LEARNING_RATES = (1e-4, 2e-3)
ENTROPIES = (0.0, 0.003, 0.01)
GAMMAS = (0.9, 0.95, 0.97, 0.99)

_displays: dict[str, Callable[[int, int], None]] = {}
"""Progress displays of this process by key."""


@dataclass(frozen=True)
class Trial:
    """One trial: what was tried, and its mean reward a step on the validation part (log return units)."""

    parameters: Hyperparameters
    score: float


def _trial(
    config: dict[str, Any],
    base: Hyperparameters,
    fit: EnvConfig,
    validate: EnvConfig,
    steps: int,
    seed: int,
) -> None:
    """Runs in Tune's actor: train, then report the score of the deterministic policy."""
    import tempfile

    from ray import tune

    with tempfile.TemporaryDirectory(prefix="ll-trial-") as scratch:
        parameters = replace(base, **config)
        trained = train_ppo(lambda count: BatchedTradingEnv(fit, count), parameters, steps, seed, Path(scratch))
    env = BatchedTradingEnv(validate, EPISODES)
    tune.report({"score": mean_reward(env, trained.network, env.length)})


def _progress_callback(total: int, progress: Callable[[int, int], None]) -> Any:
    """Counts trials as they end. Tune pickles its callbacks and a progress display cannot be, so the display stays outside."""
    from ray import tune

    key = f"search-{len(_displays)}"
    _displays[key] = progress

    class Progress(tune.Callback):
        done = 0

        def on_trial_complete(self, iteration: int, trials: list[Any], trial: Any, **info: Any) -> None:
            from models.training import tuning

            self.done += 1
            tuning._displays[key](self.done, total)

    return Progress()


def search(
    base: Hyperparameters,
    fit: EnvConfig,
    validate: EnvConfig,
    trials: int,
    steps: int,
    seed: int,
    scratch: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Trial, ...]:
    """Trials in order, the defaults first; inside a running Ray. One actor serves them all, so imports are paid once.

    Raises `RuntimeError` with the first trial's error if one failed.
    """
    from ray import tune
    from ray.tune.logger import JsonLoggerCallback
    from ray.tune.search.basic_variant import BasicVariantGenerator

    searched = {"lr": base.lr, "entropy": base.entropy, "gamma": base.gamma}
    space = {
        "lr": tune.loguniform(*LEARNING_RATES),
        "entropy": tune.choice(ENTROPIES),
        "gamma": tune.choice(GAMMAS),
    }
    generator = BasicVariantGenerator(points_to_evaluate=[searched], random_state=seed, max_concurrent=1)
    trainable = tune.with_parameters(_trial, base=base, fit=fit, validate=validate, steps=steps, seed=seed)
    results = tune.Tuner(
        tune.with_resources(trainable, {"cpu": 1}),
        param_space=space,
        tune_config=tune.TuneConfig(
            num_samples=trials, search_alg=generator, metric="score", mode="max", reuse_actors=True
        ),
        run_config=tune.RunConfig(
            name="search",
            storage_path=str(scratch / "tune"),
            verbose=0,
            callbacks=[_progress_callback(trials, progress), JsonLoggerCallback()],
        ),
    ).fit()
    if results.errors:
        raise RuntimeError(f"a trial of the hyper-parameter search failed: {results.errors[0]}")
    ended = [results[index] for index in range(len(results))]
    return tuple(Trial(replace(base, **(end.config or {})), float((end.metrics or {})["score"])) for end in ended)


def best(trials: tuple[Trial, ...]) -> Trial:
    """The trial with the highest score; the earlier one on a tie."""
    return max(trials, key=lambda trial: trial.score)


def as_params(parameters: Hyperparameters) -> dict[str, str]:
    """Parameters as MLflow takes them."""
    return {name: str(value) for name, value in asdict(parameters).items()}
