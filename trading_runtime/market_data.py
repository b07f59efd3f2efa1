"""The marts that the runtime reads, with the hash of each file for the journal."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trading_runtime.errors import ConfigurationError
from trading_runtime.files import sha256_file
from trading_runtime.home import Home

BAR_COLUMNS = ["symbol", "event_time", "known_at", "open", "high", "low", "close", "volume"]
CONTEXT_COLUMNS = ["series", "event_time", "known_at", "value"]


@dataclass(frozen=True)
class MarketData:
    """Tradable bars, market context, and SHA-256 by file name."""

    bars: pd.DataFrame
    context: pd.DataFrame
    bars_path: Path
    hashes: dict[str, str]


def read_market_data(home: Home) -> MarketData:
    """Read `adjusted_bars` and `market_context`. Raises `ConfigurationError` if they are missing or not readable."""
    bars_path, context_path = home.marts / "adjusted_bars.parquet", home.marts / "market_context.parquet"
    bars = _read(bars_path, BAR_COLUMNS)
    context = _read(context_path, CONTEXT_COLUMNS)
    return MarketData(bars, context, bars_path, {path.name: sha256_file(path) for path in (bars_path, context_path)})


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    try:
        return pq.read_table(path, columns=columns).to_pandas()
    except FileNotFoundError:
        raise ConfigurationError(f"{path} does not exist: run `leadline run` to build it") from None
    except (pa.ArrowInvalid, KeyError) as error:
        raise ConfigurationError(f"{path} is damaged ({error}): run `leadline run` to build it again") from None
