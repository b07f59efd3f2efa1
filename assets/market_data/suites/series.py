"""Macro-economic series: a value may be negative, but nobody may know it before its period has ended."""

from assets.market_data.suites.rules import FIRST_OF_STAMP, IN_ORDER, READ_IN_FULL, Suite, at_least, not_null

SERIES = Suite(
    cells=(
        READ_IN_FULL,
        *(not_null(column) for column in ("series", "event_time", "known_at", "value")),
        at_least("known_at", "event_time", "known_before_event", "known_after_event", ("event_time", "known_at")),
    ),
    sequence=(FIRST_OF_STAMP, IN_ORDER),
)
