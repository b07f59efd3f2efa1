"""The tables of the validated zone that dbt reads. A table nobody has written yet still has its columns, so that every model builds."""

import pyarrow as pa

from assets.lake import BAR_SCHEMA, SERIES_SCHEMA, Lake

CORPORATE_ACTION_SCHEMA = pa.schema(
    [
        ("symbol", pa.string()),
        ("event_time", pa.timestamp("us", tz="UTC")),  # close of the first bar after the action
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("kind", pa.string()),  # split, dividend
        ("ratio", pa.float64()),  # new shares for one old share; NaN for dividends
        ("amount", pa.float64()),  # cash per share; NaN for splits
        ("source", pa.string()),
    ]
)

BAR_TABLES = ("equity_bars", "large_cap_bars", "index_bars", "crypto_bars", "fx_bars", "user_bars")
SOURCES = dict.fromkeys(BAR_TABLES, BAR_SCHEMA) | {
    "macro_series": SERIES_SCHEMA,
    "corporate_actions": CORPORATE_ACTION_SCHEMA,
}


def declare_sources(lake: Lake) -> None:
    """Make sure that every source exists, if only as an empty table."""
    for table, schema in SOURCES.items():
        lake.declare("validated", table, schema)
