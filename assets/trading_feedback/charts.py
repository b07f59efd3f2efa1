"""Pictures of what a session earned and what trading cost it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pandas as pd


def _png(draw: Callable[[Any], None]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    draw(axes)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=90, metadata={"Software": None})
    return stream.getvalue()


def draw_pnl(pnl: pd.DataFrame) -> bytes:
    """PNG of the cumulative P&L of each book, in account currency."""

    def draw(axes: Any) -> None:
        for book, rows in pnl.groupby("book", sort=True):
            axes.plot(
                rows["event_time"], rows["pnl"].cumsum(), label=f"{book} ({rows['pnl'].sum():+,.0f})", linewidth=1.4
            )
        axes.axhline(0, color="#cccccc", linewidth=0.8)
        axes.set_ylabel("cumulative P&L")
        if len(pnl):
            axes.legend(frameon=False, loc="upper left")

    return _png(draw)


def draw_slippage(fills: pd.DataFrame) -> bytes:
    """PNG of the distribution of slippage against the next open and against the decision's close, in basis points."""

    def draw(axes: Any) -> None:
        for column, label in (
            ("slippage_to_decision_bps", "against the close at decision"),
            ("slippage_to_open_bps", "against the open it filled at"),
        ):
            if len(fills):
                axes.hist(fills[column], bins=40, alpha=0.6, label=f"{label}, mean {fills[column].mean():.1f} bps")
        axes.set_xlabel("basis points, positive is a cost")
        axes.set_ylabel("fills")
        if len(fills):
            axes.legend(frameon=False)

    return _png(draw)
