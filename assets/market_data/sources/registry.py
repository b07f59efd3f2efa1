"""Which source fills which table."""

from assets.market_data.sources.base import BarSource
from assets.market_data.sources.crypto import Crypto
from assets.market_data.sources.equities import Equities
from assets.market_data.sources.folder import FolderSource
from assets.market_data.sources.fx import Fx
from assets.market_data.sources.indices import Indices
from assets.market_data.sources.large_caps import LargeCaps
from assets.market_data.sources.macro import Macro
from trading_runtime.settings import Settings

BUNDLED: tuple[BarSource, ...] = (Equities(), LargeCaps(), Indices(), Crypto(), Fx(), Macro())


def source_of(table: str, settings: Settings) -> BarSource:
    """The source of one raw table under the effective settings."""
    sources: dict[str, BarSource] = {source.table: source for source in BUNDLED}
    sources["user_bars"] = FolderSource(settings.data.bars_dir)
    return sources[table]
