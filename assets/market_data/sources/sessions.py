"""When daily bars close: the sessions of the New York Stock Exchange, early closes included, from exchange_calendars."""

from functools import lru_cache

import pandas as pd

from assets.market_data.sources.base import TIME

# A weekday on which New York did not trade (or a date outside the calendar) gets its usual winter close.
FALLBACK_CLOSE = pd.Timedelta(hours=21)
FIRST_CALENDAR_YEAR = 1950
COMMON_YEAR, COMMON_LAST_YEAR = 1990, 2029


def session_closes(first_year: int, last_year: int) -> pd.Series:
    """Close in UTC of every New York session of those years and some around, indexed by the session's date (midnight, no zone)."""
    # Building a calendar takes a third of a second: wide steps let nearly all data share one.
    return _closes(
        COMMON_YEAR if first_year >= COMMON_YEAR else FIRST_CALENDAR_YEAR,
        max(last_year // 10 * 10 + 9, COMMON_LAST_YEAR),
    )


@lru_cache(maxsize=4)
def _closes(first_year: int, last_year: int) -> pd.Series:
    import exchange_calendars

    calendar = exchange_calendars.get_calendar("XNYS", start=f"{first_year}-01-01", end=f"{last_year}-12-31")
    return calendar.closes


def daily_close(dates: pd.Series) -> pd.Series:
    """Close in UTC of the daily bars of `dates` (midnight, no zone; null stays null)."""
    known = dates.dropna()
    if known.empty or known.max().year < FIRST_CALENDAR_YEAR:
        closes = pd.Series(pd.NaT, index=dates.index, dtype=TIME)
    else:
        closes = dates.map(session_closes(known.min().year, known.max().year))
    usual = dates.dt.tz_localize("UTC") + FALLBACK_CLOSE
    return closes.astype(TIME).where(closes.notna(), usual.astype(TIME))
