"""The session's picture: equity curves above, drawdowns below."""

import io
from collections.abc import Mapping

import pandas as pd

from trading_runtime.portfolio.performance import drawdowns

COLOURS = ("#0b6e99", "#d9730d", "#787774", "#b4b2ac")  # books strong, baselines muted
STYLES = ("-", "-", "--", ":")


def draw_equity(curves: Mapping[str, pd.Series], subtitle: str) -> bytes:
    """PNG of equity (rebased to 100) and drawdown (percent) of each curve; labels name the final return."""
    from matplotlib.figure import Figure  # here, since trading needs none of it; and not pyplot, which keeps state

    figure = Figure(figsize=(10, 6.5), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.2))
    for i, (name, curve) in enumerate(curves.items()):
        colour, style = COLOURS[i % len(COLOURS)], STYLES[i % len(STYLES)]
        growth = curve / curve.iloc[0] * 100
        label = f"{name.replace('_', ' ')} ({growth.iloc[-1] - 100:+.1f}%)"
        top.plot(growth.index, growth, color=colour, linestyle=style, linewidth=1.6, label=label)
        bottom.plot(curve.index, -100 * drawdowns(curve), color=colour, linestyle=style, linewidth=1.2)
    top.set_title("Equity against the baselines", loc="left", fontweight="bold")
    top.set_title(subtitle, loc="right", fontsize=9, color="#555555")
    top.set_ylabel("equity, start = 100")
    top.axhline(100, color="#cccccc", linewidth=0.8, zorder=0)
    top.legend(frameon=False, loc="upper left")
    bottom.set_ylabel("drawdown, %")
    for axis in (top, bottom):
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=120, metadata={"Software": None})
    return stream.getvalue()
