"""Rows by yearly partition, and the content hashes by which a partition is known to be up to date."""

import hashlib
from typing import Any

import pandas as pd

# The same as assets.partitions.FIRST_YEAR (a test holds them together), which would import dagster here.
FIRST_YEAR = 1970


def split_by_year(frame: pd.DataFrame, key: str) -> dict[str, pd.DataFrame]:
    """Partition name to its rows, in their order. A row without a time goes with its neighbour in the file; rows before the first
    partition belong to the first, so that every row is somewhere."""
    if frame.empty:
        return {}
    years = frame["event_time"].dt.year
    if years.isna().any():
        by_symbol = years.groupby(frame[key], sort=False)
        years = by_symbol.ffill().fillna(by_symbol.bfill()).fillna(FIRST_YEAR)
    names = years.clip(lower=FIRST_YEAR).astype(int).astype(str)
    return {str(name): rows.reset_index(drop=True) for name, rows in frame.groupby(names, sort=True)}


def content_hash(frame: pd.DataFrame) -> str:
    """Hex digest of the rows' values in their order; equal content gives an equal hash in every process."""
    hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return hashlib.sha256(hashes.tobytes()).hexdigest()[:32]


def fingerprint(frame: pd.DataFrame, key: str) -> dict[str, Any]:
    """What the raw manifest keeps of a partition: the hash of its rows, and of each symbol's last row (the next year builds on it)."""
    last = frame.sort_values("event_time", kind="stable").groupby(key, sort=True).tail(1)
    return {"content": content_hash(frame), "tail": content_hash(last)}
