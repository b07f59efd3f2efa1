"""From target weights to order quantities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trading_runtime.domain.market import DEFAULT_LOT_SIZE
from trading_runtime.domain.numbers import ZERO, to_lots
from trading_runtime.domain.orders import Side
from trading_runtime.portfolio.book import Book


@dataclass(frozen=True, slots=True)
class SizedOrder:
    """One rebalancing trade; `quantity` is positive and a whole number of lots, `price` the last close."""

    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    target_weight: float


def size_orders(
    targets: Iterable[tuple[str, float]],
    book: Book,
    prices: Mapping[str, Decimal],
    min_trade_weight: float,
    lot_sizes: Mapping[str, Decimal] | None = None,
) -> list[SizedOrder]:
    """Orders that bring the book to its target weights (shares of equity) at `prices`; sells first, so that they free room.

    An instrument without a price at this bar is not traded. A change smaller than `min_trade_weight` of equity is not sent.
    A target of exactly zero closes the position to the last lot.
    """
    if book.equity <= 0:
        return []
    band = Decimal(repr(min_trade_weight)) * book.equity
    orders = []
    for symbol, weight in targets:
        price = prices.get(symbol)
        if price is None:
            continue
        position = book.positions.get(symbol)
        held = position.quantity if position is not None else ZERO
        wanted = Decimal(repr(float(weight))) * book.equity / price if weight else ZERO
        change = wanted - held
        if abs(change) * price < band:
            continue
        quantity = to_lots(abs(change), (lot_sizes or {}).get(symbol, DEFAULT_LOT_SIZE))
        if quantity > 0:
            orders.append(SizedOrder(symbol, Side.BUY if change > 0 else Side.SELL, quantity, price, float(weight)))
    orders.sort(key=lambda order: (order.side is Side.BUY, order.symbol))
    return orders
