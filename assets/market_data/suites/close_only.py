"""Bars of which only the close is published (the bundled large caps): open, high, low and volume are null by design."""

from assets.market_data.suites.rules import (
    COMPLETE,
    FIRST_OF_STAMP,
    IN_ORDER,
    NO_BAD_TICK,
    READ_IN_FULL,
    Rule,
    Suite,
    not_null,
    positive,
)

CLOSE_ONLY = Suite(
    cells=(
        READ_IN_FULL,
        *(not_null(column) for column in ("symbol", "event_time", "close")),
        *(
            Rule("ExpectColumnValuesToBeNull", {"column": column}, f"unexpected_{column}", "schema", (column,))
            for column in ("open", "high", "low")
        ),
        positive("close"),
    ),
    sequence=(FIRST_OF_STAMP, IN_ORDER, COMPLETE, NO_BAD_TICK),
)
