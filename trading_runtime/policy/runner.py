"""Runs a verified bundle: scale, fill the unknown with 0, one deterministic onnxruntime call."""

from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NoSuchFile

from trading_runtime.errors import BundleIntegrityError
from trading_runtime.policy.bundle import ONNX_FILE, BundleSpec
from trading_runtime.policy.policy import Array, PolicyOutput
from trading_runtime.policy.schema import check_features

INPUTS = {"features", "exposure", "mask"}


class OnnxPolicy:
    """A policy out of a bundle folder that `read_bundle` has verified."""

    def __init__(self, folder: Path, spec: BundleSpec) -> None:
        """Raises `BundleIntegrityError`, naming the field, if features or the network do not fit this installation."""
        check_features(folder, spec)
        self.spec = spec
        self.instruments = spec.instruments
        self.features = spec.features
        self._mean = np.array(spec.scaler.mean)
        self._scale = np.array(spec.scaler.scale)
        if not np.all(np.isfinite(self._scale)) or np.any(self._scale == 0) or not np.all(np.isfinite(self._mean)):
            raise BundleIntegrityError(f"{folder}: field scaler holds a zero or a value that is not finite")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                folder / ONNX_FILE, options, providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
            raise BundleIntegrityError(f"{folder / ONNX_FILE} is not a network that can be run: {error}") from None
        self._check_interface(folder)

    def _check_interface(self, folder: Path) -> None:
        self._inputs = {item.name for item in self._session.get_inputs()}
        outputs = {item.name for item in self._session.get_outputs()}
        wanted = {"weights"} | ({"agents", "allocation"} if self.spec.agents else set())
        if not self._inputs <= INPUTS:
            raise BundleIntegrityError(
                f"{folder / ONNX_FILE}: inputs {sorted(self._inputs)} are not among {sorted(INPUTS)}"
            )
        for item in self._session.get_inputs():
            self._check_shape(folder, item.name, item.shape)
        if missing := wanted - outputs:
            raise BundleIntegrityError(f"{folder / ONNX_FILE}: output {sorted(missing)[0]} is missing")
        self._outputs = sorted(wanted)

    def _check_shape(self, folder: Path, name: str, shape: list[int | str | None]) -> None:
        """Every dimension that the network fixes must be the one that bundle.json gives."""
        wanted = [("instruments", len(self.instruments)), ("features", len(self.features))]
        for (field, size), found in zip(wanted, shape, strict=False):
            if isinstance(found, int) and found != size:
                raise BundleIntegrityError(
                    f"{folder}: field {field} has {size} entries, input {name} of the network takes {found}; roll back"
                )

    def scaled(self, features: Array) -> Array:
        """`(value - mean) / scale`, float64 [n, F], unknown values as 0."""
        scaled = (features - self._mean) / self._scale
        scaled[~np.isfinite(scaled)] = 0.0
        return scaled

    def decide(self, features: Array, exposure: Array, mask: Array) -> PolicyOutput:
        """Target weights, and the agents' views if the bundle has agents. Raises if a weight is not finite."""
        inputs = {"features": self.scaled(features), "exposure": exposure, "mask": mask}
        feed = {name: inputs[name].astype(np.float32) for name in self._inputs}
        result = dict(zip(self._outputs, self._session.run(self._outputs, feed), strict=True))
        weights = result["weights"].astype(float).reshape(-1)
        if weights.shape != (len(self.instruments),) or not np.all(np.isfinite(weights)):
            raise BundleIntegrityError(
                f"{self.spec.name}: output weights is {weights}, expected {len(self.instruments)} finite numbers; roll back"
            )
        agents, allocation = result.get("agents"), result.get("allocation")
        return PolicyOutput(
            weights,
            None if agents is None else agents.astype(float),
            None if allocation is None else allocation.astype(float).reshape(-1),
        )
