"""The pattern store on a real milvus-lite folder."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.embeddings.pattern_store import Synced, open_patterns, pattern_id, similar_patterns
from feature_repo.transforms.patterns import DIMENSIONS
from trading_runtime.errors import ConfigurationError
from trading_runtime.settings import ServiceSettings, Settings

pytestmark = pytest.mark.slow

START = pd.Timestamp("2020-01-01 21:00", tz="UTC")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture(scope="module")
def patterns() -> pd.DataFrame:
    """300 random vectors of two symbols, daily."""
    random = np.random.default_rng(3)
    times = pd.date_range(START, periods=150, freq="D")
    frames = [
        pd.DataFrame({"symbol": symbol, "event_time": times, "vector": list(random.normal(size=(150, DIMENSIONS)))})
        for symbol in ("AAA", "BBB")
    ]
    return pd.concat(frames, ignore_index=True)


def test_neighbours_are_strictly_older_than_the_query_and_equal_brute_force(
    settings: Settings, patterns: pd.DataFrame
) -> None:
    query = patterns.iloc[100]
    with open_patterns(settings) as store:
        store.sync(patterns)
        found = similar_patterns(store, query["vector"], query["event_time"], 7)
        assert similar_patterns(store, query["vector"], START, 7) == []
    older = patterns[patterns["event_time"] < query["event_time"]]
    distances = np.linalg.norm(np.stack(older["vector"].to_list()) - query["vector"], axis=1)
    nearest = older.assign(distance=distances).nsmallest(7, "distance")
    assert [(n.symbol, n.event_time) for n in found] == list(zip(nearest["symbol"], nearest["event_time"], strict=True))
    np.testing.assert_allclose([n.distance for n in found], nearest["distance"], rtol=1e-4)
    assert all(n.event_time < query["event_time"] for n in found)


def test_sync_writes_only_what_changed_and_survives_reopening(settings: Settings, patterns: pd.DataFrame) -> None:
    with open_patterns(settings) as store:
        assert store.sync(patterns.head(299)) == Synced(written=299, removed=0, unchanged=0)
        assert store.sync(patterns.head(299)) == Synced(written=0, removed=0, unchanged=299)
    changed = patterns.copy()
    changed.at[5, "vector"] = changed.at[5, "vector"] + 1
    with open_patterns(settings) as store:
        assert store.sync(changed) == Synced(written=2, removed=0, unchanged=298)
        assert store.sync(changed.drop(index=7)) == Synced(written=0, removed=1, unchanged=299)
        assert pattern_id("AAA", int(changed.at[7, "event_time"].value // 1000)) not in store.contents()
        found = similar_patterns(store, changed.at[5, "vector"], START + pd.Timedelta(days=365), 1)
    assert (found[0].event_time, found[0].distance) == (changed.at[5, "event_time"], pytest.approx(0, abs=1e-3))


def test_a_second_process_is_refused_in_one_line_and_may_enter_afterwards(settings: Settings) -> None:
    code = (
        "from pathlib import Path; from trading_runtime.settings import Settings; from trading_runtime.errors import ConfigurationError\n"
        "from assets.embeddings.pattern_store import open_patterns\n"
        f"try:\n  with open_patterns(Settings(home=Path({str(settings.home)!r}))) as s: print('entered')\n"
        "except ConfigurationError as error: print(error)"
    )
    with open_patterns(settings):
        refused = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "is in use by another Leadline process" in refused.stdout
    entered = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert entered.stdout.strip().endswith("entered")


def test_a_server_that_does_not_answer_is_a_configuration_error_that_names_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, services=ServiceSettings(milvus_uri="http://127.0.0.1:9"))
    with (
        pytest.raises(ConfigurationError, match=r"127\.0\.0\.1:9.*LEADLINE_SERVICES__MILVUS_URI"),
        open_patterns(settings),
    ):
        pass


def test_a_search_needs_a_time_zone_and_a_positive_k(settings: Settings, patterns: pd.DataFrame) -> None:
    with open_patterns(settings) as store:
        with pytest.raises(ValueError, match="time zone"):
            similar_patterns(store, patterns.at[0, "vector"], pd.Timestamp("2020-02-01"), 1)
        with pytest.raises(ValueError, match="got 0"):
            similar_patterns(store, patterns.at[0, "vector"], START, 0)
