"""The group as a whole, on real bars in a temporary home."""

import json
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from support.features_home import materialize_features, write_marts
from support.real_market import real_bars, real_context

from assets.lake import Lake
from assets.resources import LeadlineResource
from feature_repo.catalogue import FAMILIES, FEATURE_NAMES


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def data_versions(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    return {
        event.asset_key.to_user_string(): event.materialization.tags["dagster/data_version"]
        for event in result.get_asset_materialization_events()
    }


@pytest.mark.slow
def test_the_group_materializes_passes_its_gates_and_one_more_day_leaves_training_alone(home: Path) -> None:
    bars = real_bars(("IBM", "MSFT"), last=500)
    days = sorted(bars["event_time"].unique())
    write_marts(home, bars[bars["event_time"] < days[-1]], real_context())
    first = materialize_features()
    failed = [
        (check.asset_key.to_user_string(), check.check_name)
        for check in first.get_asset_check_evaluations()
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    assert failed == []
    assert len(data_versions(first)) == len(FAMILIES) + 4
    frame = Lake(home / "lake").read("learning", "training_frame")
    assert tuple(frame.columns[:7]) == ("symbol", "event_time", "open", "high", "low", "close", "volume")
    assert tuple(frame.columns[7:]) == FEATURE_NAMES
    splits = json.loads((home / "lake" / "learning" / "dataset_splits" / "splits.json").read_text())
    assert frame["event_time"].max() == pd.Timestamp(splits["evaluation_end"]) == days[-2]

    again = data_versions(materialize_features())
    assert again == data_versions(first)

    write_marts(home, bars, real_context())
    after = data_versions(materialize_features())
    assert after["trend_features"] != again["trend_features"]
    assert after["dataset_splits"] == again["dataset_splits"]
    assert after["training_frame"] == again["training_frame"]


def test_a_training_frame_that_saw_the_future_fails_its_gates(home: Path) -> None:
    from assets.features.checks import no_lookahead, training_frame_matches_batch
    from feature_repo.transforms import compute_features

    bars, context = real_bars(("IBM", "MSFT"), last=300), real_context()
    write_marts(home, bars, context)
    lake = Lake(home / "lake")
    times = sorted(bars["event_time"].unique())
    folder = lake.folder("learning", "dataset_splits")
    folder.mkdir(parents=True)
    splits = {"train_start": times[0].isoformat(), "evaluation_end": times[-1].isoformat()}
    (folder / "splits.json").write_text(json.dumps(splits))
    prices = bars.sort_values(["symbol", "event_time"])[
        ["symbol", "event_time", "open", "high", "low", "close", "volume"]
    ]
    frame = prices.merge(compute_features(bars, context).drop(columns="known_at"), on=["symbol", "event_time"])
    lake.write("learning", "training_frame", "all", frame)
    for check in (no_lookahead, training_frame_matches_batch):
        assert check(LeadlineResource()).passed, check

    leaked = frame.assign(log_return_1=frame.groupby("symbol")["log_return_1"].shift(-1))
    lake.write("learning", "training_frame", "all", leaked)
    result = no_lookahead(LeadlineResource())
    assert not result.passed
    assert "log_return_1" in str(result.metadata["rows"])
    assert "log_return_1" in str(training_frame_matches_batch(LeadlineResource()).metadata["differing"])


def test_missing_marts_are_named_with_the_remedy(home: Path) -> None:
    from assets.features.inputs import read_mart
    from trading_runtime.errors import StorageError
    from trading_runtime.settings import Settings

    with pytest.raises(
        StorageError, match=r"adjusted_bars.parquet does not exist: materialize the asset adjusted_bars"
    ):
        read_mart(Settings().paths, "adjusted_bars")


def test_every_feature_asset_describes_each_of_its_features() -> None:
    from assets.features.tables import feature_tables
    from feature_repo.catalogue import features_of

    for family, table in zip(FAMILIES, feature_tables, strict=True):
        spec = next(iter(table.specs))
        assert spec.key.to_user_string() == f"{family}_features"
        assert all(f"`{feature.name}`" in (spec.description or "") for feature in features_of(family))
