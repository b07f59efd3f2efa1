"""The form of a declaration: an expectation, the reason code of a row that fails it, and the asset check that it belongs to."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One Great Expectations expectation by its class name, for instance `ExpectColumnValuesToNotBeNull`.

    `shown` names the columns that a rejected row's detail and a failing check's table show.
    """

    expectation: str
    arguments: dict[str, Any]
    reason: str
    check: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """Rules in order of precedence: a row gets the reason of the first that it fails.

    `cells` look at a row alone. `sequence` look at what the rows that passed `cells` are to each other (suites/neighbours.py).
    """

    cells: tuple[Rule, ...]
    sequence: tuple[Rule, ...] = field(default_factory=tuple)


def not_null(column: str) -> Rule:
    """A value must be there."""
    return Rule("ExpectColumnValuesToNotBeNull", {"column": column}, f"missing_{column}", "schema", (column,))


def positive(column: str) -> Rule:
    """A price must be above zero."""
    arguments = {"column": column, "min_value": 0, "strict_min": True}
    return Rule("ExpectColumnValuesToBeBetween", arguments, f"non_positive_{column}", "positive_prices", (column,))


def at_least(upper: str, lower: str, reason: str, check: str, shown: tuple[str, ...]) -> Rule:
    """One column must not be below another."""
    arguments = {"column_A": upper, "column_B": lower, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Rule("ExpectColumnPairValuesAToBeGreaterThanB", arguments, reason, check, shown)


def equals(column: str, value: object, reason: str, check: str, shown: tuple[str, ...]) -> Rule:
    """A derived column must hold one value."""
    return Rule("ExpectColumnValuesToBeInSet", {"column": column, "value_set": [value]}, reason, check, shown)


STAMPS = "no_duplicate_or_backwards_stamps"

READ_IN_FULL = Rule("ExpectColumnValuesToBeNull", {"column": "defect"}, "defect", "schema", ("defect",))
FIRST_OF_STAMP = equals("occurrence", 1, "duplicate_stamp", STAMPS, ("event_time", "first_row"))
IN_ORDER = equals("in_order", True, "backwards_stamp", STAMPS, ("event_time", "row"))
COMPLETE = equals("complete", True, "incomplete_bar", "complete_bars", ("event_time", "frequency"))
NO_BAD_TICK = equals(
    "bad_tick", False, "bad_tick", "unexplained_outlier_returns", ("previous_close", "close", "next_close")
)
