"""Twenty large US companies from skfolio: daily adjusted closes."""

import pandas as pd

from assets.market_data.sources.base import bars_frame, package_folder, package_origin
from assets.market_data.sources.sessions import daily_close


class LargeCaps:
    """Adjusted closes of 20 members of the S&P 500, 1990-01-02..2022-12-28. Survivors only.

    The file holds no open, high, low or volume: they are null, never made up. close and adj_close are the same number.
    """

    table = "large_cap_bars"

    @property
    def origin(self) -> str:
        """Package and version."""
        return package_origin("skfolio")

    def read(self) -> pd.DataFrame:
        """166,260 rows, symbol by symbol; `row` is the row of the file, which holds one date a row."""
        path = package_folder("skfolio") / "datasets" / "data" / "sp500_dataset.csv.gz"
        wide = pd.read_csv(path)
        wide["event_time"] = daily_close(pd.to_datetime(wide.pop("Date")))
        wide["row"] = range(1, len(wide) + 1)
        rows = wide.melt(["event_time", "row"], var_name="symbol", value_name="close")
        rows["adj_close"] = rows["close"]
        return bars_frame(rows, asset_class="equity", frequency="1d", source="skfolio/sp500_dataset.csv.gz")
