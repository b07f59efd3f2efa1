"""Raw rows parted into validated and rejected: real dirty data, planted faults, and nothing lost whatever the input."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.lake import Lake
from assets.market_data.ingest import ingest
from assets.market_data.sources.base import TIME, bars_frame
from assets.market_data.sources.crypto import Crypto
from assets.market_data.sources.folder import FolderSource
from assets.market_data.sources.macro import Macro
from assets.market_data.suites.neighbours import _longest_increasing
from assets.market_data.tables import CRYPTO_BARS, MACRO_SERIES, USER_BARS
from assets.market_data.validation import validate
from assets.market_data.years import FIRST_YEAR
from assets.partitions import FIRST_YEAR as FIRST_PARTITION

NOW = datetime(2024, 5, 1, tzinfo=UTC)
YEARS = [str(year) for year in range(1970, 2025)]


def _run(lake, table, source, years=YEARS, now=NOW, limit=0.5):
    ingest(lake, table, source, years)
    return validate(lake, table, years, now, limit)


class _Rows:
    """A source of given rows."""

    table, origin = "user_bars", "test"

    def __init__(self, rows: pd.DataFrame):
        self._rows = rows

    def read(self) -> pd.DataFrame:
        return bars_frame(self._rows, asset_class="user", frequency="1d", source="T.csv")


def _daily(close, start="2019-12-26 21:00"):
    times = pd.date_range(start, periods=len(close), freq="D", tz="UTC").astype(TIME)
    close = np.asarray(close, dtype=float)
    prices = {"open": close, "high": close, "low": close, "close": close}
    return pd.DataFrame({"symbol": "T", "event_time": times, **prices, "volume": 1.0})


def test_the_real_bitcoin_file_loses_its_repeats_and_unfinished_bars_and_nothing_else(lake):
    done = _run(lake, CRYPTO_BARS, Crypto())
    assert done.reasons == {"duplicate_stamp": 32, "incomplete_bar": 3}
    assert len(done.good) == 8721 - 35
    assert done.good["event_time"].is_monotonic_increasing
    assert int((done.good["volume"] == 0).sum()) > 2000
    kept = lake.read("rejected", "crypto_bars")
    assert kept.query("reason == 'duplicate_stamp'")["detail"].str.contains("first_row").all()


def test_a_period_without_value_is_kept_aside_and_the_oldest_years_are_in_the_first_partition(lake):
    done = _run(lake, MACRO_SERIES, Macro())
    assert set(done.reasons) == {"missing_value"}
    assert FIRST_YEAR == FIRST_PARTITION
    assert lake.read("validated", "macro_series", ["1970"])["event_time"].min().year == 1919


def test_bad_cells_are_rejected_and_counted_with_the_text_that_was_found(lake, folder, bars):
    cells = bars.astype("object")
    cells.loc[1, "close"] = "n/k"
    cells.loc[6, "date"] = "soon"
    cells.to_csv(folder / "AAPL.csv", index=False)
    done = _run(lake, USER_BARS, FolderSource(folder))
    assert done.reasons == {"bad_close": 1, "bad_date": 1}
    assert len(done.good) == 14
    rejected = lake.read("rejected", "user_bars")
    assert rejected["row"].tolist() == [2, 7]
    assert rejected["detail"].tolist() == ["close 'n/k' is no number", "date 'soon' is no date"]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("close", 0.0, "non_positive_close"),
        ("open", -1.0, "non_positive_open"),
        ("high", 99.0, "high_below_body"),
        ("low", 105.0, "low_above_body"),
        ("volume", -5.0, "negative_volume"),
        ("close", np.nan, "missing_close"),
    ],
)
def test_an_impossible_row_is_rejected_for_its_reason(lake, column, value, reason):
    rows = _daily([100.0 + day for day in range(10)])
    rows["high"] += 2
    rows["low"] -= 2
    rows.loc[4, column] = value
    done = _run(lake, USER_BARS, _Rows(rows))
    assert done.reasons == {reason: 1}
    assert done.rejected["row"].tolist() == [5]


def test_a_price_copied_through_single_precision_is_not_out_of_order(lake):
    rows = _daily([100.1, 100.3, 99.7])
    rows["high"] = rows["high"].astype("float32").astype("float64")
    rows["low"] = rows["low"].astype("float32").astype("float64")
    assert _run(lake, USER_BARS, _Rows(rows)).reasons == {}


def test_a_bad_tick_is_rejected_and_a_crash_that_stays_is_not(lake):
    close = [100.0, 101, 1010, 102, 101, 40, 41, 40]
    done = _run(lake, USER_BARS, _Rows(_daily(close, "2020-02-03 21:00")))
    assert done.reasons == {"bad_tick": 1}
    assert done.rejected["close"].tolist() == [1010.0]


def test_one_row_out_of_order_does_not_take_the_others_with_it(lake):
    rows = _daily([100.0] * 20, "2020-02-03 21:00")
    rows.loc[5, "event_time"] = rows["event_time"].iloc[-1] + pd.Timedelta(days=30)
    done = _run(lake, USER_BARS, _Rows(rows))
    assert done.reasons == {"backwards_stamp": 1}
    assert done.rejected["row"].tolist() == [6]


def test_a_bar_that_has_not_closed_when_the_run_starts_is_incomplete(lake):
    now = datetime(2019, 12, 30, 15, tzinfo=UTC)
    done = _run(lake, USER_BARS, _Rows(_daily([100.0] * 5)), now=now)
    assert done.reasons == {"incomplete_bar": 1}


def test_years_validated_one_by_one_equal_years_validated_together(tmp_path):
    close = [100.0, 101, 102, 103, 99, 1000, 100, 101, 30, 31]
    close += [100.0] * 400
    source, years = _Rows(_daily(close)), ["2019", "2020", "2021"]
    together, alone = Lake(tmp_path / "together"), Lake(tmp_path / "alone")
    _run(together, USER_BARS, source, years)
    for year in years:
        _run(alone, USER_BARS, source, [year])
    for zone in ("validated", "rejected"):
        assert together.version(zone, "user_bars") == alone.version(zone, "user_bars")


def test_a_year_that_left_the_source_leaves_the_lake(lake, folder, bars):
    _run(lake, USER_BARS, FolderSource(folder))
    assert set(lake.manifest("validated", "user_bars")) == {"2019", "2020"}
    for name in ("AAPL.csv", "MSFT.csv"):
        bars.iloc[4:].to_csv(folder / name, index=False)
    _run(lake, USER_BARS, FolderSource(folder))
    assert set(lake.manifest("validated", "user_bars")) == {"2020"}
    assert not (lake.folder("validated", "user_bars") / "2019.parquet").exists()


def test_a_write_that_fails_midway_leaves_the_old_partition(lake, folder, bars, monkeypatch):
    import pyarrow.parquet as pq

    _run(lake, USER_BARS, FolderSource(folder))
    before = lake.version("raw", "user_bars")
    content = lake.read("raw", "user_bars")
    bars.assign(volume=7).to_csv(folder / "AAPL.csv", index=False)

    def half(table, where, **_):
        Path(where).write_bytes(b"PAR1 half a file")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pq, "write_table", half)
        with pytest.raises(Exception, match="no space left"):
            ingest(lake, USER_BARS, FolderSource(folder), YEARS)
    assert lake.version("raw", "user_bars") == before
    pd.testing.assert_frame_equal(lake.read("raw", "user_bars"), content)
    assert list(lake.folder("raw", "user_bars").glob(".*.tmp")) == []


prices = st.one_of(st.floats(-5, 500), st.just(float("nan")), st.just(0.0), st.just(100.0))
rows = st.lists(st.tuples(st.integers(0, 800), prices, prices, prices, prices, prices), min_size=0, max_size=30)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
def test_every_raw_row_is_either_validated_or_rejected_and_never_both(cells):
    frame = pd.DataFrame(cells, columns=["day", "open", "high", "low", "close", "volume"])
    frame["event_time"] = (pd.Timestamp("2019-06-01 21:00", tz="UTC") + pd.to_timedelta(frame["day"], "D")).astype(TIME)
    frame.loc[frame["day"] % 97 == 0, "event_time"] = pd.NaT
    with TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        done = _run(lake, USER_BARS, _Rows(frame.assign(symbol="T")), ["1970", "2019", "2020", "2021"])
        held = [lake.read(zone, "user_bars", columns=["row"])["row"] for zone in ("validated", "rejected")]
    assert sorted([*done.good["row"], *done.rejected["row"]]) == list(range(1, len(frame) + 1))
    assert sorted(pd.concat(held)) == list(range(1, len(frame) + 1))
    assert done.rejected["reason"].notna().all()


@given(st.lists(st.integers(0, 20), max_size=12))
def test_the_rows_kept_in_order_are_the_most_that_can_be_kept(values):
    chosen = [values[position] for position in _longest_increasing(values)]
    assert all(a < b for a, b in pairwise(chosen))
    best = [1] * len(values)
    for i in range(len(values)):
        best[i] += max((best[j] for j in range(i) if values[j] < values[i]), default=0)
    assert len(chosen) == max(best, default=0)
