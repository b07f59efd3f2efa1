"""What one built model shows and which version it carries: taken from the data, so that equal data has an equal version."""

from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from assets.lake import Lake
from assets.metadata import frame_metadata
from assets.transformations.sources import SOURCES
from trading_runtime.files import sha256_file


def model_result(lake: Lake, marts: Path, name: str) -> tuple[dict[str, Any], dg.DataVersion]:
    """Metadata and data version of one model by name: a mart's from its Parquet file, a staging view's from its source table."""
    if name.startswith("stg_"):
        return _staging_result(lake, name.removeprefix("stg_"))
    path = marts / f"{name}.parquet"
    frame = pd.read_parquet(path)
    time = "session_date" if "session_date" in frame else "event_time"
    metadata = frame_metadata(frame, time=time) | {"path": dg.MetadataValue.path(str(path))}
    return metadata, dg.DataVersion(sha256_file(path))


def _staging_result(lake: Lake, table: str) -> tuple[dict[str, Any], dg.DataVersion]:
    """A view's rows are its source's rows: the lake's manifest knows how many, and their hash."""
    if table not in SOURCES:
        raise KeyError(f"staging model stg_{table} has no source table in the validated zone")
    manifest = lake.manifest("validated", table)
    last = [max(manifest)] if manifest else None
    metadata = frame_metadata(lake.read("validated", table, last))
    metadata |= {"dagster/row_count": sum(entry["rows"] for entry in manifest.values())}
    firsts, lasts = ([entry[end] for entry in manifest.values() if end in entry] for end in ("first", "last"))
    if firsts:
        metadata |= {"first": min(firsts), "last": max(lasts)}
    return metadata, dg.DataVersion(lake.version("validated", table))
