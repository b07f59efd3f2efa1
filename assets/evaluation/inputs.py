"""What the evaluation assets read and where they keep their results. Not an asset module."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.lake import Lake
from assets.metadata import settings_version
from trading_runtime.settings import Settings

GROUP = "evaluation"
TAGS = {"layer": "learning"}
BAR_VALUES = ["open", "high", "low", "close", "volume"]
SETTINGS = Settings()
CODE_VERSION = "1-" + settings_version(
    SETTINGS.gate, SETTINGS.costs, SETTINGS.risk, SETTINGS.trading.initial_cash, SETTINGS.services.mlflow_uri
)


@dataclass(frozen=True)
class Data:
    """The frame, its features and the splits."""

    frame: pd.DataFrame
    splits: dict

    @property
    def symbols(self) -> list[str]:
        """Instruments in the order of the bundle."""
        return sorted(self.frame["symbol"].unique().tolist())

    @property
    def bars(self) -> pd.DataFrame:
        """The frame's bars; it ends with the evaluation, so bars that came later change nothing here."""
        return self.frame[["symbol", "event_time", *BAR_VALUES]].assign(known_at=self.frame["event_time"])

    def time(self, name: str) -> pd.Timestamp:
        """One of the splits' times."""
        return pd.Timestamp(self.splits[name])


def read_data(lake: Lake) -> Data:
    """Training frame and splits."""
    splits = json.loads((lake.folder("learning", "dataset_splits") / "splits.json").read_text())
    return Data(lake.read("learning", "training_frame"), splits)


def bundle_folder(lake: Lake, name: str) -> Path:
    """Where a bundle is put together before it is registered."""
    return lake.folder("learning", "bundles") / name


def run_time(context: dg.AssetExecutionContext) -> datetime:
    """When this run was created, by Dagster's clock."""
    record = context.instance.get_run_record_by_id(context.run.run_id)
    return datetime.fromtimestamp(0, UTC) if record is None else record.create_timestamp.astimezone(UTC)
