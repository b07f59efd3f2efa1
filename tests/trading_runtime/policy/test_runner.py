import json

import numpy as np
import pytest
from support.bundles import FEATURE, write_sign_bundle

from trading_runtime.errors import BundleIntegrityError
from trading_runtime.files import sha256_file, write_json
from trading_runtime.policy.bundle import read_bundle
from trading_runtime.policy.runner import OnnxPolicy

SYMBOLS = ["AAA", "BBB", "CCC"]
START = "2001-01-02T21:00:00+00:00"


@pytest.fixture
def folder(tmp_path):
    write_sign_bundle(tmp_path, SYMBOLS, START)
    return tmp_path


def edit(folder, **changes):
    content = json.loads((folder / "bundle.json").read_text())
    write_json(folder / "bundle.json", content | changes)


def load(folder):
    return OnnxPolicy(folder, read_bundle(folder))


def test_features_are_scaled_and_unknown_ones_become_zero(folder):
    edit(folder, scaler={"mean": [0.02], "scale": [0.5]})
    scaled = load(folder).scaled(np.array([[0.52], [np.nan], [np.inf]]))
    assert scaled.tolist() == [[1.0], [0.0], [0.0]]


def test_targets_agents_and_allocation_come_out_in_the_order_of_the_instruments(folder):
    output = load(folder).decide(np.array([[0.01], [-0.01], [0.02]]), np.zeros(3), np.array([1.0, 1.0, 0.0]))
    np.testing.assert_allclose(output.weights, [0.3, 0.0, 0.0], rtol=1e-6)
    assert output.agents.tolist() == [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    assert output.allocation.tolist() == [1.0, 0.0, 0.0]


def test_the_same_input_gives_the_same_bits(folder):
    policy, features = load(folder), np.random.default_rng(1).normal(size=(3, 1))
    first, again = (policy.decide(features, np.zeros(3), np.ones(3)).weights for _ in range(2))
    assert first.tobytes() == again.tobytes()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"features": ["no_such_feature"]}, "features"),
        ({"feature_schema_hash": "0" * 64}, "feature_schema_hash"),
        ({"scaler": {"mean": [0.0], "scale": [0.0]}}, "scaler"),
        ({"scaler": {"mean": [0.0, 1.0], "scale": [1.0]}}, "scaler.mean"),
        ({"instruments": ["AAA"]}, "instruments"),
        ({"kind": "magic"}, "kind"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bundle_that_does_not_fit_is_refused_by_the_name_of_the_field(folder, changes, field):
    edit(folder, **changes)
    with pytest.raises(BundleIntegrityError, match=field):
        load(folder)


def test_file_that_is_no_network_is_refused(folder):
    (folder / "policy.onnx").write_bytes(b"not a network")
    edit(folder, files={"policy.onnx": sha256_file(folder / "policy.onnx")})
    with pytest.raises(BundleIntegrityError, match="not a network that can be run"):
        load(folder)


def test_feature_names_and_their_order_decide_the_hash(folder):
    assert read_bundle(folder).features == [FEATURE]
    edit(folder, features=["log_return_5"])
    with pytest.raises(BundleIntegrityError, match="feature_schema_hash"):
        load(folder)
