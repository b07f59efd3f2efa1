"""Checks of the feature tables and the training frame. Gates block; drift and missing optional inputs warn."""

import json
from collections.abc import Sequence
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from assets.features.drift import drift_table, missing_table
from assets.features.inputs import read_mart
from assets.features.training_frame import entity_rows
from assets.metadata import preview
from assets.resources import LeadlineResource
from feature_repo.catalogue import FAMILIES, FEATURE_NAMES, FeatureSpec, features_of

PRICES_ONLY = {"open", "high", "low", "close"}
MISSING_LIMIT = 0.05
SHIFTED = 0.25  # population stability index above which a distribution counts as shifted
CUTS = 5


def _complete_check(family: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=f"{family}_features",
        name="features_complete",
        blocking=True,
        description=f"After warm-up at most {MISSING_LIMIT:.0%} of the values are missing, in every feature that needs prices alone.",
    )
    def check(leadline: LeadlineResource) -> dg.AssetCheckResult:
        specs = [spec for spec in features_of(family) if set(spec.inputs) <= PRICES_ONLY]
        return _missing_result(leadline, family, specs, dg.AssetCheckSeverity.ERROR)

    return check


def _inputs_check(family: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=f"{family}_features",
        name="inputs_available",
        description=f"At most {MISSING_LIMIT:.0%} of the values are missing in the features that need volume or a context series. "
        "Sources may lack them for these dates: a warning, and the policy sees the feature's training mean.",
    )
    def check(leadline: LeadlineResource) -> dg.AssetCheckResult:
        specs = [spec for spec in features_of(family) if not set(spec.inputs) <= PRICES_ONLY]
        return _missing_result(leadline, family, specs, dg.AssetCheckSeverity.WARN)

    return check


def _missing_result(
    leadline: LeadlineResource, family: str, specs: Sequence[FeatureSpec], severity: dg.AssetCheckSeverity
) -> dg.AssetCheckResult:
    frame = leadline.lake.read("features", f"{family}_features")
    if family == "macro":  # the series reach further back than the bars
        bars = read_mart(leadline.settings.paths, "adjusted_bars")["event_time"]
        frame = frame[frame["event_time"].between(bars.min(), bars.max())]
    table = missing_table(frame, specs)
    over = table[table["missing"] > MISSING_LIMIT]
    return dg.AssetCheckResult(
        passed=over.empty,
        severity=severity,
        metadata={"missing": preview(table, len(table)), "over_limit": len(over)},
    )


completeness_checks = [_complete_check(family) for family in FAMILIES if family not in ("volume", "macro")]
input_checks = [_inputs_check(family) for family in ("volume", "cross_asset", "macro")]


@dg.asset_check(asset="training_frame", blocking=True)
def no_lookahead(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Five histories truncated at random bars give the same features, bit for bit, as the training frame holds."""
    from feature_repo.lookahead import lookahead_rows, random_cuts
    from feature_repo.transforms import compute_features

    settings = leadline.settings
    frame = leadline.lake.read("learning", "training_frame")
    cuts = random_cuts(pd.DatetimeIndex(frame["event_time"].unique()).sort_values(), CUTS, settings.learning.seed)
    found = lookahead_rows(
        compute_features,
        read_mart(settings.paths, "adjusted_bars"),
        read_mart(settings.paths, "market_context"),
        frame,
        FEATURE_NAMES,
        cuts,
    )
    metadata: dict[str, Any] = {"cuts": ", ".join(map(str, cuts)), "differences": len(found)}
    return dg.AssetCheckResult(
        passed=found.empty, metadata=metadata | ({} if found.empty else {"rows": preview(found)})
    )


@dg.asset_check(asset="training_frame", blocking=True)
def training_frame_matches_batch(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Feast's point-in-time join gives what computing the features directly gives, bit for bit, row for row."""
    from feature_repo.transforms import compute_features

    paths = leadline.settings.paths
    frame = leadline.lake.read("learning", "training_frame")
    bars = read_mart(paths, "adjusted_bars")
    direct = compute_features(bars, read_mart(paths, "market_context"))
    splits = _splits(leadline)
    expected = entity_rows(bars, splits["train_start"], splits["evaluation_end"]).merge(
        direct.drop(columns="known_at"), on=["symbol", "event_time"], how="left"
    )
    same_rows = len(frame) == len(expected) and bool(
        (frame[["symbol", "event_time"]].to_numpy() == expected[["symbol", "event_time"]].to_numpy()).all()
    )
    differing = [
        name
        for name in frame.columns[2:]
        if not same_rows or not np.array_equal(frame[name].to_numpy(), expected[name].to_numpy(), equal_nan=True)
    ]
    return dg.AssetCheckResult(
        passed=same_rows and not differing,
        metadata={"rows": len(frame), "expected_rows": len(expected), "differing": ", ".join(differing) or "none"},
    )


@dg.asset_check(asset="training_frame")
def feature_drift(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Fewer than half of the features are distributed otherwise in evaluation than in training (stability index above 0.25)."""
    splits = _splits(leadline)
    frame = leadline.lake.read("learning", "training_frame")
    table = drift_table(frame, FEATURE_NAMES, splits["train_end"], splits["evaluation_start"])
    shifted = int((table["psi"] > SHIFTED).sum())
    known = int(table["psi"].notna().sum())
    return dg.AssetCheckResult(
        passed=shifted < max(1, known / 2),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"shifted": shifted, "known": known, "largest": preview(table.head(12), 12)},
    )


def _splits(leadline: LeadlineResource) -> dict[str, Any]:
    return json.loads((leadline.lake.folder("learning", "dataset_splits") / "splits.json").read_text())
