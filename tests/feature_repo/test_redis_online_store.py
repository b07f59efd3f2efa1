"""Feast's online store on a real Redis: the same values as SQLite, chosen by LEADLINE_SERVICES__REDIS_URL alone."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.features_home import write_marts
from support.real_market import real_bars, real_context

from assets.lake import Lake
from feature_repo.catalogue import FAMILIES, FEATURE_NAMES
from feature_repo.transforms import compute_features
from feature_repo.transforms.macro import MARKET, macro_table

pytestmark = pytest.mark.slow  # the import of Feast alone is 7 s

SYMBOLS = ["IBM", "MSFT"]


@pytest.fixture(scope="module")
def redis_url() -> str:
    import redis

    url = os.environ.get("LEADLINE_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        pytest.skip(f"no Redis ({error}): start `redis-server`, or set LEADLINE_TEST_REDIS_URL")
    return url


@pytest.fixture
def project(redis_url: str) -> Iterator[str]:
    """A project name of this test alone; Feast ends every key with it, so that its keys are found and removed."""
    import redis

    name = f"leadline_test_{uuid.uuid4().hex}"
    client = redis.Redis.from_url(redis_url)
    yield name
    for key in list(client.scan_iter(f"*{name}*")):
        client.delete(key)
    client.close()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feature tables of two real stocks."""
    root = tmp_path_factory.mktemp("lake")
    bars, context = real_bars(tuple(SYMBOLS), last=320), real_context()
    for family in FAMILIES:
        frame = macro_table(context) if family == "macro" else compute_features(bars, context, [family])
        Lake(root).write("features", f"{family}_features", "all", frame)
    return root / "features"


def filled(store: Any, last: pd.Timestamp) -> pd.DataFrame:
    """Apply, materialize up to `last`, and read back every feature, one row a symbol."""
    from feature_repo.store import apply

    apply(store)
    store.materialize(start_date=last.to_pydatetime() - pd.Timedelta(days=3000), end_date=last.to_pydatetime())
    rows = [{"symbol": symbol, "market": MARKET} for symbol in SYMBOLS]
    read = store.get_online_features(store.get_feature_service("policy_features"), rows).to_df()
    return read.set_index("symbol").loc[SYMBOLS, list(FEATURE_NAMES)].astype(float)


def test_redis_answers_the_same_values_as_sqlite(redis_url: str, project: str, tables: Path, tmp_path: Path) -> None:
    from feature_repo.store import open_store

    last = pd.read_parquet(tables / "trend_features" / "all.parquet")["event_time"].max()
    embedded = filled(open_store(tmp_path / "embedded" / "feast", tables), last)
    server = filled(open_store(tmp_path / "server" / "feast", tables, redis_url, project), last)
    assert embedded.notna().sum().sum() > 60
    pd.testing.assert_frame_equal(server, embedded, check_exact=True)
    assert not (tmp_path / "server" / "feast" / "online.db").exists()


def test_values_corrected_at_the_same_bar_replace_the_old_ones(
    redis_url: str, project: str, tables: Path, tmp_path: Path
) -> None:
    from feature_repo.store import open_store

    trend = pd.read_parquet(tables / "trend_features" / "all.parquet")
    last = trend["event_time"].max()
    mine = tmp_path / "lake"
    for family in FAMILIES:
        Lake(mine).write(
            "features", f"{family}_features", "all", pd.read_parquet(tables / f"{family}_features" / "all.parquet")
        )
    store = open_store(tmp_path / "feast", mine / "features", redis_url, project)
    before = filled(store, last)["ema_gap_20"]
    Lake(mine).write("features", "trend_features", "all", trend.assign(ema_gap_20=trend["ema_gap_20"] + 1.0))
    after = filled(open_store(tmp_path / "feast", mine / "features", redis_url, project), last)["ema_gap_20"]
    assert (after - before).tolist() == pytest.approx([1.0, 1.0])


def test_the_asset_fills_redis_under_the_universes_own_name_when_the_setting_names_it(
    redis_url: str, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg
    import redis

    bars_dir = tmp_path / project  # a universe is named after its folder, so that this test's keys are its own
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(bars_dir))
    monkeypatch.setenv("LEADLINE_SERVICES__REDIS_URL", redis_url)
    from assets.features import feature_store, tables
    from assets.resources import LeadlineResource

    write_marts(tmp_path / "home", real_bars(tuple(SYMBOLS), last=320), real_context())
    made = dg.materialize(
        [*tables.feature_tables, feature_store.feature_store, feature_store.online_features],
        resources={"leadline": LeadlineResource()},
        instance=dg.DagsterInstance.ephemeral(),
    )
    assert {check.check_name: check.passed for check in made.get_asset_check_evaluations()}["online_equals_offline"]
    with redis.Redis.from_url(redis_url) as client:
        keys = list(client.scan_iter(f"*leadline_user_{project}"))
    assert len(keys) == len(SYMBOLS) + 1, "one key an instrument, and one of the market"


@pytest.mark.parametrize("password", ["plain", "0123", "true", "a,b=c", "p@ss/wörd %"])
def test_any_password_reaches_redis_as_it_was_written(password: str, tmp_path: Path) -> None:
    from urllib.parse import quote

    from feast.infra.online_stores.redis import RedisOnlineStore

    from feature_repo.store import open_store

    url = f"redis://someone:{quote(password, safe='')}@cache/2"
    config = open_store(tmp_path / "feast", tmp_path, url).config.online_store
    nodes, options = RedisOnlineStore._parse_connection_string(config.connection_string)
    assert nodes == [{"host": "cache", "port": "6379"}]
    assert options == {"password": password, "username": "someone", "db": 2}


def test_another_redis_makes_the_online_store_stale_and_no_secret_goes_into_its_version() -> None:
    from assets.features.feature_store import redis_place
    from trading_runtime.settings import ServiceSettings

    assert redis_place(ServiceSettings()) == ""
    first, second, other = (
        redis_place(ServiceSettings(redis_url=url)) for url in ("redis://:a@cache/1", "redis://:b@cache/1", "redis://x")
    )
    assert first == second != other
