"""The lake: whole partitions, replaced or taken out at once, and named by their content."""

import pandas as pd
import pytest

from assets.lake import Lake


@pytest.fixture
def frame() -> pd.DataFrame:
    times = pd.date_range("2020-01-01", periods=3, tz="UTC")
    return pd.DataFrame({"event_time": times, "value": [1.0, 2.0, 3.0]})


def test_the_version_depends_on_content_alone(tmp_path, frame):
    one, two = Lake(tmp_path / "one"), Lake(tmp_path / "two")
    one.write("raw", "t", "2020", frame)
    two.write("raw", "t", "2020", frame.copy(), extra={"origin": "elsewhere"})
    assert one.version("raw", "t") == two.version("raw", "t")
    two.write("raw", "t", "2020", frame.assign(value=9.0))
    assert one.version("raw", "t") != two.version("raw", "t")


def test_what_a_writer_notes_is_kept_beside_the_hash_and_cannot_replace_it(tmp_path, frame):
    lake = Lake(tmp_path)
    written = lake.write("raw", "t", "2020", frame, extra={"origin": "arch 8", "sha256": "forged"})
    entry = lake.manifest("raw", "t")["2020"]
    assert entry["origin"] == "arch 8"
    assert entry["sha256"] == written.sha256


def test_a_removed_partition_leaves_file_manifest_and_reading(tmp_path, frame):
    lake = Lake(tmp_path)
    lake.write("raw", "t", "2019", frame)
    lake.write("raw", "t", "2020", frame)
    assert lake.remove("raw", "t", "2019") is True
    assert lake.remove("raw", "t", "2019") is False
    assert list(lake.manifest("raw", "t")) == ["2020"]
    assert len(lake.read("raw", "t")) == 3
    assert not (lake.folder("raw", "t") / "2019.parquet").exists()
