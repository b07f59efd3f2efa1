"""From a source into the raw zone, one partition a year; every row of the source ends in exactly one partition."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from assets.lake import Lake
from assets.market_data.sources.base import BarSource
from assets.market_data.tables import Table
from assets.market_data.years import fingerprint, split_by_year


@dataclass(frozen=True)
class Ingested:
    """What one ingest did: the rows of the asked partitions, how many in each, and those of the source that lie in others."""

    frame: pd.DataFrame
    rows_by_year: dict[str, int]
    rows_elsewhere: int
    removed: list[str]


def ingest(lake: Lake, table: Table, source: BarSource, years: Sequence[str]) -> Ingested:
    """Write the partitions `years` of a raw table as the source has them now; one without rows is removed."""
    lake.declare("raw", table.name, table.raw_schema)
    frame = source.read()
    parts = split_by_year(frame, table.key)
    wanted = {year: parts[year] for year in years if year in parts}
    for year, rows in wanted.items():
        extra = {"origin": source.origin, "source_years": sorted(parts), **fingerprint(rows, table.key)}
        lake.write("raw", table.name, year, rows, table.raw_schema, extra=extra)
    removed = [year for year in years if year not in parts and lake.remove("raw", table.name, year)]
    chosen = pd.concat(wanted.values(), ignore_index=True) if wanted else frame.iloc[:0]
    return Ingested(chosen, {year: len(rows) for year, rows in wanted.items()}, len(frame) - len(chosen), removed)
