"""Real bars and a small context table for the feature tests."""

from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd

STOCKS = ("AAPL", "FB", "GOOG", "IBM", "MSFT")


@cache
def real_bars(symbols: tuple[str, ...] = STOCKS, last: int | None = None) -> pd.DataFrame:
    """Daily bars of the bundled stocks, adjusted by the ratio of adjusted to raw close, in the columns of adjusted_bars."""
    from bokeh_sampledata import stocks

    frames = []
    for symbol in symbols:
        raw = pd.DataFrame(getattr(stocks, symbol))
        factor = raw["adj_close"] / raw["close"]
        frame = pd.DataFrame({name: raw[name] * factor for name in ("open", "high", "low", "close")})
        frame["volume"] = raw["volume"].astype(float)
        frame["raw_close"] = raw["close"]
        stamp = pd.to_datetime(raw["date"]).dt.tz_localize("America/New_York") + timedelta(hours=16)
        frame.insert(0, "symbol", symbol)
        frame.insert(1, "event_time", stamp.dt.tz_convert("UTC").astype("datetime64[us, UTC]"))
        frame.insert(2, "known_at", frame["event_time"])
        frames.append(frame if last is None else frame.tail(last))
    return pd.concat(frames, ignore_index=True)


@cache
def real_context() -> pd.DataFrame:
    """S&P 500, NASDAQ and WTI closes, yields and core CPI from the `arch` package, known at or after the period's end."""
    import arch.data.core_cpi
    import arch.data.default
    import arch.data.nasdaq
    import arch.data.sp500
    import arch.data.wti

    corporate = arch.data.default.load()
    sources: list[tuple[str, pd.Series, int]] = [
        ("SP500", arch.data.sp500.load()["Close"], 0),
        ("NASDAQ", arch.data.nasdaq.load()["Close"], 0),
        ("WTI", arch.data.wti.load()["DCOILWTICO"], 3),
        ("BAA_YIELD", corporate["BAA"], 35),
        ("AAA_YIELD", corporate["AAA"], 35),
        ("CORE_CPI", arch.data.core_cpi.load()["CPILFESL"], 46),
    ]
    frames = []
    for name, values, lag in sources:
        kept = values.dropna()
        time = pd.Series(pd.to_datetime(kept.index).tz_localize("UTC") + timedelta(hours=20)).astype(
            "datetime64[us, UTC]"
        )
        frame = pd.DataFrame(
            {"series": name, "event_time": time, "known_at": time + timedelta(days=lag), "value": kept.to_numpy(float)}
        )
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    return table[(table["event_time"] > "1998-01-01") & (table["event_time"] < "2013-06-01")].reset_index(drop=True)


def same_bits(left: np.ndarray, right: np.ndarray) -> bool:
    """Equal to the last bit, NaN equal to NaN."""
    return bool(np.array_equal(left, right, equal_nan=True))
