"""Runs declared rules through Great Expectations: an ephemeral context, one pandas batch, every offending row named."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from assets.market_data.suites.rules import Rule


@dataclass(frozen=True)
class Outcome:
    """What one rule found; `rows` are positions in the frame (none for a rule about the whole table)."""

    rule: Rule
    success: bool
    rows: list[int]


def run_rules(frame: pd.DataFrame, rules: Sequence[Rule]) -> list[Outcome]:
    """Outcomes in the order of `rules`. An expectation that cannot be evaluated raises RuntimeError: that is a bug, not bad data."""
    if not rules:
        return []
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("lake").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame.reset_index(drop=True)})
    # Great Expectations drops the second of two equal expectations and keeps no order: the position finds each result again.
    expectations = [
        getattr(gx.expectations, rule.expectation)(**rule.arguments, meta={"position": position})
        for position, rule in enumerate(rules)
    ]
    suite = gx.ExpectationSuite(name="rules", expectations=expectations)
    report = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    found = {result.expectation_config.meta["position"]: result for result in report.results}  # type: ignore[union-attr, index]
    return [_outcome(rule, found[position]) for position, rule in enumerate(rules)]


def _outcome(rule: Rule, result: object) -> Outcome:
    details = getattr(result, "result", None) or {}
    success = bool(getattr(result, "success", False))
    if not success and not details:
        raise RuntimeError(f"{rule.expectation} could not be evaluated: {getattr(result, 'exception_info', None)}")
    return Outcome(rule, success, [int(row) for row in details.get("unexpected_index_list") or []])
