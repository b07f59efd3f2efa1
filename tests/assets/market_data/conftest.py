"""A folder of a user's bars in `tmp_path`, and a lake in a home of its own."""

from pathlib import Path

import pandas as pd
import pytest

from assets.lake import Lake


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """An empty lake; the settings of the test point at it."""
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    return Lake(tmp_path / "home" / "lake")


@pytest.fixture
def bars() -> pd.DataFrame:
    """Eight plain daily bars over a turn of the year: date, open, high, low, close, volume."""
    dates = [
        "2019-12-26",
        "2019-12-27",
        "2019-12-30",
        "2019-12-31",
        "2020-01-02",
        "2020-01-03",
        "2020-01-06",
        "2020-01-07",
    ]
    close = [100.0, 101.5, 101.0, 102.0, 103.0, 102.5, 104.0, 105.0]
    return pd.DataFrame(
        {
            "date": dates,
            "open": [price - 0.5 for price in close],
            "high": [price + 1 for price in close],
            "low": [price - 1 for price in close],
            "close": close,
            "volume": range(1000, 1008),
        }
    )


@pytest.fixture
def folder(tmp_path: Path, bars: pd.DataFrame) -> Path:
    """A folder with AAPL.csv and MSFT.csv."""
    path = tmp_path / "bars"
    path.mkdir()
    bars.to_csv(path / "AAPL.csv", index=False)
    bars.to_csv(path / "MSFT.csv", index=False)
    return path
