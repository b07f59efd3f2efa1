"""Pictures of what a session earned and what trading cost it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd


def _png(panels: int, draw: Callable[[list[Any]], None]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = list(figure.subplots(1, panels, squeeze=False)[0])
    draw(axes)
    for one in axes:
        one.grid(alpha=0.25)
        one.spines[["top", "right"]].set_visible(False)
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=90, metadata={"Software": None})
    return stream.getvalue()


def draw_pnl(pnl: pd.DataFrame) -> bytes:
    """PNG of the cumulative P&L of each book, in account currency."""

    def draw(panels: list[Any]) -> None:
        (axes,) = panels
        for book, rows in pnl.groupby("book", sort=True):
            total = rows["pnl"].sum()
            axes.plot(rows["event_time"], rows["pnl"].cumsum(), label=f"{book} ({total:+,.0f})", linewidth=1.4)
        axes.axhline(0, color="#cccccc", linewidth=0.8)
        axes.set_ylabel("cumulative P&L")
        if len(pnl):
            axes.legend(frameon=False, loc="upper left")

    return _png(1, draw)


def draw_slippage(fills: pd.DataFrame) -> bytes:
    """PNG of the distributions of slippage, the middle 98%: against the decision's close, and against the open it filled at."""

    def draw(panels: list[Any]) -> None:
        for axes, column, label in (
            (panels[0], "slippage_to_decision_bps", "against the close at decision (overnight gap included)"),
            (panels[1], "slippage_to_open_bps", "against the open it filled at (cost model)"),
        ):
            if len(fills):
                values = fills[column]
                low, high = np.percentile(values, [1, 99])
                axes.hist(values.clip(low, high), bins=40, color="#0b6e99")
                axes.axvline(values.mean(), color="#d9730d", label=f"mean {values.mean():.1f} bps")
                axes.legend(frameon=False)
            axes.set_title(label, fontsize=9, loc="left")
            axes.set_xlabel("basis points, positive is a cost")
        panels[0].set_ylabel("fills")

    return _png(2, draw)
