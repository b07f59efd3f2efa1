"""Which raw tables a run ingests again, and over which years, from a real lake and a real event log."""

import dagster as dg
import pandas as pd
import pytest

from assets.lake import Lake
from assets.market_data.ingest import ingest
from assets.market_data.sources.folder import FolderSource
from assets.market_data.tables import USER_BARS
from orchestration.main_job import changed_tables, years_to_run
from orchestration.staleness import Staleness
from trading_runtime.settings import Settings

DAYS = [f"2020-12-{day:02d}" for day in range(21, 25)] + [f"2021-01-{day:02d}" for day in range(4, 9)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    path = tmp_path / "bars"
    path.mkdir()
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(path))
    write(path, DAYS[:-1])
    return path


def write(path, days):
    rows = {"date": days, "open": 10.0, "high": 11.0, "low": 9.0, "close": 10.5, "volume": 100}
    pd.DataFrame(rows).to_csv(path / "AAPL.csv", index=False)


def ingest_all(lake: Lake, folder) -> str:
    ingest(lake, USER_BARS, FolderSource(folder), ["2020", "2021"])
    return lake.version("raw", "user_bars")


def user_years(instance: dg.DagsterInstance, lake: Lake) -> list[str] | None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2020", "2021"]))
    def user_bars(): ...

    graph = dg.Definitions(assets=[user_bars]).resolve_asset_graph()
    changed = changed_tables(Settings(), Staleness(instance, graph), lake)
    if "user_bars" not in changed:
        return None
    return years_to_run([dg.AssetKey("user_bars")], changed, graph, lake)


def record(instance: dg.DagsterInstance, version: str) -> None:
    tags = {"dagster/data_version": version}
    instance.report_runless_asset_event(dg.AssetMaterialization("user_bars", partition="2021", tags=tags))


def test_a_kill_between_the_files_and_the_event_log_is_seen_although_the_source_looks_ingested(folder, tmp_path):
    instance, lake = dg.DagsterInstance.ephemeral(), Lake(tmp_path / "home" / "lake")
    record(instance, ingest_all(lake, folder))
    assert user_years(instance, lake) is None

    write(folder, DAYS)
    assert user_years(instance, lake) == ["2021"], "one more day is one year"

    version = ingest_all(lake, folder)  # the files are written, and here the process dies
    assert user_years(instance, lake) == ["2020", "2021"]

    record(instance, version)
    assert user_years(instance, lake) is None


def test_a_year_that_has_left_the_raw_zone_is_still_run_until_it_has_left_the_validated_zone(tmp_path):
    lake = Lake(tmp_path / "lake")
    lake.write("validated", "user_bars", "2019", pd.DataFrame({"event_time": pd.to_datetime(["2019-01-02"], utc=True)}))

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2019"]))
    def validated_user_bars(): ...

    graph = dg.Definitions(assets=[validated_user_bars]).resolve_asset_graph()
    assert years_to_run([dg.AssetKey("validated_user_bars")], {}, graph, lake) == ["2019"]
