"""From the text of a cell to a number or a time; what cannot be read is null and is described, never guessed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

BLANK = {"", "nan", "null", "none", "n/a", "na", "-"}
THOUSANDS = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"
OFFSET = r"(Z|z|[+-]\d{2}:?\d{2})$"
WHOLE = r"\d+(?:\.0+)?"

# Tried in order on the cells that are not ISO 8601; the first that reads the most of a file wins, so 13/01/2020 decides for the file.
_DAYS = ["%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%m-%d-%Y", "%d-%m-%Y", "%d-%b-%Y", "%d %b %Y"]
_DAYS += ["%b %d, %Y", "%B %d, %Y", "%m/%d/%y", "%d/%m/%y"]
FORMATS = [f"{day}{time}" for time in ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %I:%M %p") for day in _DAYS]
SAMPLE = 500


@dataclass(frozen=True)
class Numbers:
    """`values` float64, null where the cell is not a finite number; `blank` marks cells that hold nothing."""

    values: pd.Series
    blank: pd.Series


@dataclass(frozen=True)
class Stamps:
    """`wall` is the time as written (no zone); `utc` the same instant in UTC, taking a time without zone as UTC."""

    wall: pd.Series
    utc: pd.Series


def to_numbers(cells: pd.Series) -> Numbers:
    """Read numbers: integers or floats, also with thousands separators; infinity counts as unreadable."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        values = pd.Series(cells.to_numpy("float64", na_value=np.nan), index=cells.index)
        blank = values.isna()
    else:
        text = as_text(cells)
        blank = text.str.lower().isin(BLANK)
        values = pd.Series(pd.to_numeric(text.mask(blank), errors="coerce"), index=cells.index).astype("float64")
        # pandas reads text faster than exactly (off by the last bit), and a bad cell must not move its neighbours.
        values = text[values.notna()].map(float).reindex(cells.index).astype("float64")
        grouped = values.isna() & text.str.fullmatch(THOUSANDS)
        if grouped.any():
            values[grouped] = text[grouped].str.replace(",", "").astype("float64")
    return Numbers(values.where(np.isfinite(values)), blank)


def to_stamps(cells: pd.Series) -> Stamps:
    """Read times: ISO 8601 with or without zone, common day-month-year forms, YYYYMMDD, seconds to nanoseconds since 1970."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        if getattr(cells.dtype, "tz", None) is not None:
            return Stamps(
                cells.dt.tz_localize(None).astype("datetime64[ns]"),
                cells.dt.tz_convert("UTC").astype("datetime64[ns, UTC]"),
            )
        wall = cells.astype("datetime64[ns]")
        return Stamps(wall, wall.dt.tz_localize("UTC"))
    text = as_text(cells)
    wall = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns]")
    whole = text.str.fullmatch(WHOLE)
    if whole.any():
        wall[whole] = _from_integers(text[whole])
    rest = text[~whole].str.replace(r"\s*(?:UTC|GMT)$", "Z", regex=True)
    offsets = rest.where(rest.str.contains(":")).str.extract(OFFSET, expand=False)
    body = rest.mask(offsets.notna(), rest.str.replace(OFFSET, "", regex=True)).str.strip()
    wall[~whole] = _from_text(body)
    ahead = pd.Series(pd.Timedelta(0), index=cells.index)
    ahead[offsets.dropna().index] = offsets.dropna().map(_offset)
    return Stamps(wall, (wall - ahead).dt.tz_localize("UTC"))


def as_text(cells: pd.Series) -> pd.Series:
    """Cells as stripped text, the empty string for null."""
    return cells.astype("object").where(cells.notna(), "").astype(str).str.strip()


def _from_text(text: pd.Series) -> pd.Series:
    wall = pd.to_datetime(text, format="ISO8601", errors="coerce").astype("datetime64[ns]")
    # Short ISO forms such as 2020 or 2020-01 name no day.
    wall = wall.where(text.str.len() >= 8)
    rest = text[wall.isna() & ~text.str.lower().isin(BLANK)]
    if rest.empty:
        return wall
    sample = rest.iloc[:: max(1, len(rest) // SAMPLE)]
    read = [pd.to_datetime(sample, format=form, errors="coerce").notna().sum() for form in FORMATS]
    if max(read):
        best = FORMATS[int(np.argmax(read))]
        wall[rest.index] = pd.to_datetime(rest, format=best, errors="coerce").astype("datetime64[ns]")
    return wall


def _from_integers(text: pd.Series) -> pd.Series:
    """YYYYMMDD has eight digits; since 1973 seconds have nine or ten, milliseconds 12 or 13, micro- and nanoseconds more."""
    digits = text.str.partition(".")[0]
    lengths = digits.str.len()
    parts = [pd.to_datetime(digits[lengths == 8], format="%Y%m%d", errors="coerce").astype("datetime64[ns]")]
    for unit, low, high in (("s", 9, 10), ("ms", 12, 13), ("us", 15, 16), ("ns", 18, 19)):
        chosen: pd.Series = pd.to_numeric(digits[lengths.between(low, high)], errors="coerce")
        parts.append(pd.to_datetime(chosen, unit=unit, errors="coerce").astype("datetime64[ns]"))  # type: ignore[call-overload]
    return pd.concat(parts).reindex(text.index)


def _offset(text: str) -> pd.Timedelta:
    if text in "Zz":
        return pd.Timedelta(0)
    digits = text[1:].replace(":", "")
    size = pd.Timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if text[0] == "-" else size
