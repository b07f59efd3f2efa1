"""Splits and dividends of the traded symbols. Made from the raw tables, because validation needs it to tell a split from a bad tick."""

import dagster as dg
import pandas as pd

from assets.lake import WHOLE
from assets.market_data.corporate_action_rules import ACTION_SCHEMA, find_actions
from assets.metadata import OWNER, frame_metadata
from assets.resources import LeadlineResource

SOURCES = ("equity_bars", "user_bars")


@dg.asset(
    group_name="market_data",
    kinds={"python", "parquet"},
    owners=[OWNER],
    tags={"layer": "validated"},
    code_version="1",
    deps=list(SOURCES),
)
def corporate_actions(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Splits (ratio as a simple fraction) and cash dividends, found where the adjusted close moves against the raw close.

    One row a symbol and action, at the close of the first bar that trades after it. Only symbols whose files hold both prices can have any;
    a file whose raw close is already adjusted for splits, as Yahoo's is today, shows dividends alone. Used by
    the validated tables, so that a split is not taken for an outlier.
    """
    lake = leadline.lake
    frames = [find_actions(lake.read("raw", name)) for name in SOURCES if lake.manifest("raw", name)]
    actions = pd.concat(frames, ignore_index=True) if frames else ACTION_SCHEMA.empty_table().to_pandas()
    lake.declare("validated", "corporate_actions", ACTION_SCHEMA)
    lake.write("validated", "corporate_actions", WHOLE, actions, ACTION_SCHEMA)
    version = lake.version("validated", "corporate_actions")
    return dg.MaterializeResult(
        metadata={
            **frame_metadata(actions),
            "splits": int((actions["kind"] == "split").sum()),
            "dividends": int((actions["kind"] == "dividend").sum()),
            "data_hash": version,
        },
        data_version=dg.DataVersion(version),
    )
