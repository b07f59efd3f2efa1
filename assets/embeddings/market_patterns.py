"""Pattern vectors of the tradable universe: the asset, and the checks that guard its use."""

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa

from assets.embeddings.pattern_store import COLLECTION, open_patterns, similar_patterns
from assets.metadata import OWNER, frame_metadata, settings_version
from assets.resources import LeadlineResource
from feature_repo.transforms.patterns import DIMENSIONS, WINDOW, pattern_vectors
from trading_runtime.settings import Settings

SCHEMA = pa.schema(
    [
        ("symbol", pa.string()),
        ("event_time", pa.timestamp("us", tz="UTC")),
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("vector", pa.list_(pa.float32(), DIMENSIONS)),
    ]
)
MILVUS = Settings().services.milvus_uri
CODE_VERSION = "1" if MILVUS is None else f"1-{settings_version(MILVUS)}"
"""Another Milvus is empty: the vectors are written there anew."""
SAMPLES = 16
NEIGHBOURS = 5


def _bars(settings: Settings) -> pd.DataFrame:
    return pd.read_parquet(settings.paths.marts / "adjusted_bars.parquet")


@dg.asset(
    deps=["adjusted_bars"],
    group_name="embeddings",
    kinds={"python", "milvus"},
    owners=[OWNER],
    tags={"layer": "embeddings"},
    code_version=CODE_VERSION,
)
def market_patterns(leadline: LeadlineResource) -> dg.MaterializeResult:
    """What the last 32 bars of each instrument looked like, as vectors of 64 numbers for nearest-neighbour search.

    Grain: one vector a symbol and bar, from the 33rd bar on. Source: `adjusted_bars`. Kept in the lake
    (`learning/market_patterns`) and, equal to it, in the Milvus collection `market_patterns_v1`, where only new and changed rows
    are written. Used by `market_regimes`, by experience replay, and to show which past moments a decision resembles; a search
    returns only neighbours strictly older than the query.
    """
    settings, lake = leadline.settings, leadline.lake
    patterns = pattern_vectors(_bars(settings))
    written = lake.write("learning", "market_patterns", "all", patterns, SCHEMA)
    with open_patterns(settings) as store:
        synced = store.sync(patterns)
    metadata = frame_metadata(patterns.drop(columns="vector")) | {
        "collection": COLLECTION,
        "dimensions": DIMENSIONS,
        "window_bars": WINDOW,
        "rows_written": synced.written,
        "rows_removed": synced.removed,
        "rows_unchanged": synced.unchanged,
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(written.sha256))


@dg.asset_check(asset="market_patterns", blocking=True)
def neighbours_strictly_older(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Every neighbour that the store returns for bars spread over the history is older than the bar that asks."""
    patterns = leadline.lake.read("learning", "market_patterns")
    sample = patterns.sort_values("event_time").iloc[np.linspace(0, len(patterns) - 1, SAMPLES).astype(int)]
    late, found = [], 0
    with open_patterns(leadline.settings) as store:
        for symbol, time, vector in zip(sample["symbol"], sample["event_time"], sample["vector"], strict=True):
            for neighbour in similar_patterns(store, vector, time, NEIGHBOURS):
                found += 1
                if neighbour.event_time >= time:
                    late.append(f"{symbol} {time} got {neighbour.symbol} {neighbour.event_time}")
    return dg.AssetCheckResult(
        passed=not late and found > 0,
        metadata={"queries": len(sample), "neighbours": found, "not_older": late},
        description="; ".join(late[:3]) or None,
    )


@dg.asset_check(asset="market_patterns")
def patterns_complete(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Every bar after the first 32 of its instrument has a vector, and the store holds as many as the lake."""
    bars = _bars(leadline.settings).groupby("symbol").size()
    patterns = leadline.lake.read("learning", "market_patterns", columns=["symbol"]).groupby("symbol").size()
    missing = (bars - WINDOW).clip(lower=0).sub(patterns, fill_value=0)
    with open_patterns(leadline.settings) as store:
        stored = len(store.contents())
    return dg.AssetCheckResult(
        passed=bool((missing == 0).all()) and stored == int(patterns.sum()),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"missing": {str(name): int(count) for name, count in missing.items() if count}, "stored": stored},
    )
