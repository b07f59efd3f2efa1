"""Writes policy bundles. Nothing in one depends on the time or place of its making: same inputs, same digest."""

import hashlib
import importlib.metadata
import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from feature_repo.catalogue import schema_hash
from models.policy_files import POLICY_FILE, POLICY_JSON
from trading_runtime.files import atomic_write_bytes, write_json
from trading_runtime.policy.bundle import (
    BUNDLE_FILE,
    ONNX_FILE,
    ActionSpec,
    BundleSpec,
    DataLineage,
    GateVerdict,
    Scaler,
    TrainingInfo,
    read_bundle,
)
from trading_runtime.settings import Settings


@dataclass(frozen=True)
class PolicyParts:
    """What training hands over for one policy, before it is judged."""

    kind: Literal["baseline", "rl"]
    name: str
    onnx: bytes
    instruments: list[str]
    periods_per_year: float
    features: list[str]
    feature_schema_hash: str
    scaler: Scaler
    long_only: bool
    agents: list[str]
    algorithm: str
    hyperparameters: dict[str, Any]
    steps: int
    seed: int


def candidate_parts(folder: Path, instruments: list[str], periods_per_year: float, settings: Settings) -> PolicyParts:
    """The trained policy in `folder`, as `models.training.storage.save_policy` left it, ready for a bundle."""
    stored = json.loads((folder / POLICY_JSON).read_text())
    return PolicyParts(
        kind="rl",
        name="meta_ppo",
        onnx=(folder / POLICY_FILE).read_bytes(),
        instruments=instruments,
        periods_per_year=periods_per_year,
        features=stored["features"],
        feature_schema_hash=schema_hash(stored["features"]),
        scaler=Scaler(**stored["scaler"]),
        long_only=not settings.risk.allow_short,
        agents=stored["agents"],
        algorithm=stored["algorithm"],
        hyperparameters=stored["hyperparameters"],
        steps=stored["steps"],
        seed=stored["seed"],
    )


def write_bundle(
    folder: Path,
    parts: PolicyParts,
    data: DataLineage,
    settings: Settings,
    metrics: dict[str, float],
    gate: GateVerdict,
) -> BundleSpec:
    """Write `policy.onnx` and `bundle.json` into `folder` (made if needed) and verify what was written."""
    atomic_write_bytes(folder / ONNX_FILE, parts.onnx)
    spec = BundleSpec(
        name=parts.name,
        kind=parts.kind,
        universe=settings.universe,
        instruments=parts.instruments,
        periods_per_year=parts.periods_per_year,
        features=parts.features,
        feature_schema_hash=parts.feature_schema_hash,
        scaler=parts.scaler,
        action=ActionSpec(long_only=parts.long_only, max_gross=settings.risk.max_gross_leverage),
        agents=parts.agents,
        risk_profile=settings.risk.model_dump(mode="json"),
        cost_model=settings.costs.model_dump(mode="json"),
        data=data,
        training=TrainingInfo(
            algorithm=parts.algorithm,
            hyperparameters=parts.hyperparameters,
            steps=parts.steps,
            seed=parts.seed,
            code_revision=code_revision(),
        ),
        metrics=metrics,
        gate=gate,
        files={ONNX_FILE: hashlib.sha256(parts.onnx).hexdigest()},
    )
    write_json(folder / BUNDLE_FILE, spec.model_dump(mode="json"))
    return read_bundle(folder, spec.digest)


@cache
def code_revision() -> str:
    """The git commit of the checkout this runs from, else the package's version."""
    here = Path(__file__).resolve().parent
    try:
        answer = subprocess.run(
            ["git", "-C", str(here), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        answer = None
    if answer is not None and answer.returncode == 0 and (here.parent / ".git").exists():
        return answer.stdout.strip()
    try:
        return f"leadline-{importlib.metadata.version('leadline')}"
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
