"""The tables of the validated zone that dbt reads. A table nobody has written yet still has its columns, so that every model builds."""

from assets.lake import BAR_SCHEMA, SERIES_SCHEMA, Lake
from assets.market_data.corporate_action_rules import ACTION_SCHEMA

BAR_TABLES = ("equity_bars", "large_cap_bars", "index_bars", "crypto_bars", "fx_bars", "user_bars")
SOURCES = dict.fromkeys(BAR_TABLES, BAR_SCHEMA) | {
    "macro_series": SERIES_SCHEMA,
    "corporate_actions": ACTION_SCHEMA,
}


def declare_sources(lake: Lake) -> None:
    """Make sure that every source exists, if only as an empty table."""
    for table, schema in SOURCES.items():
        lake.declare("validated", table, schema)
