"""Which years are out of date, and that asking is quick and changes nothing."""

import pandas as pd
import pytest

from assets.market_data.freshness import partition_versions, stale_tables
from assets.market_data.ingest import ingest
from assets.market_data.sources.folder import FolderSource
from assets.market_data.sources.registry import BUNDLED
from assets.market_data.tables import TABLES, USER_BARS
from trading_runtime.settings import Settings

YEARS = [str(year) for year in range(1970, 2025)]


@pytest.fixture
def bundled(monkeypatch):
    """Only the two small bundled sources, to be quick."""
    sources = tuple(source for source in BUNDLED if source.table in ("crypto_bars", "fx_bars"))
    monkeypatch.setattr("assets.market_data.freshness.BUNDLED", sources)
    return sources


@pytest.fixture
def ready(lake, folder, bundled, monkeypatch):
    """A lake that holds the bundled sources and the folder."""
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(folder))
    for source in (*bundled, FolderSource(folder)):
        ingest(lake, TABLES[source.table], source, YEARS)
    assert stale_tables(Settings(), lake) == {}
    return lake


def test_on_an_empty_lake_every_year_of_every_source_is_stale(lake, bundled, folder, monkeypatch):
    assert stale_tables(Settings(), lake) == {"crypto_bars": ["2021"], "fx_bars": ["2017"]}
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(folder))
    assert stale_tables(Settings(), lake)["user_bars"] == ["2019", "2020"]


def test_one_more_day_makes_its_year_stale_and_no_other(ready, folder, bars):
    more = pd.concat([bars, bars.iloc[-1:].assign(date="2020-01-08")])
    more.to_csv(folder / "AAPL.csv", index=False)
    assert stale_tables(Settings(), ready) == {"user_bars": ["2020"]}


def test_a_changed_cell_makes_its_year_stale(ready, folder, bars):
    bars.assign(close=bars["close"].where(bars.index != 1, 101.4)).to_csv(folder / "AAPL.csv", index=False)
    assert stale_tables(Settings(), ready) == {"user_bars": ["2019"]}


def test_a_changed_last_bar_makes_the_next_year_stale_too(ready, folder, bars):
    bars.assign(close=bars["close"].where(bars.index != 3, 101.4)).to_csv(folder / "AAPL.csv", index=False)
    assert stale_tables(Settings(), ready) == {"user_bars": ["2019", "2020"]}


def test_a_new_and_a_removed_file_make_their_years_stale(ready, folder, bars):
    bars.iloc[4:].to_csv(folder / "IBM.csv", index=False)
    assert stale_tables(Settings(), ready) == {"user_bars": ["2020"]}
    for path in folder.iterdir():
        path.unlink()
    bars.iloc[4:].to_csv(folder / "IBM.csv", index=False)
    assert stale_tables(Settings(), ready) == {"user_bars": ["2019", "2020"]}


def test_without_the_folder_its_years_are_stale_so_that_they_leave_the_lake(ready, monkeypatch):
    monkeypatch.delenv("LEADLINE_DATA__BARS_DIR")
    assert stale_tables(Settings(), ready) == {"user_bars": ["2019", "2020"]}


def test_a_file_that_was_only_touched_is_not_stale(ready, folder, bars):
    (folder / "AAPL.csv").write_bytes((folder / "AAPL.csv").read_bytes())
    assert stale_tables(Settings(), ready) == {}


def test_another_version_of_a_package_makes_its_years_stale(ready, monkeypatch):
    monkeypatch.setattr("assets.market_data.sources.crypto.package_origin", lambda name: f"{name} 99")
    assert stale_tables(Settings(), ready) == {"crypto_bars": ["2021"]}


def test_an_ingest_of_some_years_leaves_the_others_stale(lake, folder, bundled, monkeypatch):
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(folder))
    ingest(lake, USER_BARS, FolderSource(folder), ["2019"])
    assert stale_tables(Settings(), lake) == {"crypto_bars": ["2021"], "fx_bars": ["2017"], "user_bars": ["2020"]}


def test_a_version_depends_on_content_alone(folder):
    assert partition_versions(FolderSource(folder)) == partition_versions(FolderSource(folder))
    assert set(partition_versions(FolderSource(folder))) == {"2019", "2020"}
