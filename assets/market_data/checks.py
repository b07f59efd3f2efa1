"""The asset checks of the validated tables: one step a table, so that it is read once, and one result a property.

A failed blocking check stops everything downstream in the same run. What may be an honest fact of the market (a crash, a holiday that the calendar
does not know, a price that stood still) warns and shows the rows.
"""

from collections.abc import Iterable

import dagster as dg

from assets.market_data.quality import GAPS, OUTLIERS, STALE, Finding, check_names, inspect
from assets.market_data.tables import TABLES, Table
from assets.metadata import preview
from assets.resources import LeadlineResource

DESCRIPTIONS = {
    "schema": "Every column is there, and no cell that a bar needs is empty.",
    "positive_prices": "Open, high, low and close are above zero.",
    "ohlc_order": "High is the highest of the four prices and low the lowest.",
    "non_negative_volume": "Volume is not negative.",
    "known_after_event": "No value is known before the period that it describes has ended.",
    "no_duplicate_or_backwards_stamps": "Each symbol has one row a time, in order of time.",
    OUTLIERS: "No one-bar return beyond data.outlier_return that no split or dividend explains.",
    GAPS: "No source lacks more than data.max_missing_share of the bars that the exchange calendar expects of a symbol.",
    STALE: "No symbol keeps one close for more than data.max_stale_bars bars.",
    "rejected_share": "No more than data.max_rejected_share of the table's rows were rejected.",
}
SHOWN_ROWS = 20


def warns(table: Table, name: str) -> bool:
    """Whether a failure of the check is shown and stops nothing."""
    return name in (OUTLIERS, STALE) or (name == GAPS and not table.gaps_block)


def build_checks(table: Table) -> dg.AssetChecksDefinition:
    """The checks of one validated table."""
    asset = f"validated_{table.name}"
    specs = [
        dg.AssetCheckSpec(name, asset=asset, description=DESCRIPTIONS[name], blocking=not warns(table, name))
        for name in check_names(table)
    ]

    @dg.multi_asset_check(name=f"{asset}_checks", specs=specs)
    def check(leadline: LeadlineResource) -> Iterable[dg.AssetCheckResult]:
        for finding in inspect(leadline.lake, table, leadline.settings.data):
            yield _result(asset, table, finding)

    return check


def _result(asset: str, table: Table, finding: Finding) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if warns(table, finding.check) else dg.AssetCheckSeverity.ERROR
    shown = {} if finding.passed else {"offending": preview(finding.offending.head(SHOWN_ROWS), SHOWN_ROWS)}
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=finding.check,
        passed=finding.passed,
        severity=severity,
        metadata={**finding.facts, **shown},
    )


equity_bar_checks = build_checks(TABLES["equity_bars"])
large_cap_bar_checks = build_checks(TABLES["large_cap_bars"])
index_bar_checks = build_checks(TABLES["index_bars"])
crypto_bar_checks = build_checks(TABLES["crypto_bars"])
fx_bar_checks = build_checks(TABLES["fx_bars"])
user_bar_checks = build_checks(TABLES["user_bars"])
macro_series_checks = build_checks(TABLES["macro_series"])
