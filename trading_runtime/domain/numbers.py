"""From floats (market data, policies) to the exact decimals of the books, and back to whole lots."""

from decimal import ROUND_DOWN, Decimal

CENT_PRECISION = Decimal("1e-8")
ZERO = Decimal(0)


def to_price(value: float) -> Decimal:
    """A market price as Decimal, rounded to 1e-8: the shortest decimal text of the float, not its binary tail."""
    return Decimal(repr(round(float(value), 8)))


def to_money(value: Decimal | float) -> Decimal:
    """An amount of money, rounded to 1e-8 of the account currency, so that sums of amounts stay exact."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(float(value), 8)))
    return exact.quantize(CENT_PRECISION)


def to_lots(quantity: Decimal, lot_size: Decimal) -> Decimal:
    """`quantity` rounded toward zero to a multiple of `lot_size`, so that a limit is never passed by rounding."""
    return (quantity / lot_size).to_integral_value(rounding=ROUND_DOWN) * lot_size
