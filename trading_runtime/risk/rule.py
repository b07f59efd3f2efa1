"""What a risk rule is, and what it may look at. A new rule is one file with one class, plus its line in `risk/engine.py`."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from trading_runtime.domain.market import DEFAULT_LOT_SIZE
from trading_runtime.domain.numbers import ZERO, to_lots
from trading_runtime.domain.orders import OrderIntent
from trading_runtime.domain.verdicts import Action, Verdict


@dataclass
class RiskState:
    """The book as a rule sees it: marked at the last close, with the orders already approved at this bar counted in.

    `quantities` are signed units by symbol, `prices` last closes; money in the account currency.
    """

    equity: Decimal
    peak_equity: Decimal
    day_start_equity: Decimal
    quantities: dict[str, Decimal]
    prices: dict[str, Decimal]
    lot_sizes: dict[str, Decimal] = field(default_factory=dict)
    gross: Decimal = field(init=False)

    def __post_init__(self) -> None:
        self.gross = sum((abs(q) * self.prices[s] for s, q in self.quantities.items()), ZERO)

    def quantity(self, symbol: str) -> Decimal:
        """Signed units held and approved."""
        return self.quantities.get(symbol, ZERO)

    def lot_size(self, symbol: str) -> Decimal:
        """Smallest tradable step of an instrument."""
        return self.lot_sizes.get(symbol, DEFAULT_LOT_SIZE)

    def reduces(self, intent: OrderIntent) -> bool:
        """Whether the order makes the position smaller without turning it around. No exposure rule blocks such an order."""
        held = self.quantity(intent.symbol)
        return held * intent.signed < 0 and intent.quantity <= abs(held)

    def apply(self, intent: OrderIntent, quantity: Decimal) -> None:
        """Count an approved order in, for the orders that follow at the same bar."""
        held = self.quantity(intent.symbol)
        after = held + quantity * intent.side.sign
        self.gross += (abs(after) - abs(held)) * intent.price
        self.quantities[intent.symbol] = after


class Rule(Protocol):
    """One limit. `code` is the reason code in verdicts, reports and journals."""

    code: str

    def check(self, intent: OrderIntent, state: RiskState) -> Verdict:
        """Judge an order. Must let every order pass for which `state.reduces(intent)` holds, if it limits exposure."""


def allow(code: str, intent: OrderIntent, limit: Decimal, **numbers: Decimal) -> Verdict:
    """Let the order pass as it is."""
    return Verdict(Action.ALLOW, code, intent.quantity, limit, numbers)


def deny(code: str, limit: Decimal, **numbers: Decimal) -> Verdict:
    """Refuse the order."""
    return Verdict(Action.DENY, code, ZERO, limit, numbers)


def at_most(
    code: str, intent: OrderIntent, state: RiskState, quantity: Decimal, limit: Decimal, **numbers: Decimal
) -> Verdict:
    """Allow up to `quantity` units: pass, resize to whole lots, or deny if not one lot is left."""
    if quantity >= intent.quantity:
        return allow(code, intent, limit, **numbers)
    lots = to_lots(quantity, state.lot_size(intent.symbol)) if quantity > 0 else ZERO
    return Verdict(Action.RESIZE, code, lots, limit, numbers) if lots > 0 else deny(code, limit, **numbers)
