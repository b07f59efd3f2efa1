"""The asset that pins training and evaluation periods."""

import json

import dagster as dg
import pandas as pd

from assets.features.inputs import GROUP, TAGS, read_mart
from assets.features.splits import keep_or_make, periods_a_year
from assets.metadata import OWNER, settings_version
from assets.resources import LeadlineResource
from trading_runtime.files import canonical_json, sha256_text, write_json
from trading_runtime.settings import Settings

_LEARNING = Settings().learning


@dg.asset(
    group_name=GROUP,
    kinds={"python", "json"},
    owners=[OWNER],
    tags=TAGS,
    code_version="1-"
    + settings_version(_LEARNING.evaluation_share, _LEARNING.embargo_bars, _LEARNING.retrain_after_bars),
    deps=["adjusted_bars", "instruments"],
)
def dataset_splits(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Training and evaluation periods of the universe, with an embargo between them that neither may touch.

    One JSON object, made from the unique bar times of `adjusted_bars`: `train_start`, `train_end`, `evaluation_start`,
    `evaluation_end` (UTC, all included), `embargo_bars`, `periods_per_year`. Pinned: they move only when enough new bars have
    come (`retrain_after_bars`), the history starts elsewhere, or a setting changes; so one more day does not retrain.
    Used by the training frame, training and evaluation.
    """
    settings = leadline.settings
    bars = read_mart(settings.paths, "adjusted_bars")
    instruments = read_mart(settings.paths, "instruments")
    path = leadline.lake.folder("learning", "dataset_splits") / "splits.json"
    times = pd.DatetimeIndex(bars["event_time"].drop_duplicates().sort_values())
    previous = json.loads(path.read_text()) if path.exists() else None
    yearly = periods_a_year(instruments, bars["symbol"].unique().tolist(), times)
    splits, reason = keep_or_make(previous, times, settings.universe, settings.learning, yearly)
    write_json(path, splits)
    pinned = {name: value for name, value in splits.items() if name != "last_bar"}
    return dg.MaterializeResult(
        metadata={**splits, "decision": reason, "bar_times": len(times)},
        data_version=dg.DataVersion(sha256_text(canonical_json(pinned))),
    )
