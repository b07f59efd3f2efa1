"""The frame that training and evaluation read."""

import json

import dagster as dg
import pandas as pd

from assets.features.feature_store import TABLES, open_configured
from assets.features.inputs import GROUP, TAGS, read_mart, source_version
from assets.metadata import OWNER, frame_metadata
from assets.resources import LeadlineResource
from feature_repo.catalogue import FEATURE_NAMES, schema_hash

PRICES = ["open", "high", "low", "close", "volume"]


@dg.asset(
    group_name=GROUP,
    kinds={"feast", "duckdb", "parquet"},
    owners=[OWNER],
    tags=TAGS,
    code_version="1-" + source_version("offline_store.py", "point_in_time.py", "store.py", "services.py"),
    deps=["adjusted_bars", "feature_store", *TABLES, "dataset_splits"],
)
def training_frame(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Bars and every feature as they were known at each bar: what policies are trained and evaluated on.

    One row an instrument and bar from `train_start` to `evaluation_end` of the splits, never beyond. The features come from
    Feast's point-in-time join of the service `policy_features`: nothing that became known after a bar is in its row. The data
    version is a hash of the content, so a new bar that the splits do not include leaves training as it is.
    """
    from feature_repo.transforms.macro import MARKET

    lake = leadline.lake
    splits = json.loads((lake.folder("learning", "dataset_splits") / "splits.json").read_text())
    store = open_configured(leadline)
    bars = read_mart(leadline.settings.paths, "adjusted_bars")
    asked = entity_rows(bars, splits["train_start"], splits["evaluation_end"]).assign(market=MARKET)
    joined = store.get_historical_features(
        entity_df=asked.rename(columns={"event_time": "event_timestamp"}),
        features=store.get_feature_service("policy_features"),
    ).to_df()
    frame = joined.rename(columns={"event_timestamp": "event_time"})[["symbol", "event_time", *PRICES, *FEATURE_NAMES]]
    written = lake.write("learning", "training_frame", "all", frame)
    return dg.MaterializeResult(
        metadata=frame_metadata(frame)
        | {"features": len(FEATURE_NAMES), "schema_hash": schema_hash(FEATURE_NAMES), "sha256": written.sha256},
        data_version=dg.DataVersion(written.sha256),
    )


def entity_rows(bars: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """`symbol, event_time` and prices of the bars between two times, both included, sorted by symbol and time."""
    inside = bars["event_time"].between(pd.Timestamp(start), pd.Timestamp(end))
    rows = bars.loc[inside, ["symbol", "event_time", *PRICES]]
    return rows.sort_values(["symbol", "event_time"], kind="stable", ignore_index=True)
