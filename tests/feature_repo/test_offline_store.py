"""The store behind Feast's interface."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.real_market import real_bars, real_context

from assets.lake import Lake
from feature_repo.catalogue import FAMILIES, FEATURE_NAMES
from feature_repo.transforms import compute_features
from feature_repo.transforms.macro import macro_table

pytestmark = pytest.mark.slow  # the import of Feast alone is 7 s


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return real_bars(("IBM", "MSFT"), last=320)


@pytest.fixture(scope="module")
def store(bars: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from feature_repo.store import apply, open_store

    home = tmp_path_factory.mktemp("home")
    lake = Lake(home / "lake")
    for family in FAMILIES:
        frame = macro_table(real_context()) if family == "macro" else compute_features(bars, real_context(), [family])
        lake.write("features", f"{family}_features", "all", frame)
    opened = open_store(home / "feast", home / "lake" / "features")
    apply(opened)
    return opened


def asked(bars: pd.DataFrame) -> pd.DataFrame:
    return bars[["symbol", "event_time"]].rename(columns={"event_time": "event_timestamp"}).assign(market="US")


def test_the_training_join_equals_the_features_computed_directly(store: Any, bars: pd.DataFrame) -> None:
    joined = store.get_historical_features(asked(bars), store.get_feature_service("policy_features")).to_df()
    direct = compute_features(bars, real_context())
    assert joined["symbol"].tolist() == direct["symbol"].tolist()
    for name in FEATURE_NAMES:
        assert np.array_equal(joined[name].to_numpy(), direct[name].to_numpy(), equal_nan=True), name


def test_the_join_equals_feasts_own_file_store_where_nothing_was_published_late(
    store: Any, bars: pd.DataFrame, tmp_path: Path
) -> None:
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource
    from feast.repo_config import RepoConfig
    from feast.types import Float64

    table = Path(store.config.offline_store.lake) / "trend_features" / "all.parquet"
    config = {"registry": str(tmp_path / "r.db"), "online_store": {"path": str(tmp_path / "o.db")}}
    theirs = FeatureStore(
        config=RepoConfig(
            project="theirs",
            provider="local",
            entity_key_serialization_version=3,
            offline_store={"type": "dask"},
            **config,
        )
    )
    symbol = Entity(name="instrument", join_keys=["symbol"])
    source = FileSource(path=str(table), timestamp_field="event_time", created_timestamp_column="known_at")
    fields = [Field(name=name, dtype=Float64) for name in ("adx_14", "ema_gap_20")]
    theirs.apply(
        [symbol, FeatureView(name="trend_features", entities=[symbol], ttl=timedelta(0), schema=fields, source=source)]
    )
    rows = asked(bars)[["symbol", "event_timestamp"]].sample(frac=0.3, random_state=0)
    rows["event_timestamp"] += timedelta(hours=5)
    names = ["trend_features:adx_14", "trend_features:ema_gap_20"]
    frames = [
        each.get_historical_features(rows, names).to_df().sort_values(["symbol", "event_timestamp"], ignore_index=True)
        for each in (store, theirs)
    ]
    for name in ("adx_14", "ema_gap_20"):
        assert np.array_equal(frames[0][name].to_numpy(float), frames[1][name].to_numpy(float), equal_nan=True)


def test_duplicate_entity_rows_keep_their_place(store: Any, bars: pd.DataFrame) -> None:
    rows = pd.concat([asked(bars.tail(2)), asked(bars.tail(1)), asked(bars.tail(2))])
    joined = store.get_historical_features(rows, ["trend_features:adx_14"]).to_df()
    assert len(joined) == 5
    assert joined["adx_14"][1] == joined["adx_14"][2] == joined["adx_14"][4]


def test_full_feature_names_and_queries_as_entity_rows_are_understood(store: Any, bars: pd.DataFrame) -> None:
    path = Path(store.config.offline_store.lake) / "trend_features" / "all.parquet"
    query = f"SELECT symbol, event_time AS event_timestamp FROM '{path}' WHERE symbol = 'IBM' ORDER BY event_time"
    joined = store.get_historical_features(query, ["trend_features:adx_14"], full_feature_names=True).to_df()
    assert len(joined) == (bars["symbol"] == "IBM").sum()
    assert "trend_features__adx_14" in joined


def test_online_values_are_the_newest_offline_values(store: Any, bars: pd.DataFrame) -> None:
    last = bars["event_time"].max().to_pydatetime()
    store.materialize(start_date=last - timedelta(days=900), end_date=last)
    service = store.get_feature_service("policy_features")
    rows = [{"symbol": symbol, "market": "US"} for symbol in ("IBM", "MSFT")]
    online = store.get_online_features(features=service, entity_rows=rows).to_df().set_index("symbol")
    direct = compute_features(bars, real_context()).groupby("symbol").tail(1).set_index("symbol")
    for name in FEATURE_NAMES:
        assert np.array_equal(online[name].to_numpy(float), direct[name].to_numpy(float), equal_nan=True), name


def test_materializing_an_earlier_day_shows_that_day(store: Any, bars: pd.DataFrame) -> None:
    from feature_repo.store import apply, open_store

    day = np.sort(bars["event_time"].unique())[-50]
    early = open_store(Path(store.config.online_store.path).parent / "early", Path(store.config.offline_store.lake))
    apply(early)
    early.materialize(start_date=day - timedelta(days=900), end_date=day)
    answer = early.get_online_features(["momentum_features:log_return_1"], [{"symbol": "IBM"}]).to_dict()
    direct = compute_features(bars, None, ["momentum"])
    row = direct[(direct["symbol"] == "IBM") & (direct["event_time"] == day)]
    assert answer["log_return_1"] == row["log_return_1"].tolist()


def test_applying_twice_changes_nothing_and_removes_what_is_no_longer_declared(store: Any) -> None:
    from feast import FeatureView

    from feature_repo.entities import instrument
    from feature_repo.store import apply
    from feature_repo.views.trend import trend_features

    stray = FeatureView(
        name="stray", entities=[instrument], schema=trend_features.schema, source=trend_features.batch_source
    )
    store.apply([stray])
    names = apply(store)
    assert {view.name for view in store.list_feature_views()} == {f"{family}_features" for family in FAMILIES}
    assert apply(store) == names


def test_the_registry_and_online_store_lie_below_the_home_folder_and_redis_is_one_setting_away(tmp_path: Path) -> None:
    from feature_repo.store import open_store

    plain = open_store(tmp_path / "feast", tmp_path / "lake" / "features")
    assert plain.config.online_store.path == str(tmp_path / "feast" / "online.db")
    redis = open_store(tmp_path / "feast", tmp_path / "lake" / "features", "redis://:secret@cache:6380/2")
    assert redis.config.online_store.connection_string == 'cache:6380,password="secret",db=2'
