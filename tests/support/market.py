"""Simulated markets for tests: geometric random walks, seeded, never mistaken for real data."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trading_runtime.home import Home


def random_bars(symbols: list[str], count: int, seed: int = 0, start: str = "2000-01-03 21:00") -> pd.DataFrame:
    """Daily bars as `adjusted_bars` for `count` business days."""
    generator = np.random.default_rng(seed)
    times = pd.date_range(start, periods=count, freq="B", tz="UTC").as_unit("us")
    frames = []
    for symbol in symbols:
        close = 100.0 * np.exp(np.cumsum(generator.normal(0.0003, 0.012, count)))
        opening = np.r_[100.0, close[:-1]] * np.exp(generator.normal(0.0, 0.003, count))
        spread = np.abs(generator.normal(0.0, 0.004, (2, count)))
        frames.append(
            pd.DataFrame(
                {
                    "symbol": symbol,
                    "event_time": times,
                    "known_at": times,
                    "open": opening,
                    "high": np.maximum(opening, close) * (1 + spread[0]),
                    "low": np.minimum(opening, close) * (1 - spread[1]),
                    "close": close,
                    "volume": generator.integers(1e5, 1e6, count).astype(float),
                    "raw_close": close,
                }
            )
        )
    return pd.concat(frames).sort_values(["symbol", "event_time"], ignore_index=True)


def random_context(bars: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """One index and one macro series as `market_context`, over the dates of `bars`."""
    generator = np.random.default_rng(seed)
    times = pd.DatetimeIndex(bars["event_time"].unique())
    index = 1000.0 * np.exp(np.cumsum(generator.normal(0.0002, 0.01, len(times))))
    monthly = times[::21]
    parts = [
        pd.DataFrame({"series": "SP500", "event_time": times, "known_at": times, "value": index}),
        pd.DataFrame(
            {
                "series": "WTI",
                "event_time": monthly,
                "known_at": monthly + pd.Timedelta(days=1),
                "value": 50.0 + np.cumsum(generator.normal(0, 1, len(monthly))),
            }
        ),
    ]
    return pd.concat(parts, ignore_index=True)


def write_marts(home: Home, bars: pd.DataFrame, context: pd.DataFrame) -> None:
    """Write both marts where the runtime reads them."""
    home.marts.mkdir(parents=True, exist_ok=True)
    for name, frame in (("adjusted_bars", bars), ("market_context", context)):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table, home.marts / f"{name}.parquet", coerce_timestamps="us", allow_truncated_timestamps=True)
