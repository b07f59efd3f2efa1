"""The validated tables: the raw rows that their Great Expectations suite finds good; the others go to the rejected zone with a reason."""

from typing import Any

import dagster as dg

from assets.market_data.raw_tables import run_start
from assets.market_data.tables import TABLES
from assets.market_data.validation import validate
from assets.metadata import OWNER, frame_metadata, preview, settings_version
from assets.partitions import SINGLE_RUN, YEARLY
from assets.resources import LeadlineResource
from trading_runtime.settings import Settings

VALIDATED: dict[str, Any] = {
    "group_name": "market_data",
    "kinds": {"python", "parquet", "greatexpectations"},
    "owners": [OWNER],
    "tags": {"layer": "validated"},
    "code_version": f"1-{settings_version(Settings().data.outlier_return)}",
    "partitions_def": YEARLY,
    "backfill_policy": SINGLE_RUN,
}


@dg.asset(deps=["equity_bars", "corporate_actions"], **VALIDATED)
def validated_equity_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """The daily bars of equity_bars that passed validation, sorted by symbol and time; prices still as traded.

    One row a symbol and session. Rejected rows are in rejected/equity_bars with a reason code. Used by dbt's staging models, where
    prices are adjusted.
    """
    return _materialize(context, leadline, "equity_bars")


@dg.asset(deps=["large_cap_bars"], **VALIDATED)
def validated_large_cap_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """The daily closes of large_cap_bars that passed validation, sorted by symbol and time; close only, already adjusted.

    One row a symbol and session. Rejected rows are in rejected/large_cap_bars with a reason code. Used by dbt's market_context.
    """
    return _materialize(context, leadline, "large_cap_bars")


@dg.asset(deps=["index_bars"], **VALIDATED)
def validated_index_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """The daily index bars of index_bars that passed validation, sorted by index and time.

    One row an index and session. Rejected rows are in rejected/index_bars with a reason code. Used by dbt's market_context.
    """
    return _materialize(context, leadline, "index_bars")


@dg.asset(deps=["crypto_bars"], **VALIDATED)
def validated_crypto_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """The 15-minute bars of crypto_bars that passed validation, sorted by time.

    One row a quarter of an hour; bars without volume stay, repeated stamps and unfinished bars are in rejected/crypto_bars. Used by
    dbt's market_context.
    """
    return _materialize(context, leadline, "crypto_bars")


@dg.asset(deps=["fx_bars"], **VALIDATED)
def validated_fx_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """The hourly bars of fx_bars that passed validation, sorted by time.

    One row an hour of the trading week. Rejected rows are in rejected/fx_bars with a reason code. Used by dbt's staging models.
    """
    return _materialize(context, leadline, "fx_bars")


@dg.asset(deps=["user_bars", "corporate_actions"], **VALIDATED)
def validated_user_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Your own bars that passed validation, sorted by symbol and time; empty without `--bars`.

    One row a symbol and bar. Every row with a bad cell or an impossible price is in rejected/user_bars, with its row number, the reason
    and the text that was found. Used by dbt's staging models as the tradable universe.
    """
    return _materialize(context, leadline, "user_bars")


@dg.asset(deps=["macro_series"], **VALIDATED)
def validated_macro_series(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """The values of macro_series that passed validation, sorted by series and time.

    One row a series and period, with the time from which it may be known. Periods that the file leaves empty (oil on holidays) are in
    rejected/macro_series. Used by dbt's market_context.
    """
    return _materialize(context, leadline, "macro_series")


def _materialize(context: dg.AssetExecutionContext, leadline: LeadlineResource, name: str) -> dg.MaterializeResult:
    lake, limit = leadline.lake, leadline.settings.data.outlier_return
    done = validate(lake, TABLES[name], list(context.partition_keys), run_start(context), limit)
    version = lake.version("validated", name)
    shown = {"rejected_preview": preview(done.rejected)} if len(done.rejected) else {}
    return dg.MaterializeResult(
        metadata={
            **frame_metadata(done.good),
            "rejected_rows": len(done.rejected),
            "rejected_by_reason": dg.MetadataValue.json(done.reasons),
            **shown,
            "data_hash": version,
        },
        data_version=dg.DataVersion(version),
    )
