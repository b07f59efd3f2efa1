"""PPO through RLlib's new API stack, on our batched environments, with the learner in this process."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from models.agents.specification import Hyperparameters
from models.networks import Network
from models.training.curve import CurvePoint

THREADS = 1
"""Threads of torch and BLAS while training. Two are no faster on networks this small, and many times slower on a busy machine,
where they spin waiting for each other."""

GRADIENT_CLIP = 0.5
ENV_NAME = "leadline"

EnvFactory = Callable[[int], gym.vector.VectorEnv]
"""Makes a batched environment of the given size."""

_numbers = itertools.count()
_factories: dict[str, EnvFactory] = {}
"""Environments of this process by key. RLlib copies its configuration freely, so it is given the key and not the data."""


@dataclass(frozen=True)
class Trained:
    """A trained policy and its learning curve."""

    network: Network
    curve: tuple[CurvePoint, ...]


def _make_env(context: dict[str, Any]) -> gym.vector.VectorEnv:
    return _factories[context["key"]](context.get("num_envs", 1))


def ppo_config(key: str, parameters: Hyperparameters, seed: int, scratch: Path) -> Any:
    """RLlib's configuration for one training; `key` names a factory of this process."""
    from ray.rllib.algorithms.ppo import PPO, PPOConfig
    from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig
    from ray.tune.registry import register_env

    register_env(ENV_NAME, _make_env)

    class ScratchPPO(PPO):
        """PPO that keeps its log folder with the Ray session; left alone it makes one in the user's home."""

        def _setup_logdir(self) -> None:
            self._logdir = str(scratch)  # type: ignore[assignment]

    return (
        PPOConfig(algo_class=ScratchPPO)
        .environment(ENV_NAME, env_config={"key": key}, disable_env_checking=True)
        .framework("torch")
        .env_runners(
            num_env_runners=0,
            num_envs_per_env_runner=parameters.num_envs,
            rollout_fragment_length=max(1, parameters.train_batch // parameters.num_envs),
            gym_env_vectorize_mode="vector_entry_point",
        )
        .learners(num_learners=0, num_gpus_per_learner=0)
        .training(
            lr=parameters.lr,
            gamma=parameters.gamma,
            lambda_=parameters.gae_lambda,
            clip_param=parameters.clip,
            entropy_coeff=parameters.entropy,
            use_kl_loss=False,
            vf_clip_param=1e6,
            grad_clip=GRADIENT_CLIP,
            grad_clip_by="global_norm",
            num_epochs=parameters.epochs,
            minibatch_size=min(parameters.minibatch, parameters.train_batch),
            train_batch_size_per_learner=parameters.train_batch,
        )
        .rl_module(
            model_config=DefaultModelConfig(
                fcnet_hiddens=list(parameters.hidden),
                fcnet_activation="tanh",
                head_fcnet_hiddens=[],
                vf_share_layers=False,
            )
        )
        .debugging(seed=seed, log_level="ERROR")
        .reporting(min_time_s_per_iteration=0, metrics_num_episodes_for_smoothing=parameters.num_envs)
    )


def train_ppo(
    factory: EnvFactory,
    parameters: Hyperparameters,
    steps: int,
    seed: int,
    scratch: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Trained:
    """Train for at least `steps` environment steps inside a running Ray. Equal seeds give equal weights on one machine."""
    import torch
    from threadpoolctl import threadpool_limits

    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    batch = max(parameters.num_envs, min(parameters.train_batch, steps) // parameters.num_envs * parameters.num_envs)
    sized = Hyperparameters(**{**vars(parameters), "train_batch": batch})
    key = f"env-{next(_numbers)}"
    _factories[key] = factory
    curve: list[CurvePoint] = []
    done = 0
    limits = threadpool_limits(THREADS, user_api="blas")
    algorithm = ppo_config(key, sized, seed, scratch).build_algo()
    try:
        actions = int(np.prod(algorithm.env_runner.env.single_action_space.shape))
        while done < steps:
            result = algorithm.train()
            done += batch
            curve.append(_point(done, result))
            progress(min(done, steps), steps)
        state = algorithm.learner_group.get_state(components="learner/rl_module/default_policy")
        network = Network.from_rllib(state["learner"]["rl_module"]["default_policy"], actions)
    finally:
        algorithm.stop()
        del _factories[key]
        limits.restore_original_limits()
        torch.set_num_threads(threads)
    return Trained(network, tuple(curve))


def _point(steps: int, result: dict[str, Any]) -> CurvePoint:
    learner = result.get("learners", {}).get("default_policy", {})
    runner = result.get("env_runners", {})
    return CurvePoint(
        steps=steps,
        episode_return=float(runner.get("episode_return_mean", float("nan"))),
        loss=float(learner.get("policy_loss", float("nan"))),
        entropy=float(learner.get("entropy", float("nan"))),
    )
