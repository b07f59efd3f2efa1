"""S&P 500 and NASDAQ Composite from arch: daily open, high, low, close and volume."""

import pandas as pd

from assets.market_data.sources.base import bars_frame, package_folder, package_origin
from assets.market_data.sources.sessions import daily_close

FILES = {"SP500": "sp500/sp500.csv.gz", "NASDAQ": "nasdaq/nasdaq.csv.gz"}


class Indices:
    """Price indices (no dividends), 1999-01-04..2018-12-31. An index cannot be traded itself."""

    table = "index_bars"

    @property
    def origin(self) -> str:
        """Package and version."""
        return package_origin("arch")

    def read(self) -> pd.DataFrame:
        """10,062 rows, index by index."""
        return pd.concat([self._index(symbol, file) for symbol, file in FILES.items()], ignore_index=True)

    def _index(self, symbol: str, file: str) -> pd.DataFrame:
        rows = pd.read_csv(package_folder("arch") / "data" / file).rename(columns=str.lower)
        rows = rows.rename(columns={"adj close": "adj_close"})
        rows["event_time"] = daily_close(pd.to_datetime(rows["date"], format="%m/%d/%Y"))
        return bars_frame(
            rows, symbol=symbol, asset_class="index", frequency="1d", source=f"arch/{file.rpartition('/')[2]}"
        )
