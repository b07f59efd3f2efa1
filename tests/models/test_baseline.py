import numpy as np
import onnxruntime
import pytest

from models.baseline import baseline_onnx
from models.policy_math import PolicyLimits


def weights(volatility: list[float], mask: list[float], limits: PolicyLimits) -> np.ndarray:
    session = onnxruntime.InferenceSession(baseline_onnx(limits, volatility_target=0.01))
    count = len(volatility)
    return session.run(
        None,
        {
            "features": np.array(volatility, np.float32)[:, None],
            "exposure": np.zeros(count, np.float32),
            "mask": np.array(mask, np.float32),
        },
    )[0]


def test_a_calm_instrument_gets_its_equal_share_and_a_wild_one_less() -> None:
    got = weights([0.005, 0.02, 0.04, 0.01], [1, 1, 1, 1], PolicyLimits(1.0, 0.4, False))
    np.testing.assert_allclose(got, [0.25, 0.125, 0.0625, 0.25], rtol=1e-6)


def test_what_cannot_be_traded_or_has_no_known_volatility_gets_nothing() -> None:
    got = weights([0.01, 0.0, 0.01], [1, 1, 0], PolicyLimits(1.0, 0.4, False))
    np.testing.assert_allclose(got, [0.4, 0.0, 0.0], rtol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 30])
def test_gross_and_cap_hold_for_any_universe(count: int) -> None:
    got = weights([1e-5] * count, [1.0] * count, PolicyLimits(1.0, 0.4, False))
    assert got.sum() <= 1.0 + 1e-6
    assert got.max() <= 0.4 + 1e-6


def test_the_same_parameters_give_the_same_bytes() -> None:
    limits = PolicyLimits(1.0, 0.4, False)
    assert baseline_onnx(limits, 0.01) == baseline_onnx(limits, 0.01)
