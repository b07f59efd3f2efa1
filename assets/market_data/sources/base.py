"""The port that every source of rows satisfies, and the small helpers they share."""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

import pandas as pd

from assets.lake import BAR_SCHEMA
from trading_runtime.errors import ConfigurationError

TIME: Final = "datetime64[us, UTC]"
PRICES = ["open", "high", "low", "close"]


class BarSource(Protocol):
    """A source of the rows of one table."""

    @property
    def table(self) -> str:
        """Name of the raw table that it fills."""

    @property
    def origin(self) -> str:
        """Package and version, for instance `arch 8.0.0`, or the user's folder."""

    def read(self) -> pd.DataFrame:
        """All rows in file order, with the table's columns and `defect`; a cell that cannot be read is null there."""


def package_folder(package: str) -> Path:
    """Folder of an installed package, without importing it (sub-packages would import their parents)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(f"the package {package} is not installed; run: pip install 'leadline[pipeline]'")
    return Path(spec.submodule_search_locations[0])


def package_origin(distribution: str) -> str:
    """`<distribution> <version>`."""
    return f"{distribution} {version(distribution)}"


def bars_frame(rows: pd.DataFrame, **constants: str) -> pd.DataFrame:
    """Bring `rows` to the raw bar columns: `constants` fill whole columns, what the source lacks is null, and `row` counts from 1.

    `rows` needs `event_time` (UTC) and `close`. `known_at` is `event_time`: a bar is known when it closes.
    """
    frame = rows.assign(**constants)
    frame["event_time"] = frame["event_time"].astype(TIME)
    frame["known_at"] = frame["event_time"]
    for column in [*PRICES, "volume", "adj_close"]:
        frame[column] = frame[column].astype("float64") if column in frame else float("nan")
    if "row" not in frame:
        frame["row"] = range(1, len(frame) + 1)
    if "defect" not in frame:
        frame["defect"] = None
    return frame[[*BAR_SCHEMA.names, "defect"]].reset_index(drop=True)
