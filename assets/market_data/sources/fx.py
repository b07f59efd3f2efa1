"""Euro in US dollars from gym-anytrading: hourly ask prices."""

import pandas as pd

from assets.market_data.sources.base import bars_frame, package_folder, package_origin


class Fx:
    """EUR-USD ask, 2017, Sunday evening to Friday evening. The file stamps the open of a bar without a zone; the week opens at
    22:00 in winter and 21:00 in summer, which is 17:00 in New York, so the stamps are UTC. event_time is one hour later.
    Volume is the source's own unit, not lots. adj_close is null: nothing is ever adjusted."""

    table = "fx_bars"

    @property
    def origin(self) -> str:
        """Package and version."""
        return package_origin("gym-anytrading")

    def read(self) -> pd.DataFrame:
        """6,225 rows in file order."""
        path = package_folder("gym_anytrading") / "datasets" / "data" / "FOREX_EURUSD_1H_ASK.csv"
        rows = pd.read_csv(path).rename(columns=str.lower)
        opens = pd.to_datetime(rows["time"], format="%d.%m.%Y %H:%M:%S.%f", utc=True)
        rows["event_time"] = opens + pd.Timedelta(hours=1)
        return bars_frame(
            rows,
            symbol="EUR-USD",
            asset_class="fx",
            frequency="1h",
            source="gym-anytrading/FOREX_EURUSD_1H_ASK.csv",
        )
