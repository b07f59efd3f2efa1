"""A small validated zone: two real stocks with a real split, and small tables of every other kind."""

from pathlib import Path

import pandas as pd

from assets.lake import BAR_SCHEMA, SERIES_SCHEMA, Lake
from assets.market_data.corporate_action_rules import ACTION_SCHEMA
from assets.transformations.sources import declare_sources

SPLIT = pd.Timestamp("2005-02-28 21:00", tz="UTC")  # AAPL 2:1
MISSING = pd.Timestamp("2005-03-15 21:00", tz="UTC")  # a session that IBM's file is made to lack


def bars(symbol: str, asset_class: str, frequency: str, times: pd.DatetimeIndex, **columns: object) -> pd.DataFrame:
    """Rows of BAR_SCHEMA; prices default to the close."""
    frame = pd.DataFrame({"event_time": times, "volume": float("nan"), "adj_close": float("nan"), **columns})
    for price in ("open", "high", "low"):
        if price not in frame:
            frame[price] = frame["close"]
    frame = frame.assign(symbol=symbol, asset_class=asset_class, frequency=frequency, source="test")
    frame["known_at"] = frame["event_time"]
    return frame.assign(row=range(1, len(frame) + 1))[BAR_SCHEMA.names]


def stock(symbol: str) -> pd.DataFrame:
    """The bundled daily bars of 2005 of one stock."""
    from bokeh_sampledata import stocks

    raw = pd.DataFrame(getattr(stocks, symbol)).astype({"volume": float, "date": "datetime64[us]"})
    raw = raw[raw["date"].dt.year == 2005]
    closes = (raw["date"] + pd.Timedelta(hours=16)).dt.tz_localize("America/New_York").dt.tz_convert("UTC")
    prices = {name: raw[name].to_numpy(float) for name in ("open", "high", "low", "close", "volume", "adj_close")}
    return bars(symbol, "equity", "1d", pd.DatetimeIndex(closes), **prices)


def write_tiny_lake(root: Path) -> Lake:
    """Fill every source table below `root`."""
    lake = Lake(root)
    declare_sources(lake)

    def write(table: str, frame: pd.DataFrame) -> None:
        lake.write("validated", table, "2005", frame, BAR_SCHEMA)

    ibm = stock("IBM")
    write("equity_bars", pd.concat([stock("AAPL"), ibm[ibm["event_time"] != MISSING]]))
    days = pd.date_range("2005-01-03 21:00", periods=3, freq="D", tz="UTC")
    write("index_bars", bars("SP500", "index", "1d", days, close=[1200.0, 1212.0, 1206.0]))
    # +10% and -10% in one market, 0% and +30% in the other: equal-weighted +5% and +10%
    first = bars("AAA", "equity", "1d", days, close=[10.0, 11.0, 9.9])
    second = bars("BBB", "equity", "1d", days, close=[50.0, 50.0, 65.0])
    write("large_cap_bars", pd.concat([first, second]))
    quarters = pd.date_range("2005-01-01 00:15", "2005-01-02 12:00", freq="15min", tz="UTC")
    write("crypto_bars", bars("BTC-USD", "crypto", "15m", quarters, close=[float(n + 1) for n in range(len(quarters))]))
    hours = pd.date_range("2005-01-02 23:00", "2005-01-05 22:00", freq="h", tz="UTC")  # opens Sunday 17:00 New York
    write("fx_bars", bars("EUR-USD", "fx", "1h", hours, close=1.3))
    weekdays = pd.bdate_range("2005-01-03", periods=40, tz="UTC") + pd.Timedelta(hours=21)
    write("user_bars", bars("ACME", "user", "1d", weekdays, close=20.0, volume=5.0))
    macro = pd.DataFrame(
        {"series": "CPI", "event_time": days[:1], "known_at": days[2:], "value": [190.5], "source": "test", "row": 1}
    )
    lake.write("validated", "macro_series", "2005", macro, SERIES_SCHEMA)
    split = pd.DataFrame(
        {
            "symbol": ["AAPL"],
            "event_time": [SPLIT],
            "known_at": [SPLIT],
            "kind": "split",
            "ratio": 2.0,
            "amount": 0.0,
            "source": "test",
        }
    )
    lake.write("validated", "corporate_actions", "all", split, ACTION_SCHEMA)
    return lake
