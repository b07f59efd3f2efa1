"""One position, kept as quantity and cost so that no rounding of an average price enters the books."""

from dataclasses import dataclass
from decimal import Decimal

from trading_runtime.domain.numbers import ZERO, to_money


@dataclass(frozen=True, slots=True)
class Position:
    """`quantity` is negative for a short; `cost` is what it was opened for, with the same sign."""

    symbol: str
    quantity: Decimal = ZERO
    cost: Decimal = ZERO

    @property
    def average_price(self) -> Decimal:
        """Cost per unit; zero when flat."""
        return self.cost / self.quantity if self.quantity else ZERO

    def after(self, signed: Decimal, amount: Decimal) -> tuple["Position", Decimal]:
        """The position after trading `signed` units for `amount` (signed alike), and the P&L that this realizes.

        The P&L is that of the closed units. They are taken out at average cost; units beyond flat open the other way at the traded price.
        """
        if self.quantity * signed >= 0:
            return Position(self.symbol, self.quantity + signed, self.cost + amount), ZERO
        if abs(signed) >= abs(self.quantity):
            closing = to_money(amount * -self.quantity / signed)  # the part of the amount that closes
            return Position(self.symbol, self.quantity + signed, amount - closing), -closing - self.cost
        released = to_money(self.cost * -signed / self.quantity)
        return Position(self.symbol, self.quantity + signed, self.cost - released), -amount - released
