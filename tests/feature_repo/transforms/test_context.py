"""Context series: what was known when."""

import numpy as np
import pandas as pd

from feature_repo.transforms.context import DAY, Context, microseconds
from feature_repo.transforms.macro import macro, macro_table


def table(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["series", "event_time", "known_at", "value"])
    return frame.assign(**{name: pd.to_datetime(frame[name], utc=True) for name in ("event_time", "known_at")})


def at(*days: str) -> np.ndarray:
    return microseconds(pd.Series(pd.to_datetime(days, utc=True)))


def test_a_value_counts_from_the_moment_it_became_known() -> None:
    known = Context.from_frame(table(("VIX", "2020-01-01", "2020-01-05", 20.0)))
    assert np.isnan(macro(known, at("2020-01-04"))["vix_level"][0])
    assert macro(known, at("2020-01-05"))["vix_level"][0] == 0.2


def test_a_revision_of_the_newest_period_counts_only_from_when_it_was_published() -> None:
    rows = [("VIX", "2020-01-01", "2020-01-02", 20.0), ("VIX", "2020-01-01", "2020-01-09", 30.0)]
    values = macro(Context.from_frame(table(*rows)), at("2020-01-08", "2020-01-09"))["vix_level"]
    assert values.tolist() == [0.2, 0.3]


def test_a_late_correction_of_an_old_period_does_not_hide_the_newest_value() -> None:
    rows = [
        ("VIX", "2020-01-01", "2020-01-02", 20.0),
        ("VIX", "2020-01-03", "2020-01-04", 25.0),
        ("VIX", "2020-01-01", "2020-01-09", 99.0),
    ]
    assert macro(Context.from_frame(table(*rows)), at("2020-01-10"))["vix_level"][0] == 0.25


def test_a_value_older_than_100_days_is_unknown() -> None:
    known = Context.from_frame(table(("VIX", "2020-01-01", "2020-01-01", 20.0)))
    values = macro(known, at("2020-04-10", "2020-04-11"))["vix_level"]
    assert values[0] == 0.2
    assert np.isnan(values[1])


def test_a_yearly_change_uses_the_value_of_a_year_before_the_newest_period() -> None:
    rows = [
        ("CORE_CPI", "2019-01-31", "2019-03-01", 100.0),
        ("CORE_CPI", "2019-02-28", "2019-04-01", 101.0),
        ("CORE_CPI", "2020-01-31", "2020-03-01", 103.0),
    ]
    value = macro(Context.from_frame(table(*rows)), at("2020-03-02"))["cpi_change_365d"][0]
    assert value == np.log(103.0) - np.log(100.0)


def test_the_sparse_table_joined_as_of_equals_the_features_at_any_stamp() -> None:
    generator = np.random.default_rng(0)
    days = pd.date_range("2020-01-01", periods=900, freq="D", tz="UTC").as_unit("us")
    kept = days[generator.random(900) < 0.02]  # gaps longer than 100 days, so that values go stale
    frames = [
        pd.DataFrame(
            {"series": name, "event_time": kept, "known_at": kept + pd.Timedelta(days=lag), "value": 50.0 + lag}
        )
        for lag, name in enumerate(["VIX", "SP500", "NASDAQ", "WTI", "BAA_YIELD", "AAA_YIELD"])
    ]
    context = pd.concat(frames, ignore_index=True)
    stamps = pd.DataFrame({"event_time": (days + pd.Timedelta(hours=7)).as_unit("us")})
    joined = pd.merge_asof(stamps, macro_table(context), on="event_time")
    direct = macro(Context.from_frame(context), microseconds(stamps["event_time"]))
    assert joined["vix_level"].isna().any()
    for name, values in direct.items():
        assert np.array_equal(joined[name].to_numpy(), values, equal_nan=True), name


def test_rows_in_any_order_and_in_any_portions_give_the_same_series() -> None:
    rows = [("VIX", day * DAY, (day + day % 3) * DAY, float(day)) for day in range(1, 60)]
    whole, parts = Context(), Context()
    whole.extend(rows)
    order = np.random.default_rng(1).permutation(len(rows))
    for index in order:
        parts.extend([rows[index]])
    assert whole.series("VIX").value.tolist() == parts.series("VIX").value.tolist()
    assert whole.series("VIX").known_at.tolist() == parts.series("VIX").known_at.tolist()
