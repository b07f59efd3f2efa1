"""The seven tables of this group: their columns in each zone, their key column and the calendar that they keep."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from assets.lake import BAR_SCHEMA, SERIES_SCHEMA

Calendar = Literal["XNYS", "24/7", "fx", "inferred", "none"]

REASONS = [pa.field("reason", pa.string()), pa.field("detail", pa.string())]
# What a source could not read in a row, as "<reason code>: <what was found>"; null for a row that was read in full.
DEFECT = pa.field("defect", pa.string())


@dataclass(frozen=True)
class Table:
    """One table. `columns` are those of its validated zone; raw adds `defect`, rejected adds `reason` and `detail`."""

    name: str
    columns: pa.Schema
    suite: str
    calendar: Calendar
    key: str = "symbol"
    gaps_block: bool = True

    @property
    def raw_schema(self) -> pa.Schema:
        """Columns of the raw zone."""
        return self.columns.append(DEFECT)

    @property
    def rejected_schema(self) -> pa.Schema:
        """Columns of the rejected zone."""
        schema = self.columns
        for field in REASONS:
            schema = schema.append(field)
        return schema


EQUITY_BARS = Table("equity_bars", BAR_SCHEMA, "ohlcv", "XNYS")
LARGE_CAP_BARS = Table("large_cap_bars", BAR_SCHEMA, "close_only", "XNYS")
INDEX_BARS = Table("index_bars", BAR_SCHEMA, "ohlcv", "XNYS")
# The bundled crypto file has real holes, which are reported and do not stop a run.
CRYPTO_BARS = Table("crypto_bars", BAR_SCHEMA, "ohlcv", "24/7", gaps_block=False)
FX_BARS = Table("fx_bars", BAR_SCHEMA, "ohlcv", "fx")
USER_BARS = Table("user_bars", BAR_SCHEMA, "ohlcv", "inferred")
MACRO_SERIES = Table("macro_series", SERIES_SCHEMA, "series", "none", key="series")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (EQUITY_BARS, LARGE_CAP_BARS, INDEX_BARS, CRYPTO_BARS, FX_BARS, USER_BARS, MACRO_SERIES)
}
