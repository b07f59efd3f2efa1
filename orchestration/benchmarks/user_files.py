"""The bundled stocks as a user would hold them: one frame a symbol, ready to be written to a file."""

import pandas as pd

from assets.market_data.sources.equities import Equities

COLUMNS = ["date", "open", "high", "low", "close", "volume", "adj_close"]


def bundled_stocks() -> dict[str, pd.DataFrame]:
    """Symbol to its daily bars, oldest first, with the columns of a user's file."""
    rows = Equities().read()
    rows["date"] = rows["event_time"].dt.tz_convert("America/New_York").dt.strftime("%Y-%m-%d")
    return {str(symbol): frame[COLUMNS].reset_index(drop=True) for symbol, frame in rows.groupby("symbol")}
