"""A user's own bars: one CSV or Parquet file a symbol, and the checks that run before anything is written.

Columns date, datetime or timestamp, and open, high, low, close, volume, in any case and order; adj_close and symbol may be there.
The symbol is the file's name without `.csv`, `.csv.gz` or `.parquet`.

- Daily bars: the date as written is the exchange's date, whatever time or zone stands beside it, and the bar closes with New York's
  session. Where Saturdays have bars the market never closes, and a bar closes at the next midnight UTC.
- Intraday bars: the stamp is the bar's open, as Yahoo, Alpaca and ccxt write it, in UTC unless it names a zone.
- A file that runs from the newest bar to the oldest is read from its end.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from assets.market_data.sources.bar_files import NUMBERS, SURPLUS, TIMES, BarFile, list_bar_files, read_cells
from assets.market_data.sources.base import PRICES, TIME, bars_frame
from assets.market_data.sources.cells import Stamps, as_text, to_numbers, to_stamps
from assets.market_data.sources.sessions import daily_close
from assets.market_data.tables import USER_BARS
from trading_runtime.errors import UserDataError

DAY = pd.Timedelta(days=1)
ALWAYS_OPEN_SHARE = 0.05  # a seventh of the bars of a market that never closes are Saturdays'


@dataclass(frozen=True)
class FolderSource:
    """All bars of a folder, or none when no folder is set."""

    folder: Path | None
    table: str = "user_bars"

    @property
    def origin(self) -> str:
        """The folder's name."""
        return "no folder" if self.folder is None else f"folder {self.folder.expanduser().resolve().name}"

    def read(self) -> pd.DataFrame:
        """Rows in file order, symbol by symbol. Raises UserDataError for a file that cannot be used at all."""
        if self.folder is None:
            return USER_BARS.raw_schema.empty_table().to_pandas()
        frames = [_cached(file) for file in list_bar_files(self.folder.expanduser())]
        return pd.concat(frames, ignore_index=True)


def check_folder(path: Path, now: datetime) -> None:
    """Raise UserDataError, naming file, row or field and the remedy, if the folder cannot be ingested at `now` (with a zone)."""
    for file in list_bar_files(path.expanduser()):
        frame = _cached(file)
        _check_future(file, frame, now)
        good = _usable(frame)
        if not len(good):
            bad = frame["defect"].dropna()
            why = f"; row {frame.loc[bad.index[0], 'row']}: {bad.iloc[0]}" if len(bad) else ""
            raise UserDataError(
                f"{file.name} has no good row left out of {len(frame)}{why}; correct the file or remove it"
            )
        if len(good) == 1:
            raise UserDataError(f"{file.name} has a single bar; at least two are needed: add bars or remove the file")


def _check_future(file: BarFile, frame: pd.DataFrame, now: datetime) -> None:
    moment = pd.Timestamp(now).tz_convert("UTC")
    daily = frame["frequency"].str.endswith(("d", "w", "mo"))
    # A daily bar of today may be unfinished, and one dated tomorrow cannot exist; an intraday bar must have opened.
    limit = moment.normalize() + DAY
    opened = frame["event_time"] - frame["frequency"].map(bar_length)
    future = frame[frame["event_time"].gt(limit).where(daily, opened.gt(moment))]
    if len(future):
        row = future.iloc[0]
        raise UserDataError(
            f"{file.name}, row {row['row']}: the date {row['event_time']:%Y-%m-%d %H:%M} UTC lies in the future (now is "
            f"{moment:%Y-%m-%d %H:%M} UTC); correct the date or remove the row"
        )


def _usable(frame: pd.DataFrame) -> pd.DataFrame:
    prices = frame[PRICES]
    order = frame["high"].ge(prices.max(axis=1) * (1 - 1e-9)) & frame["low"].le(prices.min(axis=1) * (1 + 1e-9))
    good = frame[frame["defect"].isna() & prices.gt(0).all(axis=1) & order & ~frame["volume"].lt(0)]
    return good.drop_duplicates("event_time")


def _cached(file: BarFile) -> pd.DataFrame:
    stat = file.path.stat()
    return _read(file, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4096)
