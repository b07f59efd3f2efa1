"""What features are about: one instrument, or the market as a whole."""

from feast import Entity, ValueType

instrument = Entity(
    name="instrument",
    join_keys=["symbol"],
    value_type=ValueType.STRING,
    description="A tradable instrument, by its symbol.",
)
market = Entity(
    name="market",
    join_keys=["market"],
    value_type=ValueType.STRING,
    description="The market that the macro series describe; its one value is US.",
)
