"""Evaluations on disk and on paper: a long frame of equity, a JSON of figures, a Markdown table."""

from typing import Any

import pandas as pd

from models.evaluation.evaluation import Evaluation
from models.evaluation.metrics import PerformanceMetrics


def equity_frame(evaluation: Evaluation) -> pd.DataFrame:
    """One row a book and bar: `book, event_time, equity`."""
    frames = [
        pd.DataFrame({"book": name, "event_time": curve.index, "equity": curve.to_numpy(dtype=float)})
        for name, curve in evaluation.equity.items()
    ]
    return pd.concat(frames, ignore_index=True)


def evaluation_json(evaluation: Evaluation, start: str, end: str, files: dict[str, str]) -> dict[str, Any]:
    """The figures, with the hashes of the candidate's files."""
    return {
        "start": start,
        "end": end,
        "cost_multiple": evaluation.cost_multiple,
        "candidate_files": files,
        "metrics": {name: metrics.as_dict() for name, metrics in evaluation.metrics.items()},
        "stressed": {name: metrics.as_dict() for name, metrics in evaluation.stressed.items()},
    }


def read_evaluation(frame: pd.DataFrame, figures: dict[str, Any]) -> Evaluation:
    """The evaluation out of what `equity_frame` and `evaluation_json` wrote."""

    def metrics(part: str) -> dict[str, PerformanceMetrics]:
        return {
            name: PerformanceMetrics(**{**values, "bars": int(values["bars"])})
            for name, values in figures[part].items()
        }

    equity = {
        str(name): pd.Series(rows["equity"].to_numpy(), index=pd.DatetimeIndex(rows["event_time"]))
        for name, rows in frame.groupby("book", sort=False)
    }
    return Evaluation(equity, metrics("metrics"), metrics("stressed"), float(figures["cost_multiple"]))


def metrics_table(evaluation: Evaluation) -> str:
    """Figures of every book, one row each, as Markdown."""
    columns = ["annual_return", "annual_volatility", "sharpe", "sortino", "calmar", "max_drawdown", "turnover", "costs"]
    lines = ["| policy | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, metrics in evaluation.metrics.items():
        values = metrics.as_dict()
        lines.append(f"| {name} | " + " | ".join(f"{values[column]:.4g}" for column in columns) + " |")
    return "\n".join(lines)
