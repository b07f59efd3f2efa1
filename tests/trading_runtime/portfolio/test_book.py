from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from trading_runtime.domain.numbers import to_money
from trading_runtime.domain.orders import Fill, Side
from trading_runtime.portfolio.book import Book

TIME = datetime(2001, 1, 2, 21, tzinfo=UTC)


def trade(side: str, quantity: str | Decimal, price: str | Decimal, symbol: str = "AAA", fee: str = "0") -> Fill:
    price = Decimal(price)
    return Fill("f", "o", symbol, Side(side), Decimal(quantity), price, price, to_money(Decimal(fee)), TIME)


def test_round_trip_realizes_the_difference_and_pays_the_fees():
    book = Book("b", Decimal(1000))
    book.apply(trade("buy", "10", "20", fee="1"))
    book.apply(trade("sell", "10", "25", fee="2"))
    assert (book.cash, book.realized, book.fees, book.positions) == (1047, 50, 3, {})


def test_adding_averages_the_price_and_selling_part_keeps_it():
    book = Book("b", Decimal(1000))
    book.apply(trade("buy", "10", "20"))
    book.apply(trade("buy", "10", "30"))
    book.apply(trade("sell", "5", "40"))
    assert book.positions["AAA"].average_price == 25
    assert book.realized == 75


def test_selling_through_flat_realizes_the_long_and_opens_the_short_at_the_new_price():
    book = Book("b", Decimal(1000))
    book.apply(trade("buy", "10", "20"))
    book.apply(trade("sell", "15", "30"))
    assert (book.positions["AAA"].quantity, book.positions["AAA"].average_price, book.realized) == (-5, 30, 100)


def test_daily_loss_is_measured_from_the_close_of_the_day_before():
    book = Book("b", Decimal(1000))
    book.apply(trade("buy", "10", "20"))
    book.mark(TIME, {"AAA": Decimal(19)})
    book.mark(TIME + timedelta(hours=1), {"AAA": Decimal(18)})
    assert (book.day_start_equity, book.equity) == (1000, 980)
    book.mark(TIME + timedelta(days=1), {"AAA": Decimal(21)})
    assert (book.day_start_equity, book.equity, book.peak_equity) == (980, 1010, 1010)


def test_exposure_is_the_share_of_equity_in_the_order_asked_for():
    book = Book("b", Decimal(1000))
    book.apply(trade("buy", "10", "20"))
    book.mark(TIME, {"AAA": Decimal(20)})
    assert book.exposure(["BBB", "AAA"]).tolist() == [0.0, 0.2]


prices = st.decimals("0.00000001", "5000", places=8)
trades = st.lists(
    st.tuples(
        st.sampled_from(["AAA", "BBB"]),
        st.sampled_from(["buy", "sell"]),
        st.decimals("0.000001", "900", places=6),
        prices,
        st.decimals("0", "9", places=8),
    ),
    max_size=25,
)


@given(trades, prices, prices)
def test_cash_and_positions_make_equity_and_equal_initial_plus_profit_less_fees_exactly(done, first, second):
    book = Book("b", Decimal(100_000))
    cash = Decimal(100_000)
    for symbol, side, quantity, price, fee in done:
        fill = trade(side, quantity, price, symbol, str(fee))
        book.apply(fill)
        cash -= to_money(price * quantity) * fill.side.sign + fee
    marks = {"AAA": first, "BBB": second}
    book.mark(TIME, marks)
    assert book.cash == cash
    assert book.equity == cash + sum(p.quantity * marks[s] for s, p in book.positions.items())
    assert book.equity == book.initial_cash + book.realized + book.unrealized - book.fees
