"""Tiny policy bundles built with onnx.helper: targets follow the sign of one feature, equal shares."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from feature_repo.catalogue import schema_hash
from trading_runtime.files import sha256_file, write_json
from trading_runtime.policy.bundle import (
    BUNDLE_FILE,
    ONNX_FILE,
    ActionSpec,
    BundleSpec,
    CheckOutcome,
    DataLineage,
    GateVerdict,
    PartitionHash,
    Scaler,
    TrainingInfo,
)
from trading_runtime.policy.pointer import PointerEntry, Pointers, write_pointers
from trading_runtime.settings import Settings

FEATURE = "log_return_1"


def sign_network(n: int, gross: float, invert: bool = False) -> bytes:
    """ONNX of weights = mask x gross / n where the scaled first feature is positive (negative if `invert`), else 0.

    Two agents: the one that follows the feature and the one that fades it; all capital goes to the one that trades.
    """
    shares = numpy_helper.from_array(np.array(gross / n, np.float32), "share")
    zero = numpy_helper.from_array(np.array(0.0, np.float32), "zero")
    axis = numpy_helper.from_array(np.array([1], np.int64), "axis")
    allocation = numpy_helper.from_array(np.array([0, 1, 0] if invert else [1, 0, 0], np.float32), "capital")
    nodes = [
        helper.make_node("ReduceSum", ["features", "axis"], ["signal"], keepdims=0),
        helper.make_node("Greater", ["signal", "zero"], ["up"]),
        helper.make_node("Less", ["signal", "zero"], ["down"]),
        helper.make_node("Cast", ["up"], ["follow"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["down"], ["fade"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["fade" if invert else "follow", "share"], ["held"]),
        helper.make_node("Mul", ["held", "mask"], ["weights"]),
        helper.make_node("Unsqueeze", ["follow", "axis"], ["first"]),
        helper.make_node("Unsqueeze", ["fade", "axis"], ["second"]),
        helper.make_node("Concat", ["first", "second"], ["agents"], axis=1),
        helper.make_node("Identity", ["capital"], ["allocation"]),
    ]
    graph = helper.make_graph(
        nodes,
        "sign",
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [n, 1]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, [n]),
        ],
        [
            helper.make_tensor_value_info("weights", TensorProto.FLOAT, [n]),
            helper.make_tensor_value_info("agents", TensorProto.FLOAT, [n, 2]),
            helper.make_tensor_value_info("allocation", TensorProto.FLOAT, [3]),
        ],
        [shares, zero, axis, allocation],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def write_sign_bundle(
    folder: Path,
    instruments: list[str],
    evaluation_start: str,
    *,
    name: str = "sign",
    feature: str = FEATURE,
    gross: float = 0.9,
    invert: bool = False,
    universe: str = "bundled",
) -> BundleSpec:
    """Write policy.onnx and bundle.json into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ONNX_FILE).write_bytes(sign_network(len(instruments), gross, invert))
    spec = BundleSpec(
        name=name,
        kind="baseline",
        universe=universe,
        instruments=instruments,
        periods_per_year=252.0,
        features=[feature],
        feature_schema_hash=schema_hash([feature]),
        scaler=Scaler(mean=[0.0], scale=[0.01]),
        action=ActionSpec(long_only=True, max_gross=1.0),
        agents=["follow", "fade"],
        risk_profile={},
        cost_model={"half_spread_bps": 2.0, "commission_bps": 1.0, "impact_bps": 10.0},
        data=DataLineage(
            manifest_hash="0" * 64,
            partitions=[PartitionHash(table="validated/equity_bars", partition="2001", sha256="1" * 64)],
            checks=[CheckOutcome(asset="validated_equity_bars", name="positive_prices", passed=True)],
            train_start="2000-01-03T21:00:00+00:00",
            train_end="2000-12-29T21:00:00+00:00",
            evaluation_start=evaluation_start,
            evaluation_end="2030-01-01T00:00:00+00:00",
        ),
        training=TrainingInfo(algorithm="rule", hyperparameters={}, steps=0, seed=7, code_revision="test"),
        metrics={},
        gate=GateVerdict(verdict="baseline", criteria=[]),
        files={ONNX_FILE: sha256_file(folder / ONNX_FILE)},
    )
    write_json(folder / BUNDLE_FILE, spec.model_dump(mode="json"))
    return spec


def register(settings: Settings, instruments: list[str], evaluation_start: str) -> Pointers:
    """Write a following champion and a fading challenger below the home folder, and the pointer file to them."""
    root = settings.paths.root
    entries = {}
    for version, (alias, invert) in enumerate((("champion", False), ("challenger", True)), start=1):
        folder = root / "mlflow" / "bundles" / f"v{version}"
        spec = write_sign_bundle(
            folder, instruments, evaluation_start, name=f"sign_{alias}", invert=invert, universe=settings.universe
        )
        entries[alias] = PointerEntry(
            version=str(version), digest=spec.digest, path=str(folder.relative_to(root)), run_id=f"run{version}"
        )
    pointers = Pointers(name=settings.model_name, **entries)
    write_pointers(settings.paths.pointer(settings.model_name), pointers)
    return pointers
