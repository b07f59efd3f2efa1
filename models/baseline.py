"""The transparent baseline: volatility-targeted equal weight, long only, as ONNX of a few nodes.

Each tradable instrument gets an equal share of the capital, scaled down when its realized volatility is above target:
`weight = min(max_weight, max_gross / n * min(1, target / volatility))`. Moreira and Muir (2017) give the reasoning.
It is the first champion, so that the runtime always has an approved policy, and the bar that learning has to clear.
"""

import math

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from feature_repo.catalogue import schema_hash
from models.onnx_bytes import deterministic_bytes
from models.policy_bundle import PolicyParts
from models.policy_math import PolicyLimits, policy_limits
from trading_runtime.policy.bundle import Scaler
from trading_runtime.settings import Settings

VOLATILITY_FEATURE = "realized_vol_20"
ANNUAL_TARGET = 0.20
OPSET = 17
IR_VERSION = 8
MIN_VOLATILITY = 1e-6


def baseline_onnx(limits: PolicyLimits, volatility_target: float) -> bytes:
    """The baseline as ONNX on one feature column; `volatility_target` is in that feature's own units.

    The bundle's scaler must leave the feature as it is (mean 0, scale 1). Where it is unknown it arrives as 0: then the
    instrument gets no weight, since its risk is not known.
    """
    constants = {
        "target": volatility_target,
        "floor": MIN_VOLATILITY,
        "one": 1.0,
        "zero": 0.0,
        "gross": limits.max_gross,
        "cap": limits.max_weight,
    }
    nodes = [
        helper.make_node("Squeeze", ["features", "axis"], ["volatility"]),
        helper.make_node("Max", ["volatility", "floor"], ["bounded"]),
        helper.make_node("Div", ["target", "bounded"], ["ratio"]),
        helper.make_node("Min", ["ratio", "one"], ["scaled"]),
        helper.make_node("Greater", ["volatility", "zero"], ["known"]),
        helper.make_node("Cast", ["known"], ["known_float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["mask"], ["active"], keepdims=0),
        helper.make_node("Max", ["active", "one"], ["count"]),
        helper.make_node("Div", ["gross", "count"], ["share"]),
        helper.make_node("Mul", ["scaled", "share"], ["sized"]),
        helper.make_node("Mul", ["sized", "known_float"], ["certain"]),
        helper.make_node("Mul", ["certain", "mask"], ["masked"]),
        helper.make_node("Min", ["masked", "cap"], ["weights"]),
    ]
    initializers = [numpy_helper.from_array(np.array(v, dtype=np.float32), name) for name, v in constants.items()]
    initializers.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"))
    graph = helper.make_graph(
        nodes,
        "policy",
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 1]),
            helper.make_tensor_value_info("exposure", TensorProto.FLOAT, ["n"]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["n"]),
        ],
        [helper.make_tensor_value_info("weights", TensorProto.FLOAT, ["n"])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    return deterministic_bytes(model)


def baseline_parts(instruments: list[str], periods_per_year: float, settings: Settings) -> PolicyParts:
    """The baseline ready for a bundle; the target is turned into the feature's unit, volatility a bar."""
    target = ANNUAL_TARGET / math.sqrt(periods_per_year)
    return PolicyParts(
        kind="baseline",
        name="volatility_target_equal_weight",
        onnx=baseline_onnx(policy_limits(settings), target),
        instruments=instruments,
        periods_per_year=periods_per_year,
        features=[VOLATILITY_FEATURE],
        feature_schema_hash=schema_hash([VOLATILITY_FEATURE]),
        scaler=Scaler(mean=[0.0], scale=[1.0]),
        long_only=True,
        agents=[],
        algorithm="volatility target",
        hyperparameters={"annual_target": ANNUAL_TARGET},
        steps=0,
        seed=settings.learning.seed,
    )
