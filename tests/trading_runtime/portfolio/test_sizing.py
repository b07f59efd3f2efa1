from datetime import UTC, datetime
from decimal import Decimal

from trading_runtime.domain.orders import Fill, Side
from trading_runtime.portfolio.book import Book
from trading_runtime.portfolio.sizing import size_orders

TIME = datetime(2001, 1, 2, 21, tzinfo=UTC)
PRICES = {"AAA": Decimal(10), "BBB": Decimal(3)}


def book_with(**held: str) -> Book:
    book = Book("b", Decimal(1000))
    for symbol, quantity in held.items():
        price = PRICES[symbol]
        book.apply(Fill("f", "o", symbol, Side.BUY, Decimal(quantity), price, price, Decimal(0), TIME))
    book.mark(TIME, PRICES)
    return book


def test_targets_become_whole_lots_rounded_down():
    (order,) = size_orders([("BBB", 0.5)], book_with(), PRICES, 0.01)
    assert (order.side, order.quantity) == (Side.BUY, Decimal("166.666666"))


def test_sales_come_first_so_that_they_free_room():
    orders = size_orders([("AAA", 0.5), ("BBB", 0.1)], book_with(BBB="200"), PRICES, 0.01)
    assert [(order.symbol, order.side) for order in orders] == [("BBB", Side.SELL), ("AAA", Side.BUY)]


def test_change_inside_the_band_is_not_sent():
    assert size_orders([("AAA", 0.509)], book_with(AAA="50"), PRICES, 0.01) == []


def test_instrument_without_a_bar_is_not_traded():
    assert size_orders([("AAA", 0.5)], book_with(), {"BBB": Decimal(3)}, 0.01) == []


def test_target_of_zero_closes_to_the_last_lot():
    (order,) = size_orders([("BBB", 0.0)], book_with(BBB="33.333333"), PRICES, 0.01)
    assert (order.side, order.quantity) == (Side.SELL, Decimal("33.333333"))


def test_account_without_equity_sends_nothing():
    book = Book("b", Decimal("0.00000001"))
    book.equity = Decimal(-1)
    assert size_orders([("AAA", 0.5)], book, PRICES, 0.01) == []
