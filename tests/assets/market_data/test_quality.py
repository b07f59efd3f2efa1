"""The asset checks against validated partitions into which something bad was planted."""

import pandas as pd
import pytest

from assets.market_data.ingest import ingest
from assets.market_data.quality import check_names, inspect
from assets.market_data.sources.fx import Fx
from assets.market_data.suites.coverage import profile
from assets.market_data.tables import FX_BARS, TABLES
from assets.market_data.validation import validate
from trading_runtime.settings import DataSettings

NOW = pd.Timestamp("2024-05-01", tz="UTC").to_pydatetime()


@pytest.fixture
def fx(lake):
    """A lake with a year of validated hourly EUR-USD."""
    ingest(lake, FX_BARS, Fx(), ["2017"])
    validate(lake, FX_BARS, ["2017"], NOW, 0.5)
    return lake


def _failed(lake, settings: DataSettings | None = None) -> dict:
    return {one.check: one for one in inspect(lake, FX_BARS, settings or DataSettings()) if not one.passed}


def test_clean_data_passes_every_check(fx):
    assert _failed(fx) == {}
    assert [one.check for one in inspect(fx, FX_BARS, DataSettings())] == check_names(FX_BARS)


PLANTED = {
    "positive_prices": lambda f: f.assign(
        **{c: f[c].where(f.index != 7, -1.0) for c in ("open", "high", "low", "close")}
    ),
    "ohlc_order": lambda f: f.assign(high=f["high"].where(f.index != 7, f["low"] * 0.9)),
    "schema": lambda f: f.assign(open=f["open"].where(f.index != 7)),
    "non_negative_volume": lambda f: f.assign(volume=f["volume"].where(f.index != 7, -1.0)),
    "unexplained_outlier_returns": lambda f: f.assign(
        **{c: f[c].where(f.index < 7, f[c] * 3) for c in ("open", "high", "low", "close")}
    ),
    "stale_series": lambda f: f.assign(
        **{c: f[c].where(~f.index.isin(range(7, 40)), f[c].iloc[7]) for c in ("open", "high", "low", "close")}
    ),
    "gaps_against_calendar": lambda f: f.drop(index=range(7, 1000)),
}


@pytest.mark.parametrize("check", PLANTED)
def test_a_planted_fault_fails_its_own_check_and_shows_the_rows(fx, check):
    frame = fx.read("validated", "fx_bars")
    fx.write("validated", "fx_bars", "2017", PLANTED[check](frame), FX_BARS.columns)
    failed = _failed(fx)
    # A negative price is also out of order and a jump.
    assert check in failed
    assert len(failed) == (3 if check == "positive_prices" else 1)
    assert 1 <= len(failed[check].offending) <= 2


@pytest.mark.parametrize("order", [[0, 1, 1, 2], [0, 2, 1, 3]], ids=["repeated", "backwards"])
def test_a_repeated_or_backwards_stamp_fails(fx, order):
    frame = fx.read("validated", "fx_bars")
    planted = pd.concat([frame.iloc[order], frame.iloc[4:]])
    fx.write("validated", "fx_bars", "2017", planted, FX_BARS.columns)
    assert "no_duplicate_or_backwards_stamps" in _failed(fx)


def test_a_missing_column_fails_the_schema(fx):
    frame = fx.read("validated", "fx_bars")
    fx.write("validated", "fx_bars", "2017", frame.drop(columns="volume"))
    assert "schema" in _failed(fx)


def test_too_many_rejected_rows_fail_and_are_shown_with_reasons(fx):
    rejected = fx.read("validated", "fx_bars").iloc[:3000].assign(reason="bad_close", detail="close 'x' is no number")
    fx.write("rejected", "fx_bars", "2017", rejected, FX_BARS.rejected_schema)
    assert _failed(fx) == {}
    failed = _failed(fx, DataSettings(max_rejected_share=0.3))
    assert list(failed) == ["rejected_share"]
    assert "reason" in failed["rejected_share"].offending


def test_an_empty_table_passes(lake):
    for table in TABLES.values():
        lake.declare("validated", table.name, table.columns)
        assert all(finding.passed for finding in inspect(lake, table, DataSettings()))


def _bars(times, frequency):
    return pd.DataFrame({"symbol": "T", "event_time": times, "frequency": frequency, "close": range(len(times))})


def test_the_calendar_of_users_bars_is_inferred_from_saturdays():
    always = pd.Series(pd.date_range("2020-01-02", periods=100, tz="UTC").delete([50, 51]))
    weekdays = pd.Series(pd.bdate_range("2020-01-02", periods=100, tz="UTC") + pd.Timedelta(hours=21))
    found = profile(_bars(always, "1d"), "inferred").iloc[0]
    assert (found["calendar"], found["expected"], found["missing"]) == ("24/7", 100, 2)
    found = profile(_bars(weekdays, "1d"), "inferred").iloc[0]
    assert (found["calendar"], found["missing"]) == ("XNYS", 0)
    found = profile(_bars(weekdays.drop(index=[3, 4]), "1d"), "inferred").iloc[0]
    assert (found["missing"], found["first_missing"][:10]) == (2, "2020-01-07")


def test_a_rejected_row_is_not_a_gap_of_the_source():
    times = pd.Series(pd.bdate_range("2020-01-02", periods=10, tz="UTC") + pd.Timedelta(hours=21))
    rejected = pd.DataFrame({"symbol": "T", "event_time": [times.iloc[3], pd.NaT]})
    left = _bars(times.drop(index=[3, 4, 5]), "1d")
    assert profile(left, "XNYS").iloc[0]["missing"] == 3
    assert profile(left, "XNYS", rejected).iloc[0]["missing"] == 1
