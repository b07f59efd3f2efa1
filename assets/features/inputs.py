"""What this group reads: the marts, and the version of the code that computes features. Not an asset module."""

import hashlib
from pathlib import Path

import pandas as pd

import feature_repo
from trading_runtime.errors import StorageError
from trading_runtime.home import Home

GROUP = "features"
TAGS = {"layer": "features"}


def read_mart(paths: Home, name: str) -> pd.DataFrame:
    """One mart as a frame. Raises `StorageError` if dbt has not written it."""
    path = paths.marts / f"{name}.parquet"
    if not path.exists():
        raise StorageError(f"{path} does not exist: materialize the asset {name} first")
    return pd.read_parquet(path)


def source_version(*files: str) -> str:
    """Short hash of source files below feature_repo (names or globs): changed formulas make their tables stale."""
    root = Path(feature_repo.__file__).parent
    digest = hashlib.sha256()
    for path in sorted({path for pattern in files for path in root.glob(pattern)}):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
