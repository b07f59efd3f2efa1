"""Splits: pinned until there is a reason to move."""

import pandas as pd
import pytest

from assets.features.splits import bars_needed, keep_or_make, make_splits, periods_a_year
from trading_runtime.errors import UserDataError
from trading_runtime.settings import LearningSettings

LEARNING = LearningSettings()
TIMES = pd.date_range("2020-01-01 21:00", periods=430, freq="B", tz="UTC")


def splits_of(count: int) -> dict:
    return make_splits(TIMES[:count], "bundled", LEARNING, 252.0)


def test_the_embargo_lies_between_training_and_evaluation() -> None:
    splits = splits_of(400)
    place = {
        name: TIMES.get_loc(pd.Timestamp(splits[name])) for name in ("train_start", "train_end", "evaluation_start")
    }
    assert place["train_start"] == 0
    assert place["evaluation_start"] == 300
    assert place["evaluation_start"] - place["train_end"] - 1 == LEARNING.embargo_bars
    assert splits["evaluation_end"] == TIMES[399].isoformat()


def test_one_more_day_moves_only_the_last_bar() -> None:
    before = splits_of(400)
    after, reason = keep_or_make(before, TIMES[:401], "bundled", LEARNING, 252.0)
    assert {**after, "last_bar": before["last_bar"]} == before
    assert after["last_bar"] == TIMES[400].isoformat()
    assert reason.startswith("kept: 1 new bars")


def test_enough_new_bars_move_the_splits() -> None:
    before = splits_of(400)
    count = 400 + LEARNING.retrain_after_bars
    assert (
        keep_or_make(before, TIMES[: count - 1], "bundled", LEARNING, 252.0)[0]["evaluation_end"]
        == TIMES[399].isoformat()
    )
    after, reason = keep_or_make(before, TIMES[:count], "bundled", LEARNING, 252.0)
    assert after["evaluation_end"] == TIMES[count - 1].isoformat()
    assert reason == f"moved: {LEARNING.retrain_after_bars} new bars"


@pytest.mark.parametrize(
    ("times", "universe", "learning", "word"),
    [
        (TIMES[:400], "user_mine", LEARNING, "universe"),
        (TIMES[:400], "bundled", LearningSettings(embargo_bars=10), "embargo_bars"),
        (TIMES[:400], "bundled", LearningSettings(evaluation_share=0.5), "evaluation_share"),
        (TIMES[1:401], "bundled", LEARNING, "starts at another bar"),
        (TIMES[:380], "bundled", LEARNING, "last evaluated bar is gone"),
    ],
)
def test_splits_move_when_what_they_rest_on_changes(
    times: pd.DatetimeIndex, universe: str, learning: LearningSettings, word: str
) -> None:
    after, reason = keep_or_make(splits_of(400), times, universe, learning, 252.0)
    assert reason.startswith("moved: ")
    assert word in reason
    assert after["evaluation_end"] == times[-1].isoformat()


def test_too_few_bars_are_refused_with_both_numbers() -> None:
    with pytest.raises(UserDataError, match=r"99 bar times are too few.*at least 120"):
        splits_of(99)


def test_a_long_embargo_needs_more_bars() -> None:
    learning = LearningSettings(embargo_bars=200)
    needed = bars_needed(learning)
    splits = make_splits(TIMES[:needed], "bundled", learning, 252.0)
    assert TIMES.get_loc(pd.Timestamp(splits["train_end"])) >= 29
    with pytest.raises(UserDataError, match=str(needed)):
        make_splits(TIMES[: needed - 1], "bundled", learning, 252.0)


def test_the_instruments_own_bars_a_year_win() -> None:
    instruments = pd.DataFrame({"symbol": ["A", "B", "C"], "periods_per_year": [252.0, 260.0, 9.0]})
    assert periods_a_year(instruments, ["A", "B"], TIMES) == 256.0


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (TIMES, 252.0),
        (pd.date_range("2020-01-01", periods=60, freq="D", tz="UTC"), 365.0),
        (pd.date_range("2020-01-01", periods=960, freq="15min", tz="UTC"), 96 * 365.0),
        (pd.date_range("2020-01-03", periods=60, freq="7D", tz="UTC"), 52.18),
    ],
)
def test_bars_a_year_are_inferred_from_the_bar_times(times: pd.DatetimeIndex, expected: float) -> None:
    assert periods_a_year(None, [], times) == pytest.approx(expected)
