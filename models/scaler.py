"""Feature scaling, fitted on training rows only. The same numbers travel in the policy bundle to the runtime."""

import numpy as np
import pandas as pd

from trading_runtime.policy.bundle import Scaler

CLIP = 5.0
"""Scaled features are clipped to this many standard deviations, in the environments and inside the ONNX graph alike."""

TAIL = 0.005
"""Share of each tail that is cut before mean and standard deviation are taken, so that one spike cannot set the scale."""

MIN_SCALE = 1e-8


def fit_scaler(frame: pd.DataFrame, features: list[str], start: pd.Timestamp, end: pd.Timestamp) -> Scaler:
    """Mean and standard deviation per feature over rows with `start <= event_time <= end`, tails winsorized.

    A feature that is constant or wholly unknown in training gets mean 0 (or its constant) and scale 1.
    """
    rows = frame[(frame["event_time"] >= start) & (frame["event_time"] <= end)]
    means, scales = [], []
    for name in features:
        values = rows[name].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        if not len(values):
            means.append(0.0)
            scales.append(1.0)
            continue
        low, high = np.quantile(values, [TAIL, 1 - TAIL])
        values = np.clip(values, low, high)
        scale = float(values.std())
        means.append(float(values.mean()))
        scales.append(scale if scale > MIN_SCALE else 1.0)
    return Scaler(mean=means, scale=scales)


def apply_scaler(values: np.ndarray, scaler: Scaler) -> np.ndarray:
    """Scale `values` [..., F]: missing becomes 0, the rest is clipped to `CLIP` deviations. Returns float32."""
    scaled = (values - np.asarray(scaler.mean)) / np.asarray(scaler.scale)
    return np.clip(np.nan_to_num(scaled, nan=0.0, posinf=CLIP, neginf=-CLIP), -CLIP, CLIP).astype(np.float32)
