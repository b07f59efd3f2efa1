"""The catalogue."""

import hashlib

import pytest
from support.real_market import real_bars, real_context

from feature_repo.catalogue import FAMILIES, FEATURE_NAMES, FEATURES, features_of, schema_hash
from feature_repo.transforms import compute_features


def test_there_are_seven_families_and_every_feature_is_named_once() -> None:
    assert {spec.family for spec in FEATURES} == set(FAMILIES)
    assert len(FEATURES) >= 36
    assert len(set(FEATURE_NAMES)) == len(FEATURES)
    assert all(spec.description and spec.source and spec.inputs for spec in FEATURES)


def test_computed_columns_are_the_catalogue_in_its_order() -> None:
    frame = compute_features(real_bars(("IBM",), last=40), real_context())
    assert tuple(frame.columns) == ("symbol", "event_time", "known_at", *FEATURE_NAMES)
    assert set(frame.dtypes.iloc[3:].astype(str)) == {"float64"}


def test_every_feature_is_known_from_its_lookback_on() -> None:
    frame = compute_features(real_bars(("IBM",), last=300), real_context())
    for spec in FEATURES:
        if spec.family == "macro":
            continue
        known = frame[spec.name].notna().to_numpy()
        assert not known[: spec.lookback].any(), spec.name
        assert known[spec.lookback :].all(), spec.name


def test_the_schema_hash_depends_on_names_and_their_order() -> None:
    assert schema_hash(["a", "b"]) == hashlib.sha256(b"a\nb").hexdigest()
    assert schema_hash(["a", "b"]) != schema_hash(["b", "a"])


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(KeyError, match="sentiment"):
        features_of("sentiment")
