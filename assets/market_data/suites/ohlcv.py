"""Bars with open, high, low and close (equities, indices, crypto, currencies, a user's own)."""

from assets.market_data.suites.rules import (
    COMPLETE,
    FIRST_OF_STAMP,
    IN_ORDER,
    NO_BAD_TICK,
    READ_IN_FULL,
    Rule,
    Suite,
    at_least,
    not_null,
    positive,
)

PRICES = ("open", "high", "low", "close")

OHLCV = Suite(
    cells=(
        READ_IN_FULL,
        *(not_null(column) for column in ("symbol", "event_time", *PRICES)),
        *(positive(column) for column in PRICES),
        at_least("high", "body_high", "high_below_body", "ohlc_order", PRICES),
        at_least("body_low", "low", "low_above_body", "ohlc_order", PRICES),
        Rule(
            "ExpectColumnValuesToBeBetween",
            {"column": "volume", "min_value": 0},
            "negative_volume",
            "non_negative_volume",
            ("volume",),
        ),
    ),
    sequence=(FIRST_OF_STAMP, IN_ORDER, COMPLETE, NO_BAD_TICK),
)
