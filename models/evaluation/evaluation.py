"""What an out-of-sample evaluation is."""

from dataclasses import dataclass

import pandas as pd

from models.evaluation.metrics import PerformanceMetrics

CANDIDATE = "candidate"
CHAMPION = "champion"


@dataclass(frozen=True)
class Evaluation:
    """Curves and figures by book over one period; `stressed` are the figures under `cost_multiple` times all costs."""

    equity: dict[str, pd.Series]
    metrics: dict[str, PerformanceMetrics]
    stressed: dict[str, PerformanceMetrics]
    cost_multiple: float
