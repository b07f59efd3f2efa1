"""How many rows were refused, where and why."""

import dagster as dg
import pandas as pd
import pyarrow as pa

from assets.lake import WHOLE, Lake
from assets.market_data.tables import TABLES
from assets.metadata import OWNER, preview
from assets.resources import LeadlineResource

SUMMARY_SCHEMA = pa.schema([("table", pa.string()), ("reason", pa.string()), ("rows", pa.int64())])


@dg.asset(
    group_name="market_data",
    kinds={"python", "parquet"},
    owners=[OWNER],
    tags={"layer": "rejected"},
    code_version="1",
    deps=[f"validated_{name}" for name in TABLES],
)
def rejected_rows(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Rejected rows by table and reason code, over every partition that was validated.

    One row a table and reason. The rows themselves are in rejected/<table>, each with its row number in the source, the reason and what
    was found. Read it before trusting a result: what is missing from the validated tables is here.
    """
    lake = leadline.lake
    summary = summarize(lake)
    lake.declare("rejected", "summary", SUMMARY_SCHEMA)
    lake.write("rejected", "summary", WHOLE, summary, SUMMARY_SCHEMA)
    version = lake.version("rejected", "summary")
    return dg.MaterializeResult(
        metadata={
            "rejected_rows": int(summary["rows"].sum()),
            "dagster/row_count": len(summary),
            "by_table_and_reason": preview(summary, rows=100),
            "data_hash": version,
        },
        data_version=dg.DataVersion(version),
    )


def summarize(lake: Lake) -> pd.DataFrame:
    """Counts by table and reason (`table, reason, rows`), sorted."""
    counts = [
        (name, reason, int(rows))
        for name in sorted(TABLES)
        if lake.manifest("rejected", name)
        for reason, rows in sorted(lake.read("rejected", name, columns=["reason"])["reason"].value_counts().items())
    ]
    return pd.DataFrame(counts, columns=SUMMARY_SCHEMA.names).astype({"rows": "int64"})
