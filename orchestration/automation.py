"""Declarative automation: what runs by itself once its inputs have changed and their blocking checks have passed.

Market data has the daily schedule and training its sensor; everything between and after follows from the assets' conditions.
They act while the automation sensor is on (Dagster UI, Automation).
"""

import dagster as dg

from orchestration.jobs import DATA_GROUPS, TRADING_GROUPS

EAGER_GROUPS = {*DATA_GROUPS, *TRADING_GROUPS} - {"market_data"}

WHEN_INPUTS_CHANGE = (
    dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
).with_label("inputs changed and their blocking checks passed")


def with_automation(defs: dg.Definitions) -> dg.Definitions:
    """The same definitions with `WHEN_INPUTS_CHANGE` on every asset of the eager groups."""

    def condition(spec: dg.AssetSpec) -> dg.AssetSpec:
        if spec.group_name in EAGER_GROUPS:
            return spec.replace_attributes(automation_condition=WHEN_INPUTS_CHANGE)
        return spec

    return defs.map_resolved_asset_specs(func=condition)
