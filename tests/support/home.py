"""A home folder with everything that a paper session needs, made in a second."""

from support.bundles import register
from support.market import random_bars, random_context, write_marts
from trading_runtime.settings import Settings

SYMBOLS = ["AAA", "BBB", "CCC"]


def ready_home(settings: Settings, bars: int = 160, trade_from: int = 60) -> None:
    """Marts of simulated bars, a registered champion and challenger; evaluation starts at bar number `trade_from`."""
    frame = random_bars(SYMBOLS, bars)
    write_marts(settings.paths, frame, random_context(frame))
    start = sorted(frame["event_time"].unique())[trade_from]
    register(settings, SYMBOLS, start.isoformat())
