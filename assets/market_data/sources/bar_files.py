"""The files of a user's folder: which count, what their names say, and their cells as a table with plain column names."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from trading_runtime.errors import UserDataError

SUFFIXES = (".csv", ".csv.gz", ".parquet")
SYMBOL = re.compile(r"[A-Za-z0-9^_=-][A-Za-z0-9._^=-]*")
TIMES = ("datetime", "timestamp", "date")
NUMBERS = ("open", "high", "low", "close", "volume")
NEEDED = f"date (or datetime or timestamp), {', '.join(NUMBERS)}"
VALUES = (*NUMBERS, "adj_close")
SURPLUS = "bad_line"


@dataclass(frozen=True)
class BarFile:
    """One symbol's file."""

    path: Path
    symbol: str

    @property
    def name(self) -> str:
        """File name, for messages."""
        return self.path.name


def list_bar_files(folder: Path) -> list[BarFile]:
    """The bar files of `folder`, sorted by symbol. Raises UserDataError for a folder or file name that cannot be used."""
    if not folder.is_dir():
        raise UserDataError(
            f"the folder of bars {folder} does not exist or is not a folder; check the path given to --bars"
        )
    files: dict[str, BarFile] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        suffix = next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), None)
        if suffix is None or not path.is_file():
            continue
        symbol = path.name[: -len(suffix)]
        if not SYMBOL.fullmatch(symbol):
            raise UserDataError(
                f"the file name {path.name!r} in {folder} is no symbol: only letters, digits and . _ ^ = - may be in it, and no "
                "dot at its start; rename or remove the file"
            )
        other = files.setdefault(symbol.casefold(), BarFile(path, symbol))
        if other.path != path:
            raise UserDataError(
                f"{other.name} and {path.name} in {folder} hold the same symbol {symbol}; keep one of them"
            )
    if not files:
        raise UserDataError(
            f"the folder of bars {folder} holds no .csv, .csv.gz or .parquet file; put one a symbol there"
        )
    return [files[key] for key in sorted(files)]


def read_cells(file: BarFile) -> pd.DataFrame:
    """The cells of a file with lower-case column names, times of a CSV as text; a line with surplus fields is marked in `bad_line`."""
    try:
        frame = _parquet(file.path) if file.name.lower().endswith(".parquet") else _csv(file.path)
    except pd.errors.EmptyDataError as error:
        raise UserDataError(f"{file.name} is empty; fill it with bars or remove it") from error
    except UnicodeDecodeError as error:
        raise UserDataError(f"{file.name} is not UTF-8 text; save it as UTF-8 CSV") from error
    except (EOFError, zlib.error, csv.Error, ValueError, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise UserDataError(
            f"{file.name} cannot be read ({reason}); it is damaged or not what its name says: replace it"
        ) from error
    frame.columns = pd.Index([_plain(name) for name in frame.columns])
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise UserDataError(f"{file.name} has two columns named {repeated[0]!r}; remove one")
    missing = [name for name in NUMBERS if name not in frame]
    if not any(name in frame for name in TIMES):
        missing = ["date", *missing]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        found = ", ".join(frame.columns) or "none"
        raise UserDataError(f"{file.name} has no column {names}; it needs {NEEDED} (found: {found})")
    if frame.empty:
        raise UserDataError(f"{file.name} is empty: it has a header and no row; fill it with bars or remove it")
    return frame


def _plain(name: object) -> str:
    return re.sub(r"[\s_-]+", "_", str(name).strip().strip("\ufeff<>").lower())


def _parquet(path: Path) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    if isinstance(frame.index, pd.DatetimeIndex) and not any(_plain(name) in TIMES for name in frame.columns):
        frame.index.name = "datetime"
    return frame.reset_index() if frame.index.name else frame


def _open(path: Path) -> Iterator[str]:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:  # type: ignore[operator]
        yield from stream


def _csv(path: Path) -> pd.DataFrame:
    header = next((line for line in _open(path) if line.strip()), "")
    separator = max(",;\t", key=header.count)
    names = next(csv.reader([header], delimiter=separator), [])
    # Times stay text; a column of numbers is read as such, and one with a bad cell comes back as text.
    options: dict[str, Any] = {
        "sep": separator,
        "dtype": {name: str for name in names if _plain(name) not in VALUES},
        "keep_default_na": False,
        "na_values": [""],
        "float_precision": "round_trip",
        "low_memory": False,
        "index_col": False,
        "encoding": "utf-8-sig",
        "compression": "gzip" if path.name.lower().endswith(".gz") else None,
    }
    try:
        return pd.read_csv(path, **options)
    except pd.errors.ParserError:
        return _ragged_csv(path, separator)


def _ragged_csv(path: Path, separator: str) -> pd.DataFrame:
    """Line by line, for a file in which a line has more fields than the header: only that line is bad."""
    lines = [fields for fields in csv.reader(_open(path), delimiter=separator) if fields]
    header, rows = lines[0], lines[1:]
    width = len(header)
    frame = pd.DataFrame([(row + [""] * width)[:width] for row in rows], columns=header, dtype=str)
    found = [f"{len(row)} fields in a line of {width}: {separator.join(row)[:200]}" for row in rows]
    frame[SURPLUS] = [text if len(row) > width else None for row, text in zip(rows, found, strict=True)]
    return frame
