import hashlib

import numpy as np
import onnxruntime
import pytest
import torch

from models import policy_math
from models.networks import Network
from models.policy_math import AgentNetwork, PolicyLimits
from models.policy_network import PolicyNetwork, export_onnx
from models.scaler import CLIP

FEATURES = 7
CONTEXT = (1, 5, 6)
LIMITS = PolicyLimits(max_gross=1.0, max_weight=0.3, allow_short=False)


def random_network(inputs: int, outputs: int, seed: int) -> Network:
    rng = np.random.default_rng(seed)
    sizes = [(8, inputs), (8, 8), (outputs, 8)]
    return Network(
        tuple(rng.normal(0, 0.7, size).astype(np.float32) for size in sizes),
        tuple(rng.normal(0, 0.3, size[0]).astype(np.float32) for size in sizes),
    )


AGENTS = (
    AgentNetwork("momentum", (0, 2, 3), random_network(4, 1, 1)),
    AgentNetwork("mean_reversion", (4, 5), random_network(3, 1, 2)),
)
META = random_network(len(CONTEXT) + 2 + 1, 3, 3)


@pytest.fixture(scope="module")
def policy() -> PolicyNetwork:
    return PolicyNetwork(AGENTS, META, CONTEXT, LIMITS)


@pytest.fixture(scope="module")
def onnx_bytes(policy: PolicyNetwork) -> bytes:
    return export_onnx(policy, FEATURES)


def inputs(instruments: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    mask = (rng.random(instruments) > 0.25).astype(np.float32)
    return (
        rng.normal(0, 3, (instruments, FEATURES)).astype(np.float32),
        rng.uniform(0, 1 / instruments, instruments).astype(np.float32),
        mask,
    )


@pytest.mark.parametrize("instruments", [1, 2, 5, 40])
def test_onnx_torch_and_the_environments_formula_agree(
    policy: PolicyNetwork, onnx_bytes: bytes, instruments: int
) -> None:
    session = onnxruntime.InferenceSession(onnx_bytes)
    for seed in range(5):
        features, exposure, mask = inputs(instruments, seed)
        onnx = session.run(None, {"features": features, "exposure": exposure, "mask": mask})
        with torch.no_grad():
            module = [x.numpy() for x in policy(*map(torch.from_numpy, (features, exposure, mask)))]
        seen = np.clip(features, -CLIP, CLIP)
        proposed = policy_math.proposals(AGENTS, seen, exposure, mask, LIMITS)
        observed = policy_math.meta_observation(seen, CONTEXT, proposed, exposure, mask)
        shares = policy_math.allocation(META.forward(np.clip(observed, -CLIP, CLIP)))
        for got, wanted in zip(onnx, module, strict=True):
            np.testing.assert_allclose(got, wanted, atol=1e-6)
        np.testing.assert_allclose(onnx[2], shares, atol=1e-6)
        np.testing.assert_allclose(onnx[0], policy_math.portfolio_weights(shares, proposed, mask, LIMITS), atol=1e-6)


def test_weights_respect_gross_cap_and_mask(onnx_bytes: bytes) -> None:
    session = onnxruntime.InferenceSession(onnx_bytes)
    for instruments in (1, 3, 12):
        for seed in range(30):
            features, exposure, mask = inputs(instruments, seed)
            weights, agents, shares = session.run(None, {"features": features, "exposure": exposure, "mask": mask})
            assert np.abs(weights).sum() <= LIMITS.max_gross + 1e-6
            assert np.abs(weights).max() <= LIMITS.max_weight + 1e-6
            assert weights.min() >= 0.0
            assert (weights[mask == 0] == 0).all()
            assert agents.shape == (instruments, 2)
            assert shares.sum() == pytest.approx(1.0, abs=1e-5)


def test_equal_weights_give_equal_bytes_that_name_no_producer(onnx_bytes: bytes) -> None:
    again = export_onnx(PolicyNetwork(AGENTS, META, CONTEXT, LIMITS), FEATURES)
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(onnx_bytes).hexdigest()
    for trace in (b"pytorch", b".py", b"stack_trace", b"namespace"):
        assert trace not in onnx_bytes
