"""The bundled sources against what their packages hold."""

import subprocess
import sys

import pandas as pd
import pytest

from assets.lake import BAR_SCHEMA
from assets.market_data.sources.crypto import Crypto
from assets.market_data.sources.equities import Equities
from assets.market_data.sources.fx import Fx
from assets.market_data.sources.indices import Indices
from assets.market_data.sources.large_caps import LargeCaps
from assets.market_data.sources.macro import Macro
from assets.market_data.sources.registry import BUNDLED
from assets.market_data.tables import TABLES


@pytest.mark.parametrize("source", BUNDLED, ids=lambda source: source.table)
def test_every_source_has_the_raw_columns_of_its_table(source):
    frame = source.read()
    assert list(frame.columns) == TABLES[source.table].raw_schema.names
    assert frame["defect"].isna().all()
    assert (frame["known_at"] >= frame["event_time"]).all()


@pytest.mark.parametrize(
    ("source", "rows", "symbols"),
    [(Equities(), 12154, 5), (LargeCaps(), 166260, 20), (Indices(), 10062, 2), (Crypto(), 8721, 1), (Fx(), 6225, 1)],
    ids=["equities", "large caps", "indices", "crypto", "fx"],
)
def test_no_row_of_a_bundled_file_is_left_out(source, rows, symbols):
    frame = source.read()
    assert len(frame) == rows
    assert frame["symbol"].nunique() == symbols
    assert list(frame.columns[: len(BAR_SCHEMA.names)]) == BAR_SCHEMA.names


def test_equities_are_the_numbers_that_the_package_itself_loads():
    from bokeh_sampledata.stocks import MSFT

    mine = Equities().read().query("symbol == 'MSFT'")
    assert mine["close"].tolist() == MSFT["close"]
    assert mine["adj_close"].tolist() == MSFT["adj_close"]
    assert mine["event_time"].dt.strftime("%Y-%m-%d").tolist() == MSFT["date"]


def test_a_daily_bar_closes_with_its_session_also_on_a_short_day_and_in_summer():
    times = Equities().read().query("symbol == 'IBM'")["event_time"]
    text = set(times.dt.strftime("%Y-%m-%d %H:%M"))
    assert {"2012-07-02 20:00", "2012-07-03 17:00", "2012-12-24 18:00", "2012-12-26 21:00"} <= text


def test_intraday_bars_are_stamped_at_their_close():
    assert str(Crypto().read()["event_time"].iloc[0]) == "2021-09-27 14:00:00+00:00"
    assert str(Fx().read()["event_time"].iloc[0]) == "2017-01-01 23:00:00+00:00"


def test_a_macro_value_is_known_only_after_its_period_and_its_release_lag():
    frame = Macro().read().set_index(["series", "event_time"]).sort_index()
    december = frame.loc[("CORE_CPI", pd.Timestamp("2018-01-01", tz="UTC"))]
    assert str(december["known_at"]) == "2018-02-01 00:00:00+00:00"
    crash = frame.loc[("REAL_GDP", pd.Timestamp("2009-01-01", tz="UTC"))]
    assert str(crash["known_at"]) == "2009-04-03 00:00:00+00:00"


def test_reading_the_sources_imports_none_of_the_heavy_packages():
    code = (
        "import sys; from assets.market_data.sources.registry import BUNDLED; [s.read() for s in BUNDLED]; "
        "import assets.market_data.freshness; "
        "heavy = {'skfolio', 'arch', 'statsmodels', 'bokeh_sampledata', 'gym_anytrading', 'great_expectations', 'dagster'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
