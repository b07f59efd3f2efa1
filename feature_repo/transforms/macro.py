"""Macro features: functions of the context series as last known, the same for every instrument.

Each value depends on the series as known at the stamp alone, so features made at sparse stamps (when something became known)
and joined as-of onto bars equal features made at the bars' own stamps.
"""

import numpy as np
import pandas as pd

from feature_repo.transforms.context import DAY, MAX_AGE, Context, Stamps
from feature_repo.transforms.rolling import Array

QUARTER, YEAR = 91 * DAY, 365 * DAY
MARKET = "US"


def macro(context: Context, stamps: Stamps) -> dict[str, Array]:
    """Macro features at `stamps` (microseconds, [n]), each [n]; NaN where a series is missing or older than 100 days."""
    baa, baa_then = context.series("BAA_YIELD").as_of_with_lag(stamps, QUARTER, MAX_AGE)
    aaa, aaa_then = context.series("AAA_YIELD").as_of_with_lag(stamps, QUARTER, MAX_AGE)
    bill = context.series("TBILL_YIELD").as_of(stamps, MAX_AGE)
    jobless, jobless_then = context.series("UNEMPLOYMENT").as_of_with_lag(stamps, YEAR, MAX_AGE)
    market_lead = _change(context, stamps, QUARTER, "SP500")
    return {
        "credit_spread": baa - aaa,
        "credit_spread_change_91d": (baa - aaa) - (baa_then - aaa_then),
        "term_spread": aaa - bill,
        "unemployment_change_365d": jobless - jobless_then,
        "cpi_change_365d": _change(context, stamps, YEAR, "CORE_CPI"),
        "oil_change_91d": _change(context, stamps, QUARTER, "WTI"),
        "vix_level": context.series("VIX").as_of(stamps, MAX_AGE) / 100.0,
        "market_change_365d": _change(context, stamps, YEAR, "SP500"),
        "large_cap_lead_91d": _change(context, stamps, QUARTER, "LARGE_CAP") - market_lead,
        "nasdaq_lead_91d": _change(context, stamps, QUARTER, "NASDAQ") - market_lead,
    }


def _change(context: Context, stamps: Stamps, lag: int, name: str) -> Array:
    now, then = context.series(name).as_of_with_lag(stamps, lag, MAX_AGE)
    usable = (now > 0) & (then > 0)  # the oil price was below zero once
    return np.log(np.where(usable, now, np.nan)) - np.log(np.where(usable, then, np.nan))


def macro_table(context: pd.DataFrame) -> pd.DataFrame:
    """Macro features at every stamp where one can change: `market, event_time, known_at` and one column a feature.

    `context` is the long table `series, event_time, known_at, value`. A row's two times are the same: what it says has
    been known from then on. A row of NaN marks where the last value went stale.
    """
    known = Context.from_frame(context)
    stamps = known.stamps()
    times = pd.Series(pd.to_datetime(stamps, unit="us", utc=True)).astype("datetime64[us, UTC]")
    return pd.DataFrame({"market": MARKET, "event_time": times, "known_at": times, **macro(known, stamps)})
