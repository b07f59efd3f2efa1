"""The marts' numbers, from a real dbt build over a small lake."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.tiny_lake import MISSING, SPLIT, stock, write_tiny_lake

from assets.lake import Lake
from assets.transformations.runner import TransformationError, run_dbt, status
from assets.transformations.sources import declare_sources
from trading_runtime.settings import DataSettings, Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a built warehouse."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    write_tiny_lake(settings.paths.lake)
    events = run_dbt(settings, ["build"])
    failed = [event["info"]["msg"] for event in events if status(event) not in ("success", "pass")]
    assert not failed, failed
    return settings


def mart(settings: Settings, name: str) -> pd.DataFrame:
    return pd.read_parquet(settings.paths.marts / f"{name}.parquet")


def test_a_split_leaves_no_jump_in_the_adjusted_prices_and_the_raw_close_is_kept(settings: Settings) -> None:
    apple = mart(settings, "adjusted_bars").query("symbol == 'AAPL'").set_index("event_time")
    before = apple.index[apple.index.get_loc(SPLIT) - 1]
    assert apple.loc[before, "raw_close"] == 88.99
    assert apple.loc[SPLIT, "raw_close"] == 44.86
    assert apple.loc[SPLIT, "close"] / apple.loc[before, "close"] == pytest.approx(44.86 * 2 / 88.99, rel=2e-3)
    assert np.abs(np.log(apple["close"]).diff()).max() < 0.13


def test_volume_before_a_split_is_restated_in_new_shares(settings: Settings) -> None:
    raw = stock("AAPL").set_index("event_time")["volume"]
    apple = mart(settings, "adjusted_bars").query("symbol == 'AAPL'").set_index("event_time")["volume"]
    expected = raw * np.where(raw.index < SPLIT, 2, 1)
    np.testing.assert_array_equal(apple, expected)


def test_adjusted_close_is_the_sources_and_prices_keep_their_order(settings: Settings) -> None:
    bars = mart(settings, "adjusted_bars")
    apple = bars[bars["symbol"] == "AAPL"]
    np.testing.assert_allclose(apple["close"], stock("AAPL")["adj_close"], rtol=1e-14)
    assert (bars["high"] >= bars[["open", "close", "low"]].max(axis=1)).all()
    assert bars[["symbol", "event_time"]].equals(bars[["symbol", "event_time"]].sort_values(["symbol", "event_time"]))


def test_instruments_know_their_calendar_and_periods_per_year(settings: Settings) -> None:
    instruments = mart(settings, "instruments").set_index("symbol")
    calendars = instruments["calendar"].to_dict()
    assert (
        calendars | {"BTC-USD": "24-7", "EUR-USD": "FX", "AAPL": "XNYS", "ACME": "XNYS", "SP500": "XNYS"} == calendars
    )
    assert instruments.loc["AAPL", "periods_per_year"] == 252
    assert instruments.loc["EUR-USD", "periods_per_year"] == 24 * 260
    assert set(instruments.index[instruments["is_tradable"]]) == {"AAPL", "IBM"}


def test_a_session_that_an_instrument_missed_is_kept_and_marked(settings: Settings) -> None:
    daily = mart(settings, "daily_bars")
    missing = daily[daily["is_missing"]]
    assert missing[["symbol", "session_date"]].astype(str).to_numpy().tolist() == [["IBM", str(MISSING.date())]]
    assert missing["close"].isna().all()
    assert len(daily.query("symbol == 'AAPL'")) == 252


def test_intraday_bars_become_daily_by_the_session_of_their_calendar(settings: Settings) -> None:
    daily = mart(settings, "daily_bars").assign(session_date=lambda d: d["session_date"].astype(str))
    bitcoin = daily.query("symbol == 'BTC-USD'").set_index("session_date")
    assert bitcoin.loc["2005-01-01", ["open", "high", "low", "close", "bars"]].tolist() == [1, 96, 1, 96, 96]
    euro = daily.query("symbol == 'EUR-USD'").set_index("session_date")
    assert euro["bars"].to_dict() == {"2005-01-03": 24, "2005-01-04": 24, "2005-01-05": 24}


def test_market_context_levels_large_caps_with_equal_weights(settings: Settings) -> None:
    context = mart(settings, "market_context")
    level = context.query("series == 'LARGE_CAP'")["value"].to_numpy()
    np.testing.assert_allclose(level, [100, 105, 105 * 1.10], rtol=1e-12)
    assert context.query("series == 'SP500'")["value"].tolist() == [1200.0, 1212.0, 1206.0]


def test_a_day_of_bitcoin_is_known_only_when_it_is_over(settings: Settings) -> None:
    bitcoin = mart(settings, "market_context").query("series == 'BTCUSD'")
    assert bitcoin["value"].tolist() == [96.0]  # the second day has only begun
    assert bitcoin["known_at"].tolist() == [pd.Timestamp("2005-01-02", tz="UTC")]


def test_macro_values_keep_their_release_time(settings: Settings) -> None:
    cpi = mart(settings, "market_context").query("series == 'CPI'")
    assert (cpi["known_at"] - cpi["event_time"]).tolist() == [pd.Timedelta(days=2)]


def test_building_again_gives_the_same_bytes_and_frees_the_warehouse(settings: Settings) -> None:
    before = {path.name: path.read_bytes() for path in settings.paths.marts.glob("*.parquet")}
    run_dbt(settings, ["run"])
    assert {path.name: path.read_bytes() for path in settings.paths.marts.glob("*.parquet")} == before
    opened = [sys.executable, "-c", f"import duckdb; duckdb.connect({str(settings.paths.warehouse)!r})"]
    assert subprocess.run(opened, capture_output=True, check=False).returncode == 0


@pytest.fixture
def duplicated(settings: Settings) -> Iterator[Path]:
    """The lake with one bar written twice, put back afterwards."""
    lake = Lake(settings.paths.lake)
    good = lake.read("validated", "equity_bars", ["2005"])
    path = lake.folder("validated", "equity_bars") / "2006.parquet"
    good.head(1).to_parquet(path, index=False)
    yield path
    path.unlink()


def test_a_failing_dbt_test_is_a_result_and_names_the_test(settings: Settings, duplicated: Path) -> None:
    events = run_dbt(settings, ["build", "--select", "stg_equity_bars"])
    failed = {e["data"]["node_info"]["node_name"] for e in events if status(e) == "fail"}
    assert failed == {"unique_together_stg_equity_bars_symbol__event_time"}


def test_a_damaged_lake_file_ends_in_one_line_that_names_it(settings: Settings) -> None:
    damaged = settings.paths.lake / "validated" / "fx_bars" / "2006.parquet"
    damaged.write_bytes(b"not parquet")
    try:
        with pytest.raises(TransformationError, match=r"fx_bars/2006\.parquet") as raised:
            run_dbt(settings, ["build", "--select", "stg_fx_bars"])
    finally:
        damaged.unlink()
    assert "\n" not in str(raised.value)


def test_the_users_bars_replace_the_universe(settings: Settings, tmp_path: Path) -> None:
    own = Settings(home=tmp_path, data=DataSettings(bars_dir=tmp_path / "bars"))
    write_tiny_lake(own.paths.lake)
    run_dbt(own, ["run"])
    bars = mart(own, "adjusted_bars")
    assert bars["symbol"].unique().tolist() == ["ACME"]
    assert (bars["close"] == bars["raw_close"]).all()
    instruments = mart(own, "instruments").set_index("symbol")
    assert set(instruments.index[instruments["is_tradable"]]) == {"ACME"}
    assert instruments.loc["ACME", "periods_per_year"] == 252


def test_an_empty_universe_fails_its_own_test(tmp_path: Path) -> None:
    own = Settings(home=tmp_path)
    declare_sources(Lake(own.paths.lake))
    failed = {e["data"]["node_info"]["node_name"] for e in run_dbt(own, ["build"]) if status(e) == "fail"}
    assert "not_empty_adjusted_bars_" in failed
