"""Whether the features that a bundle was trained on are those that this installation computes."""

from pathlib import Path

from trading_runtime.errors import BundleIntegrityError
from trading_runtime.policy.bundle import BundleSpec


def check_features(folder: Path, spec: BundleSpec) -> None:
    """Raises `BundleIntegrityError` naming `features` or `feature_schema_hash` on the first difference."""
    from feature_repo.catalogue import FEATURES, schema_hash  # needs TA-Lib; not wanted for --help

    known = {feature.name for feature in FEATURES}
    if unknown := [name for name in spec.features if name not in known]:
        raise BundleIntegrityError(
            f"{folder}: field features: {unknown[0]!r} is not in this installation's catalogue; install the matching release or roll back"
        )
    expected = schema_hash(list(spec.features))
    if spec.feature_schema_hash != expected:
        raise BundleIntegrityError(
            f"{folder}: field feature_schema_hash is {spec.feature_schema_hash[:12]}…, this installation computes {expected[:12]}…: "
            "the feature definitions differ; train again or roll back"
        )
