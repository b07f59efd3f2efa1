"""Five US technology stocks from bokeh-sampledata: daily, raw and adjusted."""

import pandas as pd

from assets.market_data.sources.base import bars_frame, package_folder, package_origin
from assets.market_data.sources.sessions import daily_close


class Equities:
    """AAPL, IBM and MSFT from 2000-03, GOOG from its listing in 2004-08, FB from 2012-05, all to 2013-03-01.

    Prices as traded, with adj_close adjusted for splits and dividends. Survivors only.
    """

    table = "equity_bars"

    @property
    def origin(self) -> str:
        """Package and version."""
        return package_origin("bokeh-sampledata")

    def read(self) -> pd.DataFrame:
        """12,154 rows, symbol by symbol."""
        path = package_folder("bokeh_sampledata") / "_data" / "stocks.csv.gz"
        rows = pd.read_csv(path).rename(columns=str.lower)
        rows = rows.rename(columns={rows.columns[0]: "symbol", "adj close": "adj_close"})
        rows["event_time"] = daily_close(pd.to_datetime(rows["date"]))
        return bars_frame(rows, asset_class="equity", frequency="1d", source="bokeh-sampledata/stocks.csv.gz")
