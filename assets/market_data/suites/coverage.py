"""How much of its calendar each symbol covers, and how long its price stood still: one row a symbol, for rules about series."""

import numpy as np
import pandas as pd

from assets.market_data.sources.folder import ALWAYS_OPEN_SHARE, bar_length
from assets.market_data.sources.sessions import session_closes
from assets.market_data.tables import Calendar

FX_ZONE = "America/New_York"
FX_DAY_STARTS = pd.Timedelta(hours=17)
COLUMNS = ["symbol", "calendar", "bars", "expected", "missing", "missing_share", "first_missing", "longest_stale"]


def profile(bars: pd.DataFrame, calendar: Calendar, rejected: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a symbol: `calendar, bars, expected, missing, missing_share, first_missing, longest_stale`.

    `bars` are validated (`symbol, event_time, frequency, close`, in order of time). A calendar of "inferred" is "24/7" where Saturdays
    have bars, else New York's; weekly and monthly bars have no calendar. A bar that the source has and validation `rejected`
    (`symbol, event_time`; the time may be null) is not missing. `longest_stale` counts bars in a row with one close.
    """
    if rejected is None:
        rejected = bars.iloc[:0]
    rows = [
        _of_symbol(str(symbol), one, calendar, rejected.loc[rejected["symbol"] == symbol, "event_time"])
        for symbol, one in bars.groupby("symbol", sort=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"missing_share": "float64", "longest_stale": "int64"})


def _of_symbol(symbol: str, bars: pd.DataFrame, calendar: Calendar, rejected: pd.Series) -> tuple:
    times = bars["event_time"]
    frequency = str(bars["frequency"].iloc[0])
    length = bar_length(frequency)
    if calendar == "inferred":
        days = (times - (length or pd.Timedelta(days=1))).dt.dayofweek
        calendar = "24/7" if days.eq(5).mean() >= ALWAYS_OPEN_SHARE else "XNYS"
    if frequency in ("1w", "1mo"):
        calendar = "none"
    missing, expected = _missing(times, pd.concat([times, rejected.dropna()]), length, calendar)
    # A row whose time cannot be read stands for one of the missing bars.
    missing = missing[: max(len(missing) - int(rejected.isna().sum()), 0)]
    share = len(missing) / expected if expected else 0.0
    first = str(missing[0]) if len(missing) else ""
    return symbol, calendar, len(bars), expected, len(missing), share, first, _longest_run(bars["close"])


def _missing(
    times: pd.Series, present: pd.Series, length: pd.Timedelta, calendar: Calendar
) -> tuple[pd.DatetimeIndex, int]:
    """Closes (or, for New York, session dates) from the first to the last of `times` that are not `present`, and how many were
    expected."""
    first, last = times.min(), times.max()
    if calendar == "XNYS":
        sessions = session_closes(first.year, last.year).index
        dates = pd.DatetimeIndex(present.dt.tz_localize(None).dt.normalize().unique())
        start, end = (time.tz_localize(None).normalize() for time in (first, last))
        expected = sessions[(sessions >= start) & (sessions <= end)]
        return pd.DatetimeIndex(expected.difference(dates)), len(expected)
    if calendar == "none":
        return pd.DatetimeIndex([]), 0
    expected = pd.date_range(first, last, freq=length or pd.Timedelta(days=1))
    if calendar == "fx":
        # The trading week runs from Sunday to Friday, 17:00 in New York; shifted by seven hours its days are Monday to Friday.
        days = (expected - length).tz_convert(FX_ZONE).tz_localize(None) + (pd.Timedelta(days=1) - FX_DAY_STARTS)
        expected = expected[days.dayofweek < 5]
    return expected.difference(pd.DatetimeIndex(present)), len(expected)


def _longest_run(values: pd.Series) -> int:
    numbers = values.to_numpy()
    changes = np.flatnonzero(np.append(numbers[1:] != numbers[:-1], True))
    return int(np.diff(np.append(-1, changes)).max()) if len(numbers) else 0