def _read(file: BarFile, size: int, modified_ns: int) -> pd.DataFrame:
    """One file as raw bars; parsed once a process while its size and time of change stay the same."""
    cells = read_cells(file)
    _check_symbol(file, cells)
    defects = _Defects(len(cells))
    if SURPLUS in cells:
        defects.add(cells[SURPLUS].notna(), SURPLUS, cells[SURPLUS])
    name = next(name for name in TIMES if name in cells)
    stamps = to_stamps(cells[name])
    if stamps.wall.isna().any():
        defects.cells(stamps.wall.isna(), name, as_text(cells[name]), "is no date")
    rows = pd.DataFrame({"row": np.arange(1, len(cells) + 1)})
    for column in [*NUMBERS, *(["adj_close"] if "adj_close" in cells else [])]:
        numbers = to_numbers(cells[column])
        optional = column == "adj_close" or (column == "volume" and bool(numbers.blank.all()))
        bad = numbers.values.isna() & ~(numbers.blank & optional)
        if bad.any():
            defects.cells(bad, column, as_text(cells[column]), "is no number")
        rows[column] = numbers.values
    rows["defect"] = defects.text
    frequency = infer_frequency(stamps.utc)
    rows["event_time"] = _event_times(stamps, frequency)
    present = rows["event_time"].dropna()
    if len(present) > 1 and present.is_monotonic_decreasing and present.iloc[0] > present.iloc[-1]:
        rows = rows.iloc[::-1]
    return bars_frame(rows, symbol=file.symbol, asset_class="user", frequency=frequency, source=file.name)


class _Defects:
    """The first thing found wrong in each row."""

    def __init__(self, rows: int):
        self.text = pd.Series([None] * rows, dtype="object")

    def add(self, bad: pd.Series, code: str, details: pd.Series) -> None:
        fresh = bad & self.text.isna()
        self.text[fresh] = f"{code}: " + details[fresh].astype(str)

    def cells(self, bad: pd.Series, column: str, text: pd.Series, complaint: str) -> None:
        empty = text.eq("")
        self.add(bad & empty, f"missing_{column}", pd.Series(f"{column} is empty", index=text.index))
        self.add(bad & ~empty, f"bad_{column}", column + " " + text.str[:80].map(repr) + " " + complaint)


def _check_symbol(file: BarFile, cells: pd.DataFrame) -> None:
    if "symbol" not in cells:
        return
    text = as_text(cells["symbol"])
    other = text[text.ne("") & text.str.casefold().ne(file.symbol.casefold())]
    if len(other):
        raise UserDataError(
            f"{file.name}, row {int(other.index[0]) + 1}: the column symbol says {other.iloc[0][:40]!r}, the file name says "
            f"{file.symbol!r}; one file holds one symbol: rename the file or correct the column"
        )


def infer_frequency(utc: pd.Series) -> str:
    """The most common distance between neighbouring stamps: `30s`, `15m`, `1h`, `1d`, `1w` or `1mo`."""
    stamps = utc.dropna().drop_duplicates().sort_values()
    if len(stamps) < 2:
        return "1d"
    seconds = int(pd.Series(np.diff(stamps.astype("int64").to_numpy()) // 1_000_000_000).mode().min())
    for least, name in ((25 * 86400, "1mo"), (5 * 86400, "1w"), (20 * 3600, "1d")):
        if seconds >= least:
            return name
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{max(seconds, 1)}s"


def bar_length(frequency: str) -> pd.Timedelta:
    """Length of an intraday bar; zero for daily and longer bars, whose length the calendar decides."""
    match = re.fullmatch(r"(\d+)([smh])", frequency)
    return pd.Timedelta(f"{match[1]}{match[2]}") if match else pd.Timedelta(0)


def _event_times(stamps: Stamps, frequency: str) -> pd.Series:
    length = bar_length(frequency)
    if length:
        return (stamps.utc + length).astype(TIME)
    dates = stamps.wall.dt.normalize()
    if dates.dt.dayofweek.eq(5).mean() >= ALWAYS_OPEN_SHARE:
        return (dates.dt.tz_localize("UTC") + DAY).astype(TIME)
    return daily_close(dates)
