"""Market regimes: the asset."""

import json

import dagster as dg
import pandas as pd

from assets.embeddings.regimes import REGIMES, draw_regimes, find_regimes, market_returns
from assets.metadata import OWNER, frame_metadata, picture, preview, settings_version
from assets.resources import LeadlineResource
from feature_repo.transforms.patterns import market_levels
from trading_runtime.errors import UserDataError
from trading_runtime.files import write_json

CODE_VERSION = f"1-{settings_version(LeadlineResource().settings.learning.seed)}"


@dg.asset(
    deps=["market_patterns", "dataset_splits"],
    group_name="embeddings",
    kinds={"python", "scikitlearn"},
    owners=[OWNER],
    tags={"layer": "embeddings"},
    code_version=CODE_VERSION,
)
def market_regimes(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Which of four regimes the market was in at every bar, from calm (0) to wild (3).

    Grain: one row a bar time. Source: the level part of `market_patterns`, averaged over instruments, clustered by k-means
    that was fitted on the training period of `dataset_splits` alone; later bars are only labelled. With each regime's mean
    return and volatility (`regimes.json` beside the table). Used to read a policy's results by regime and by experience replay.
    """
    settings, lake = leadline.settings, leadline.lake
    splits = json.loads((lake.folder("learning", "dataset_splits") / "splits.json").read_text())
    train_start, train_end = pd.Timestamp(splits["train_start"]), pd.Timestamp(splits["train_end"])
    bars = pd.read_parquet(settings.paths.marts / "adjusted_bars.parquet")
    levels = market_levels(lake.read("learning", "market_patterns"))
    try:
        found = find_regimes(levels, market_returns(bars), train_start, train_end, settings.learning.seed)
    except ValueError as error:
        raise UserDataError(f"market_regimes: {error}; bring more bars") from None
    written = lake.write("learning", "market_regimes", "all", found.labels)
    write_json(lake.folder("learning", "market_regimes") / "regimes.json", found.table.to_dict(orient="records"))
    metadata = frame_metadata(found.labels) | {
        "regimes": preview(found.table),
        "picture": picture(draw_regimes(found.labels, train_end)),
        "current_regime": int(found.labels["regime"].iloc[-1]),
        "number_of_regimes": REGIMES,
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(written.sha256))
