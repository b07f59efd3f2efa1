"""The suites by the name that a table carries."""

from assets.market_data.suites.close_only import CLOSE_ONLY
from assets.market_data.suites.ohlcv import OHLCV
from assets.market_data.suites.rules import Suite
from assets.market_data.suites.series import SERIES

SUITES: dict[str, Suite] = {"ohlcv": OHLCV, "close_only": CLOSE_ONLY, "series": SERIES}
