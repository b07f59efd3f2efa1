"""The policy networks' weights as plain arrays: one small tanh network each, taken out of RLlib, stored as npz."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trading_runtime.files import atomic_write_bytes

LAYERS = (
    "encoder.actor_encoder.net.mlp.0",
    "encoder.actor_encoder.net.mlp.2",
    "pi.net.mlp.0",
)
"""Names of the actor's layers in the state of RLlib's default PPO module with two hidden layers."""


@dataclass(frozen=True)
class Network:
    """`tanh(W1 tanh(W0 x + b0) + b1)` followed by a linear head; `weights[l]` is [out, in], `biases[l]` is [out]."""

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    @classmethod
    def from_rllib(cls, state: dict[str, np.ndarray], actions: int) -> "Network":
        """Take the deterministic policy out of a module state: the first `actions` outputs of the head are the means."""
        layers = [_layer_name(state, name) for name in LAYERS]
        weights = [np.array(state[f"{name}.weight"], dtype=np.float32) for name in layers]
        biases = [np.array(state[f"{name}.bias"], dtype=np.float32) for name in layers]
        weights[-1], biases[-1] = weights[-1][:actions].copy(), biases[-1][:actions].copy()
        return cls(tuple(weights), tuple(biases))

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Mean actions [..., actions] for inputs [..., in], clipped to [-1, 1] as the environment clips them."""
        value = inputs.astype(np.float32, copy=False)
        last = len(self.weights) - 1
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            value = value @ weight.T + bias
            if index < last:
                value = np.tanh(value)
        return np.clip(value, -1.0, 1.0)

    @property
    def digest(self) -> str:
        """Hex SHA-256 over shapes and values: equal for equal policies."""
        sha = hashlib.sha256()
        for array in (*self.weights, *self.biases):
            sha.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        return sha.hexdigest()

    def save(self, path: Path) -> None:
        """Write as npz, atomically."""
        buffer = io.BytesIO()
        arrays = {f"weight_{i}": w for i, w in enumerate(self.weights)}
        arrays |= {f"bias_{i}": b for i, b in enumerate(self.biases)}
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        atomic_write_bytes(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> "Network":
        """Read what `save` wrote."""
        with np.load(path) as data:
            count = len(data.files) // 2
            return cls(tuple(data[f"weight_{i}"] for i in range(count)), tuple(data[f"bias_{i}"] for i in range(count)))


def _layer_name(state: dict[str, np.ndarray], name: str) -> str:
    """A module built for inference only has no separate actor encoder in its names."""
    shared = name.replace("actor_encoder", "encoder")
    for candidate in (name, shared):
        if f"{candidate}.weight" in state:
            return candidate
    raise KeyError(f"no layer {name} in a module state with {sorted(state)}")
