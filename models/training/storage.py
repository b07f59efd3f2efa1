"""Trained agents on disk: `<root>/<agent>/network.npz` and `agent.json`; the assembled policy beside the meta-agent."""

from dataclasses import asdict
from pathlib import Path

from models.policy_files import POLICY_FILE, POLICY_JSON
from models.policy_math import AgentNetwork, policy_limits
from models.training.pipeline import TrainedAgent, TrainingResult
from trading_runtime.files import atomic_write_bytes, sha256_file, write_json
from trading_runtime.settings import Settings


def save_agent(folder: Path, agent: TrainedAgent, steps: int, seed: int) -> str:
    """Write one agent; returns the digest of its weights."""
    agent.trained.network.save(folder / "network.npz")
    write_json(
        folder / "agent.json",
        {
            "name": agent.spec.name,
            "families": agent.spec.families,
            "features": agent.features,
            "action": agent.spec.action,
            "algorithm": agent.spec.algorithm,
            "hyperparameters": asdict(agent.parameters),
            "rewards": asdict(agent.spec.rewards),
            "steps": steps,
            "seed": seed,
            "digest": agent.trained.network.digest,
            "curve": [
                {name: value if value == value else None for name, value in asdict(point).items()}
                for point in agent.trained.curve
            ],
        },
    )
    return agent.trained.network.digest


def save_policy(folder: Path, result: TrainingResult, settings: Settings) -> str:
    """Assemble agents and meta-agent into one ONNX file with the JSON that a bundle needs; returns the file's sha256."""
    from models.policy_network import PolicyNetwork, export_onnx

    position = {name: index for index, name in enumerate(result.features)}
    agents = tuple(
        AgentNetwork(a.spec.name, tuple(position[name] for name in a.features), a.trained.network)
        for a in result.agents
    )
    context = tuple(position[name] for name in result.meta.features)
    network = PolicyNetwork(agents, result.meta.trained.network, context, policy_limits(settings))
    atomic_write_bytes(folder / POLICY_FILE, export_onnx(network, len(result.features)))
    members: tuple[TrainedAgent, ...] = (*result.agents, result.meta)
    write_json(
        folder / POLICY_JSON,
        {
            "features": result.features,
            "scaler": result.scaler.model_dump(),
            "agents": [agent.spec.name for agent in result.agents],
            "algorithm": "PPO (RLlib)",
            "hyperparameters": {agent.spec.name: asdict(agent.parameters) for agent in members},
            "steps": settings.train_steps,
            "seed": settings.learning.seed,
        },
    )
    return sha256_file(folder / POLICY_FILE)
