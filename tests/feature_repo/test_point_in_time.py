"""The point-in-time join: nothing that was not known, nothing lost."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feature_repo.point_in_time import Source, point_in_time_join

DAY0 = pd.Timestamp("2020-01-01", tz="UTC")


def times(days: list[float]) -> pd.Series:
    return pd.Series([DAY0 + pd.Timedelta(days=day) for day in days]).astype("datetime64[us, UTC]")


def write(path: Path, rows: list[tuple[str, float, float, float]]) -> Path:
    frame = pd.DataFrame(rows, columns=["symbol", "event", "known", "value"])
    frame = frame.assign(event=times(frame["event"].tolist()), known=times(frame["known"].tolist()))
    frame.to_parquet(path, index=False)
    return path


def join(path: Path, asked: list[tuple[str, float]], ttl_days: float = 0, known: bool = True) -> list[float | None]:
    rows = pd.DataFrame(asked, columns=["who", "at"])
    rows = rows.assign(at=times(rows["at"].tolist()))
    source = Source(
        str(path),
        "event",
        "known" if known else None,
        {"symbol": "who"},
        {"value": "x"},
        int(ttl_days * 86_400_000_000),
    )
    result = point_in_time_join(pa.Table.from_pandas(rows, preserve_index=False), "at", [source])
    assert result.column_names == ["who", "at", "x"]
    assert result["who"].to_pylist() == rows["who"].tolist()
    return result["x"].to_pylist()


def test_a_row_counts_from_its_own_time_on(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0), ("A", 3, 3, 30.0)])
    assert join(path, [("A", 0.5), ("A", 1), ("A", 2.9), ("A", 3), ("B", 3)]) == [None, 10.0, 10.0, 30.0, None]


def test_a_late_correction_is_seen_only_once_it_was_known(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0), ("A", 1, 5, 11.0)])
    assert join(path, [("A", 4.9), ("A", 5)]) == [10.0, 11.0]


def test_a_late_correction_of_an_old_row_never_hides_a_newer_row(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0), ("A", 2, 2, 20.0), ("A", 1, 5, 11.0)])
    assert join(path, [("A", 1.5), ("A", 6)]) == [10.0, 20.0]


def test_a_row_that_was_published_late_is_not_seen_before(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0), ("A", 2, 9, 20.0)])
    assert join(path, [("A", 8), ("A", 9)]) == [10.0, 20.0]
    assert join(path, [("A", 8)], known=False) == [20.0]


def test_duplicate_asked_rows_are_kept_in_their_order(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0), ("B", 1, 1, 20.0)])
    assert join(path, [("B", 2), ("A", 2), ("B", 2), ("B", 2)]) == [20.0, 10.0, 20.0, 20.0]


def test_a_row_older_than_the_time_to_live_is_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0)])
    assert join(path, [("A", 3), ("A", 3.001)], ttl_days=2) == [10.0, None]


def test_of_equal_rows_the_last_in_the_file_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", [("A", 1, 1, 10.0), ("A", 1, 1, 11.0)])
    assert join(path, [("A", 1)]) == [11.0]


def test_names_with_quotes_and_paths_with_quotes_are_safe(tmp_path: Path) -> None:
    path = write(tmp_path / "it's.parquet", [('A"; DROP', 1, 1, 10.0)])
    assert join(path, [('A"; DROP', 1)]) == [10.0]


stamps = st.integers(0, 6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from("AB"), stamps, st.integers(0, 4)), min_size=1, max_size=25),
    asked=st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 11)), min_size=1, max_size=25),
    ttl=st.sampled_from([0, 1, 3]),
)
def test_the_join_equals_looking_at_every_row(
    tmp_path: Path, rows: list[tuple[str, int, int]], asked: list[tuple[str, int]], ttl: int
) -> None:
    full = [(key, event, event + lag, float(number)) for number, (key, event, lag) in enumerate(rows)]
    path = write(tmp_path / "t.parquet", full)

    def slow(key: str, at: int) -> float | None:
        seen = [
            (event, known, value) for who, event, known, value in full if who == key and event <= at and known <= at
        ]
        newest = max(seen, default=None)
        return newest[2] if newest and (not ttl or at - newest[0] <= ttl) else None

    assert join(path, asked, ttl) == [slow(key, at) for key, at in asked]


def test_several_tables_join_side_by_side(tmp_path: Path) -> None:
    first = write(tmp_path / "a.parquet", [("A", 1, 1, 10.0)])
    second = write(tmp_path / "b.parquet", [("US", 0, 2, 7.0)])
    asked = pd.DataFrame({"symbol": ["A", "A"], "market": "US", "at": times([1, 2])})
    sources = [
        Source(str(first), "event", "known", {"symbol": "symbol"}, {"value": "own"}),
        Source(str(second), "event", "known", {"symbol": "market"}, {"value": "common"}),
    ]
    result = point_in_time_join(pa.Table.from_pandas(asked, preserve_index=False), "at", sources).to_pandas()
    assert result["own"].tolist() == [10.0, 10.0]
    assert np.isnan(result["common"][0])
    assert result["common"][1] == 7.0
