"""Macro-economic series from arch and statsmodels, each with the lag after which it could be known.

Values are those of the files, which hold revised figures: a trader of the time saw an earlier vintage. The release lag is honest about
*when* a figure came out, not about *which* figure came out; the asset's description says so.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from assets.lake import SERIES_SCHEMA
from assets.market_data.sources.base import TIME, package_folder, package_origin
from assets.market_data.sources.sessions import daily_close

Period = Literal["day", "session", "month", "quarter"]


@dataclass(frozen=True)
class Series:
    """One series: its name here, its file and column, the period that a value describes, and days from its end to release."""

    name: str
    file: str
    column: str
    period: Period
    lag_days: float
    why: str


ARCH = (
    Series("CORE_CPI", "core_cpi/core-cpi.csv.gz", "CPILFESL", "month", 31, "BLS; latest in 2013, after 30 days"),
    Series(
        "AAA_YIELD", "default/default.csv.gz", "AAA", "month", 5, "monthly mean, H.15 of the next month's first days"
    ),
    Series(
        "BAA_YIELD", "default/default.csv.gz", "BAA", "month", 5, "monthly mean, H.15 of the next month's first days"
    ),
    Series("WTI", "wti/wti.csv.gz", "DCOILWTICO", "day", 7, "EIA publishes the spot price once a week"),
    Series("VIX", "vix/vix.csv.gz", "vix", "session", 0.25 / 24, "Cboe closes it 15 minutes after the stock market"),
)
_BEA = "third estimate of the national accounts, three months after the quarter"
QUARTERLY = (
    Series("REAL_GDP", "macrodata.csv", "realgdp", "quarter", 92, _BEA),
    Series("REAL_CONSUMPTION", "macrodata.csv", "realcons", "quarter", 92, _BEA),
    Series("REAL_INVESTMENT", "macrodata.csv", "realinv", "quarter", 92, _BEA),
    Series("REAL_GOVERNMENT", "macrodata.csv", "realgovt", "quarter", 92, _BEA),
    Series("REAL_DISPOSABLE_INCOME", "macrodata.csv", "realdpi", "quarter", 92, _BEA),
    Series("CPI", "macrodata.csv", "cpi", "quarter", 31, "BLS, as CORE_CPI"),
    Series("M1", "macrodata.csv", "m1", "quarter", 31, "H.6, four weeks after the month"),
    Series("TBILL_YIELD", "macrodata.csv", "tbilrate", "quarter", 5, "H.15 of the next month's first days"),
    Series("UNEMPLOYMENT", "macrodata.csv", "unemp", "quarter", 14, "BLS, first or second Friday of the next month"),
    Series("POPULATION", "macrodata.csv", "pop", "quarter", 92, "with the national accounts"),
    Series("INFLATION", "macrodata.csv", "infl", "quarter", 31, "from CPI"),
    Series("REAL_RATE", "macrodata.csv", "realint", "quarter", 31, "from CPI and TBILL_YIELD"),
)


class Macro:
    """Seventeen series, 1919..2019; those before 1970 lie in the first partition."""

    table = "macro_series"

    @property
    def origin(self) -> str:
        """Packages and versions."""
        return f"{package_origin('arch')}, {package_origin('statsmodels')}"

    def read(self) -> pd.DataFrame:
        """Rows in file order, series by series. A null value (the files mark holidays so) stays null here."""
        arch = package_folder("arch") / "data"
        frames = [self._arch(pd.read_csv(arch / series.file), series) for series in ARCH]
        quarterly = pd.read_csv(package_folder("statsmodels") / "datasets" / "macrodata" / "macrodata.csv")
        starts = pd.to_datetime({"year": quarterly["year"], "month": quarterly["quarter"] * 3 - 2, "day": 1})
        frames += [_series_frame(starts, quarterly[series.column], series, "statsmodels") for series in QUARTERLY]
        return pd.concat(frames, ignore_index=True)

    @staticmethod
    def _arch(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
        dates = pd.to_datetime(rows["Date"], format="%m/%d/%Y")
        return _series_frame(dates, rows[series.column], series, "arch")


def _series_frame(starts: pd.Series, values: pd.Series, series: Series, package: str) -> pd.DataFrame:
    ends = _period_ends(starts, series.period).astype(TIME)
    return pd.DataFrame(
        {
            "series": series.name,
            "event_time": ends,
            "known_at": (ends + pd.Timedelta(days=series.lag_days)).astype(TIME),
            "value": pd.to_numeric(values, errors="coerce").astype("float64"),
            "source": f"{package}/{series.file.rpartition('/')[2]}",
            "row": range(1, len(values) + 1),
            "defect": None,
        }
    )[[*SERIES_SCHEMA.names, "defect"]]


def _period_ends(starts: pd.Series, period: Period) -> pd.Series:
    if period == "session":
        return daily_close(starts)
    step = {"day": pd.DateOffset(days=1), "month": pd.DateOffset(months=1), "quarter": pd.DateOffset(months=3)}[period]
    return (starts + step).dt.tz_localize("UTC")
