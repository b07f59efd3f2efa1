"""The gate: what a policy must show out of sample before it may become champion. Every criterion is listed, passed or not."""

import math
from typing import Literal

from models.evaluation.evaluation import CANDIDATE, CHAMPION, Evaluation
from models.evaluation.metrics import returns_of
from models.evaluation.probabilistic_sharpe import probabilistic_sharpe_of
from trading_runtime.policy.bundle import GateCriterion, GateVerdict
from trading_runtime.settings import GateSettings

Comparison = Literal[">", ">=", "<="]
COMPARE = {">": lambda v, t: v > t, ">=": lambda v, t: v >= t, "<=": lambda v, t: v <= t}


def criterion(name: str, value: float, threshold: float, comparison: Comparison, explanation: str) -> GateCriterion:
    """One line of the table. A value that is not finite never passes, and is shown as 0 with a word on it."""
    finite = math.isfinite(value)
    return GateCriterion(
        name=name,
        value=value if finite else 0.0,
        threshold=threshold,
        comparison=comparison,
        passed=finite and bool(COMPARE[comparison](value, threshold)),
        explanation=explanation if finite else f"{explanation} The value could not be computed.",
    )


def judge(evaluation: Evaluation, settings: GateSettings, candidate: str = CANDIDATE) -> GateVerdict:
    """Verdict on `candidate` against every other book of the evaluation. Passes only if every criterion does."""
    own, stressed = evaluation.metrics[candidate], evaluation.stressed[candidate]
    returns = returns_of(evaluation.equity[candidate])
    criteria = [
        criterion(
            "min_bars",
            float(own.bars),
            float(settings.min_bars),
            ">=",
            "Out-of-sample bars on which the verdict rests.",
        )
    ]
    for name, metrics in sorted(evaluation.metrics.items(), key=lambda item: (item[0] != CHAMPION, item[0])):
        if name != candidate:
            who = "the current champion" if name == CHAMPION else name.replace("_", " ")
            criteria.append(
                criterion(
                    f"sharpe_above_{name}",
                    own.sharpe,
                    metrics.sharpe + settings.min_excess_sharpe,
                    ">",
                    f"Annual Sharpe ratio after costs against that of {who} over the same bars.",
                )
            )
    criteria += [
        criterion(
            "probabilistic_sharpe",
            probabilistic_sharpe_of(returns),
            settings.min_probabilistic_sharpe,
            ">=",
            "Probability that the true Sharpe ratio is above zero (Bailey and Lopez de Prado 2012).",
        ),
        criterion(
            "max_drawdown", own.max_drawdown, settings.max_drawdown, "<=", "Largest fall from a peak, out of sample."
        ),
        criterion(
            "return_under_cost_stress",
            stressed.total_return,
            0.0,
            ">",
            f"Total return when every cost is {evaluation.cost_multiple:g} times as high.",
        ),
    ]
    return GateVerdict(verdict="pass" if all(c.passed for c in criteria) else "refuse", criteria=criteria)


def reasons(verdict: GateVerdict) -> str:
    """One line that says why: the criteria that failed with value and threshold, or that all passed."""
    if verdict.verdict == "baseline":
        return "transparent baseline, approved without a gate"
    failed = [f"{c.name} {c.value:.4g} not {c.comparison} {c.threshold:.4g}" for c in verdict.criteria if not c.passed]
    return "; ".join(failed) if failed else f"all {len(verdict.criteria)} criteria passed"


def gate_table(verdict: GateVerdict) -> str:
    """The criteria as a Markdown table."""
    lines = ["| criterion | value | must be | passed | meaning |", "|---|---|---|---|---|"]
    for c in verdict.criteria:
        mark = "pass" if c.passed else "**refuse**"
        lines.append(f"| {c.name} | {c.value:.4g} | {c.comparison} {c.threshold:.4g} | {mark} | {c.explanation} |")
    return "\n".join(lines)
