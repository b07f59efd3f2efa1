"""A user's folder: every form of file that is promised, and every fault that ends in one clear line."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.market_data.sources.folder import FolderSource, check_folder
from trading_runtime.errors import UserDataError

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
VALUES = ["symbol", "frequency", "event_time", "open", "high", "low", "close", "volume", "row", "defect"]


def _gzip(frame: pd.DataFrame, path: Path) -> None:
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))


def _dates(frame: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(frame["date"])


def _epoch(frame: pd.DataFrame, unit: int) -> pd.DataFrame:
    return frame.assign(date=_dates(frame).astype("int64") // unit)


WRITERS = {
    "AAPL.csv": lambda f, p: f.to_csv(p, index=False),
    "AAPL.CSV": lambda f, p: f.rename(columns=str.upper).to_csv(p, index=False),
    "AAPL.csv.gz": _gzip,
    "AAPL.parquet": lambda f, p: f.to_parquet(p, index=False),
}
SHAPES = {
    "plain": lambda f: f,
    "mixed case, other order": lambda f: f.rename(columns=str.title)[
        ["Volume", "Close", "Low", "High", "Open", "Date"]
    ],
    "datetime": lambda f: f.rename(columns={"date": "Datetime"}),
    "timestamp in UTC": lambda f: f.assign(date=f["date"] + "T00:00:00Z").rename(columns={"date": "timestamp"}),
    "exchange's own midnight": lambda f: f.assign(date=f["date"] + " 00:00:00-05:00"),
    "stamped at the close": lambda f: f.assign(date=f["date"] + " 16:00:00"),
    "American dates": lambda f: f.assign(date=_dates(f).strftime("%m/%d/%Y")),
    "German dates": lambda f: f.assign(date=_dates(f).strftime("%d.%m.%Y")),
    "days as numbers": lambda f: f.assign(date=_dates(f).strftime("%Y%m%d").astype(int)),
    "seconds": lambda f: _epoch(f, 10**9),
    "milliseconds": lambda f: _epoch(f, 10**6),
    "datetimes": lambda f: f.assign(date=_dates(f)),
    "datetimes with a zone": lambda f: f.assign(date=_dates(f).tz_localize("America/New_York")),
    "symbol column": lambda f: f.assign(symbol="AAPL"),
    "volume as float": lambda f: f.assign(volume=f["volume"].astype(float)),
}


def _only(folder: Path) -> pd.DataFrame:
    check_folder(folder, NOW)
    return FolderSource(folder).read()[VALUES]


@pytest.mark.parametrize("file", WRITERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_form_of_file_gives_the_same_bars(tmp_path, bars, file, shape):
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.mkdir()
    other.mkdir()
    bars.to_csv(plain / "AAPL.csv", index=False)
    WRITERS[file](SHAPES[shape](bars), other / file)
    pd.testing.assert_frame_equal(_only(other), _only(plain))


@pytest.mark.parametrize("zone", ["", "Z", "+00:00"])
def test_an_intraday_stamp_is_the_open_in_utc_and_the_bar_closes_one_length_later(tmp_path, bars, zone):
    stamps = pd.date_range("2020-01-02 14:30", periods=8, freq="15min").strftime("%Y-%m-%d %H:%M:%S")
    bars.assign(date=stamps + zone).to_csv(tmp_path / "AAPL.csv", index=False)
    frame = _only(tmp_path)
    assert set(frame["frequency"]) == {"15m"}
    assert str(frame["event_time"].iloc[0]) == "2020-01-02 14:45:00+00:00"


def test_an_offset_of_a_zone_is_taken_off(tmp_path, bars):
    stamps = pd.date_range("2020-01-02 09:30", periods=8, freq="1h").strftime("%Y-%m-%dT%H:%M:%S-05:00")
    bars.assign(date=stamps).to_parquet(tmp_path / "AAPL.parquet")
    assert str(_only(tmp_path)["event_time"].iloc[0]) == "2020-01-02 15:30:00+00:00"


def test_a_file_from_newest_to_oldest_is_read_from_its_end(tmp_path, bars):
    bars.iloc[::-1].to_csv(tmp_path / "AAPL.csv", index=False)
    frame = _only(tmp_path)
    assert frame["event_time"].is_monotonic_increasing
    assert frame["row"].tolist() == list(range(8, 0, -1))


def test_a_market_without_weekends_closes_at_midnight_utc(tmp_path, bars):
    bars.assign(date=pd.date_range("2020-01-01", periods=8)).to_csv(tmp_path / "BTC-USD.csv", index=False)
    assert str(_only(tmp_path)["event_time"].iloc[0]) == "2020-01-02 00:00:00+00:00"


def test_a_bad_cell_is_described_and_the_other_rows_stay(folder, bars):
    cells = bars.astype("object")
    cells.loc[1, "close"] = "n/k"
    cells.loc[2, "open"] = None
    cells.loc[3, "date"] = "31 Smarch"
    cells.loc[4, "volume"] = "lots"
    cells.loc[5, "high"] = "inf"
    cells.to_csv(folder / "AAPL.csv", index=False)
    frame = _only(folder).query("symbol == 'AAPL'")
    assert frame["defect"].tolist() == [
        None,
        "bad_close: close 'n/k' is no number",
        "missing_open: open is empty",
        "bad_date: date '31 Smarch' is no date",
        "bad_volume: volume 'lots' is no number",
        "bad_high: high 'inf' is no number",
        None,
        None,
    ]


def test_a_bad_cell_does_not_move_the_other_numbers_of_its_column_by_a_bit(tmp_path, bars):
    precise = bars.assign(close=bars["close"] + np.random.default_rng(7).random(8))
    precise.to_csv(tmp_path / "AAPL.csv", index=False)
    before = _only(tmp_path)["close"]
    cells = precise.astype("object")
    cells.loc[3, "close"] = "n/k"
    cells.to_csv(tmp_path / "AAPL.csv", index=False)
    assert _only(tmp_path)["close"].drop(3).tolist() == before.drop(3).tolist() == precise["close"].drop(3).tolist()


def test_a_line_with_too_many_fields_is_one_bad_row(folder):
    lines = (folder / "AAPL.csv").read_text().splitlines()
    lines[3] += ",9,9"
    (folder / "AAPL.csv").write_text("\n".join(lines))
    frame = _only(folder).query("symbol == 'AAPL'")
    assert frame["defect"].notna().tolist() == [False, False, True, *[False] * 5]
    assert "8 fields in a line of 6" in frame["defect"].iloc[2]


def test_a_column_of_volumes_that_is_empty_throughout_means_no_volume(folder, bars):
    bars.assign(volume="").to_csv(folder / "AAPL.csv", index=False)
    frame = _only(folder).query("symbol == 'AAPL'")
    assert frame["volume"].isna().all()
    assert frame["defect"].isna().all()


def _edit(name: str, change):
    def apply(folder: Path, bars: pd.DataFrame) -> None:
        change(bars.astype("object")).to_csv(folder / name, index=False)

    return apply


def _put(name: str, content: bytes):
    return lambda folder, bars: (folder / name).write_bytes(content)


def _also(name: str):
    return lambda folder, bars: bars.to_csv(folder / name, index=False)


def _cell(row: int, column: str, value: object):
    return lambda frame: frame.assign(
        **{column: [value if i == row else v for i, v in enumerate(frame[column].tolist())]}
    )


FAULTS = {
    "a column missing": (_edit("AAPL.csv", lambda f: f.drop(columns="close")), ["AAPL.csv", "'close'", "it needs"]),
    "no date column": (_edit("AAPL.csv", lambda f: f.drop(columns="date")), ["AAPL.csv", "'date'"]),
    "two columns of one name": (_edit("AAPL.csv", lambda f: f.assign(Close=1)), ["AAPL.csv", "'close'", "remove"]),
    "no good row": (_edit("AAPL.csv", lambda f: f.assign(close="x")), ["AAPL.csv", "no good row", "row 1", "'x'"]),
    "only impossible rows": (_edit("AAPL.csv", lambda f: f.assign(low=-1)), ["AAPL.csv", "no good row"]),
    "no bytes": (_put("AAPL.csv", b""), ["AAPL.csv", "empty"]),
    "a header alone": (_edit("AAPL.csv", lambda f: f.iloc[:0]), ["AAPL.csv", "empty"]),
    "a single bar": (_edit("AAPL.csv", lambda f: f.iloc[:1]), ["AAPL.csv", "single bar"]),
    "one bar many times": (_edit("AAPL.csv", lambda f: f.iloc[[0, 0, 0]]), ["AAPL.csv", "single bar"]),
    "a future date": (_edit("AAPL.csv", _cell(6, "date", "2024-05-02")), ["AAPL.csv", "row 7", "2024-05-02", "future"]),
    "the same symbol in other letters": (_also("aapl.csv.GZ"), ["AAPL.csv", "aapl.csv.GZ", "same symbol"]),
    "a path as symbol": (_also("..\\evil.csv"), ["evil.csv", "rename"]),
    "an encoded path as symbol": (_also("%2e%2e%2fevil.csv"), ["%2e%2e%2fevil.csv", "rename"]),
    "a dot at the start": (_also("..evil.csv"), ["..evil.csv", "rename"]),
    "another symbol inside": (
        _edit("AAPL.csv", lambda f: f.assign(symbol=["AAPL"] * 7 + ["../x"])),
        ["AAPL.csv", "row 8", "'../x'"],
    ),
    "a damaged Parquet file": (_put("X.parquet", b"PAR1 and so on"), ["X.parquet", "cannot be read"]),
    "a damaged gzip file": (_put("X.csv.gz", gzip.compress(b"date,open" * 999)[:40]), ["X.csv.gz", "cannot be read"]),
    "plain text called gzip": (_put("X.csv.gz", b"date,open"), ["X.csv.gz", "cannot be read"]),
    "binary": (_put("X.csv", bytes(range(256))), ["X.csv"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_used_ends_in_one_line_that_names_it(folder, bars, fault):
    apply, words = FAULTS[fault]
    apply(folder, bars)
    with pytest.raises(UserDataError) as error:
        check_folder(folder, NOW)
    assert "\n" not in str(error.value)
    assert [word for word in words if word not in str(error.value)] == []


def test_a_missing_folder_and_one_without_bars_are_named(tmp_path):
    (tmp_path / "notes.txt").write_text("no bars")
    for path, words in ((tmp_path / "nowhere", "does not exist"), (tmp_path, "holds no")):
        with pytest.raises(UserDataError, match=words) as error:
            check_folder(path, NOW)
        assert str(path) in str(error.value)


def test_todays_bar_is_not_in_the_future(folder, bars):
    bars.assign(date=[*bars["date"][:7], "2024-05-01"]).to_csv(folder / "AAPL.csv", index=False)
    check_folder(folder, NOW)


def test_a_file_is_parsed_once_while_it_does_not_change(folder, bars, monkeypatch):
    from assets.market_data.sources import folder as module

    reads = []
    original = module.read_cells
    monkeypatch.setattr(module, "read_cells", lambda file: reads.append(file.name) or original(file))
    check_folder(folder, NOW)
    FolderSource(folder).read()
    assert sorted(reads) == ["AAPL.csv", "MSFT.csv"]
    bars.iloc[:5].to_csv(folder / "AAPL.csv", index=False)
    FolderSource(folder).read()
    assert sorted(reads) == ["AAPL.csv", "AAPL.csv", "MSFT.csv"]
