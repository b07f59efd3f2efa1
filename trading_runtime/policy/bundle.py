"""The policy bundle: what training hands to trading. A folder with `policy.onnx` and `bundle.json`.

`digest` is the SHA-256 of bundle.json in canonical form; bundle.json holds the SHA-256 of policy.onnx, so one changed byte in
either file changes the digest or fails the file's own hash. The registry keeps the digest beside the version.

ONNX interface, n instruments in the order of `instruments`, F features in the order of `features`:

    input   features  float32 [n, F]   scaled by `scaler`, missing values as 0
    input   exposure  float32 [n]      current position as a share of equity
    input   mask      float32 [n]      1 where the instrument can be traded at this bar, else 0
    output  weights   float32 [n]      target position as a share of equity
    output  agents    float32 [n, K]   (only if `agents` is not empty) what each agent alone would hold
    output  allocation float32 [K + 1] (likewise) capital share of each agent, the last one cash
"""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from trading_runtime.errors import BundleIntegrityError
from trading_runtime.files import canonical_json, sha256_file, sha256_text

BUNDLE_FILE = "bundle.json"
ONNX_FILE = "policy.onnx"


class Frozen(BaseModel):
    """Base of the bundle's parts: immutable, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Scaler(Frozen):
    """`(value - mean) / scale` per feature, fitted on training data only."""

    mean: list[float]
    scale: list[float]


class ActionSpec(Frozen):
    """What the policy's output means."""

    type: Literal["target_weights"] = "target_weights"
    long_only: bool
    max_gross: float


class PartitionHash(Frozen):
    """One file of the lake under the training data."""

    table: str
    partition: str
    sha256: str


class CheckOutcome(Frozen):
    """One data check that stood before training."""

    asset: str
    name: str
    passed: bool


class DataLineage(Frozen):
    """Which data the policy was made from, and which dates it saw and did not see (ISO 8601, UTC)."""

    manifest_hash: str
    partitions: list[PartitionHash]
    checks: list[CheckOutcome]
    train_start: str
    train_end: str
    evaluation_start: str
    evaluation_end: str


class TrainingInfo(Frozen):
    """How the policy was made."""

    algorithm: str
    hyperparameters: dict[str, Any]
    steps: int
    seed: int
    code_revision: str


class GateCriterion(Frozen):
    """One line of the gate's table. `comparison` says how `value` must stand to `threshold`."""

    name: str
    value: float
    threshold: float
    comparison: Literal[">", ">=", "<="]
    passed: bool
    explanation: str = ""


class GateVerdict(Frozen):
    """Pass or refuse, with every criterion."""

    verdict: Literal["pass", "refuse", "baseline"]
    criteria: list[GateCriterion]


class BundleSpec(Frozen):
    """The content of bundle.json. Nothing in it depends on the time or place of its making: same inputs, same digest."""

    format_version: Literal[1] = 1
    name: str
    kind: Literal["baseline", "rl"]
    universe: str
    instruments: list[str]
    periods_per_year: float
    features: list[str]
    feature_schema_hash: str
    scaler: Scaler
    action: ActionSpec
    agents: list[str]
    risk_profile: dict[str, Any]
    cost_model: dict[str, float]
    data: DataLineage
    training: TrainingInfo
    metrics: dict[str, float]
    gate: GateVerdict
    files: dict[str, str]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the canonical JSON of this spec."""
        return sha256_text(canonical_json(self.model_dump(mode="json")))


def read_bundle(folder: Path, expected_digest: str | None = None) -> BundleSpec:
    """Read and verify a bundle folder.

    Raises `BundleIntegrityError`, naming the file or field, if anything is missing, malformed, or not what was registered.
    """
    path = folder / BUNDLE_FILE
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise BundleIntegrityError(
            f"{path} is missing: run `leadline models rollback` or register the policy again"
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BundleIntegrityError(
            f"{path} is not readable JSON ({error}): the bundle was changed; roll back to another version"
        ) from None
    try:
        spec = BundleSpec.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BundleIntegrityError(f"{path}: field {field}: {first['msg']}; roll back to another version") from None
    for name, expected in spec.files.items():
        file = folder / name
        if not file.is_file():
            raise BundleIntegrityError(f"{file} is missing; roll back to another version")
        found = sha256_file(file)
        if found != expected:
            raise BundleIntegrityError(
                f"{file}: sha256 is {found[:12]}…, bundle.json says {expected[:12]}…: the file was changed; roll back to another version"
            )
    if expected_digest is not None and spec.digest != expected_digest:
        raise BundleIntegrityError(
            f"{path}: digest is {spec.digest[:12]}…, the registry says {expected_digest[:12]}…: the bundle was changed; "
            "roll back to another version"
        )
    for field, size in (("scaler.mean", len(spec.scaler.mean)), ("scaler.scale", len(spec.scaler.scale))):
        if size != len(spec.features):
            raise BundleIntegrityError(f"{path}: field {field} has {size} values for {len(spec.features)} features")
    return spec
