"""The lake: Parquet files by zone, table and partition, each written to a temporary name and renamed, with a manifest of hashes.

<home>/lake/<zone>/<table>/<partition>.parquet      partition is a year ("2013") or "all"
<home>/lake/<zone>/<table>/_schema.parquet          an empty file with the table's columns, so that a glob always matches
<home>/lake/<zone>/<table>/_manifest.json           {partition: {sha256, rows, first, last}}
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trading_runtime.files import atomic_path, canonical_json, sha256_file, sha256_text, write_json

MANIFEST = "_manifest.json"
SCHEMA_FILE = "_schema.parquet"
WHOLE = "all"

BAR_SCHEMA = pa.schema(
    [
        ("symbol", pa.string()),
        ("asset_class", pa.string()),  # equity, index, crypto, fx, user
        ("frequency", pa.string()),  # 1d, 1h, 15m, ...
        ("event_time", pa.timestamp("us", tz="UTC")),  # the close of the bar
        ("known_at", pa.timestamp("us", tz="UTC")),  # when the bar could first be known
        ("open", pa.float64()),
        ("high", pa.float64()),
        ("low", pa.float64()),
        ("close", pa.float64()),
        ("volume", pa.float64()),  # NaN where the source has none
        ("adj_close", pa.float64()),  # NaN where the source has none
        ("source", pa.string()),  # package or file name
        ("row", pa.int64()),  # row number in the source, from 1, header not counted
    ]
)
SERIES_SCHEMA = pa.schema(
    [
        ("series", pa.string()),
        ("event_time", pa.timestamp("us", tz="UTC")),  # end of the period the value describes
        ("known_at", pa.timestamp("us", tz="UTC")),  # event_time plus the release lag
        ("value", pa.float64()),
        ("source", pa.string()),
        ("row", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Written:
    """What one write put on disk."""

    path: Path
    rows: int
    sha256: str


def write_parquet(path: Path, frame: pd.DataFrame, schema: pa.Schema | None = None) -> Written:
    """Write one Parquet file atomically; timestamps become microseconds (DuckDB's `date_trunc` refuses nanoseconds with a zone)."""
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)
    with atomic_path(path) as temporary:
        pq.write_table(table, temporary, coerce_timestamps="us", allow_truncated_timestamps=True)
        digest = sha256_file(temporary)
    return Written(path, len(frame), digest)


class Lake:
    """The lake below one folder. Plain files: any number of readers, one writer a table."""

    def __init__(self, root: Path):
        self.root = root

    def folder(self, zone: str, table: str) -> Path:
        """Folder of a table."""
        return self.root / zone / table

    def declare(self, zone: str, table: str, schema: pa.Schema) -> None:
        """Make sure that the table exists, if only as an empty file with its columns."""
        path = self.folder(zone, table) / SCHEMA_FILE
        if not path.exists():
            write_parquet(path, schema.empty_table().to_pandas(), schema)

    def write(
        self,
        zone: str,
        table: str,
        partition: str,
        frame: pd.DataFrame,
        schema: pa.Schema | None = None,
        time: str = "event_time",
        extra: dict[str, object] | None = None,
    ) -> Written:
        """Replace one partition and its manifest entry. The file is in place before the manifest names it.

        `extra` is kept in the manifest entry beside the hash, for instance the version of the source that the rows came from.
        """
        written = write_parquet(self.folder(zone, table) / f"{partition}.parquet", frame, schema)
        entry: dict[str, object] = {**(extra or {}), "sha256": written.sha256, "rows": written.rows}
        if time in frame and len(frame):
            entry |= {"first": frame[time].min().isoformat(), "last": frame[time].max().isoformat()}
        write_json(self.folder(zone, table) / MANIFEST, self.manifest(zone, table) | {partition: entry})
        return written

    def remove(self, zone: str, table: str, partition: str) -> bool:
        """Take a partition out; the manifest forgets it before the file goes. Returns whether there was one."""
        entries = self.manifest(zone, table)
        known = entries.pop(partition, None) is not None
        if known:
            write_json(self.folder(zone, table) / MANIFEST, entries)
        (self.folder(zone, table) / f"{partition}.parquet").unlink(missing_ok=True)
        return known

    def read(
        self, zone: str, table: str, partitions: list[str] | None = None, columns: list[str] | None = None
    ) -> pd.DataFrame:
        """Read partitions (all by default) in order; an empty frame with the declared columns if there are none."""
        folder = self.folder(zone, table)
        names = sorted(self.manifest(zone, table)) if partitions is None else partitions
        paths = [folder / f"{name}.parquet" for name in names if (folder / f"{name}.parquet").exists()]
        if not paths and (folder / SCHEMA_FILE).exists():
            paths = [folder / SCHEMA_FILE]
        # partitioning=None: a folder named like key=value is no column. Arrow joins the files ten times faster than pandas.
        tables = [pq.read_table(path, columns=columns, partitioning=None) for path in paths]
        filled = [table for table in tables if len(table)] or tables[:1]
        return pa.concat_tables(filled, promote_options="permissive").to_pandas() if filled else pd.DataFrame()

    def manifest(self, zone: str, table: str) -> dict[str, dict]:
        """Partition name to {sha256, rows, first, last}; empty if nothing was written."""
        path = self.folder(zone, table) / MANIFEST
        return json.loads(path.read_text()) if path.exists() else {}

    def version(self, zone: str, table: str, partitions: list[str] | None = None) -> str:
        """One hash over the named partitions (all by default): equal content gives an equal version."""
        entries = self.manifest(zone, table)
        names = sorted(entries) if partitions is None else sorted(partitions)
        return sha256_text(canonical_json({name: entries.get(name, {}).get("sha256") for name in names}))
