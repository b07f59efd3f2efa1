"""The embedding assets, materialized on the real bundled stocks."""

import json
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from assets.embeddings.regimes import REGIMES, find_regimes
from assets.lake import Lake, write_parquet
from assets.resources import LeadlineResource
from feature_repo.transforms.patterns import LEVELS, WINDOW
from trading_runtime.files import write_json
from trading_runtime.settings import Settings

pytestmark = pytest.mark.slow


def real_bars(years: tuple[str, str] = ("2006", "2009")) -> pd.DataFrame:
    """Adjusted bars of three stocks around the crisis of 2008."""
    from bokeh_sampledata import stocks

    frames = []
    for symbol in ("AAPL", "IBM", "MSFT"):
        raw = pd.DataFrame(getattr(stocks, symbol))
        raw["event_time"] = pd.to_datetime(raw["date"]).dt.tz_localize("UTC") + pd.Timedelta(hours=21)
        factor = raw["adj_close"] / raw["close"]
        for name in ("open", "high", "low", "close"):
            raw[name] = raw[name] * factor
        raw = raw.assign(symbol=symbol, known_at=raw["event_time"], volume=raw["volume"].astype(float))
        frames.append(raw[raw["event_time"].between(*years)])
    columns = ["symbol", "event_time", "known_at", "open", "high", "low", "close", "volume"]
    return pd.concat(frames, ignore_index=True)[columns]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = LeadlineResource().settings
    write_parquet(settings.paths.marts / "adjusted_bars.parquet", real_bars())
    splits = {"train_start": "2006-01-03T21:00:00+00:00", "train_end": "2008-06-30T21:00:00+00:00"}
    write_json(settings.paths.lake / "learning" / "dataset_splits" / "splits.json", splits)
    return settings


def run() -> dg.ExecuteInProcessResult:
    from assets.embeddings import market_patterns, market_regimes

    definitions = [
        market_patterns.market_patterns,
        market_patterns.neighbours_strictly_older,
        market_patterns.patterns_complete,
        market_regimes.market_regimes,
    ]
    return dg.materialize(definitions, resources={"leadline": LeadlineResource()})


def test_patterns_and_regimes_are_materialized_checked_and_repeatable(settings: Settings) -> None:
    versions = []
    for _ in range(2):
        result = run()
        assert {check.check_name: check.passed for check in result.get_asset_check_evaluations()} == {
            "neighbours_strictly_older": True,
            "patterns_complete": True,
        }
        events = {e.asset_key.to_user_string(): e.materialization for e in result.get_asset_materialization_events()}
        versions.append({name: (event.tags or {})["dagster/data_version"] for name, event in events.items()})
    assert versions[0] == versions[1]
    assert events["market_patterns"].metadata["rows_written"].value == 0
    bars = len(real_bars())
    assert events["market_patterns"].metadata["dagster/row_count"].value == bars - 3 * WINDOW
    lake = Lake(settings.paths.lake)
    regimes = lake.read("learning", "market_regimes")
    assert regimes["event_time"].is_unique
    table = json.loads((lake.folder("learning", "market_regimes") / "regimes.json").read_text())
    assert [row["regime"] for row in table] == list(range(REGIMES))
    autumn = regimes[regimes["event_time"].between("2008-10-01", "2008-11-30")]
    assert autumn["regime"].mode().item() == REGIMES - 1  # the wildest regime is the crash of 2008


def test_regimes_are_learnt_from_the_training_period_alone() -> None:
    random = np.random.default_rng(1)
    times = pd.date_range("2020-01-01", periods=400, freq="D", tz="UTC")
    levels = pd.DataFrame(random.normal(size=(400, len(LEVELS))), columns=LEVELS).assign(
        event_time=times, known_at=times
    )
    returns = pd.Series(0.0, index=times)
    first = find_regimes(levels, returns, times[0], times[199], seed=7)
    later = levels.copy()
    later.loc[200:, list(LEVELS)] *= 50
    second = find_regimes(later, returns, times[0], times[199], seed=7)
    pd.testing.assert_series_equal(first.labels["regime"][:200], second.labels["regime"][:200])
    assert first.labels["in_training"].sum() == 200


def test_too_short_a_training_period_says_how_many_bars_there_are() -> None:
    times = pd.date_range("2020-01-01", periods=10, freq="D", tz="UTC")
    levels = pd.DataFrame(0.0, index=range(10), columns=list(LEVELS)).assign(event_time=times, known_at=times)
    with pytest.raises(ValueError, match="2 training bars"):
        find_regimes(levels, pd.Series(0.0, index=times), times[0], times[1], seed=7)
