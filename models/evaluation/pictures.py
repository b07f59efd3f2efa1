"""Pictures of learning and of evaluation, as PNG bytes."""

import io

import pandas as pd

from models.training.curve import CurvePoint


def _png(figure: object) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})  # type: ignore[attr-defined]
    return buffer.getvalue()


def equity_curves(equity: dict[str, pd.Series], title: str) -> bytes:
    """Equity of each book relative to its start."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, curve in equity.items():
        axes.plot(curve.index, curve / curve.iloc[0], label=name, linewidth=2.0 if name == "candidate" else 1.2)
    axes.axhline(1.0, color="grey", linewidth=0.5)
    axes.set_title(title)
    axes.set_ylabel("equity / start")
    axes.legend()
    return _png(figure)


def learning_curve(points: tuple[CurvePoint, ...], title: str) -> bytes:
    """Mean episode return against steps; iterations in which no episode ended have no point."""
    from matplotlib.figure import Figure

    known = [point for point in points if point.episode_return == point.episode_return]
    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([p.steps for p in known], [p.episode_return for p in known], marker="o", markersize=3)
    axes.set_title(title)
    axes.set_xlabel("environment steps")
    axes.set_ylabel("episode reward (percent)")
    return _png(figure)
