"""A home folder with the marts that this group reads, made from real bars; and a run of the whole group over it."""

from pathlib import Path

import dagster as dg
import pandas as pd


def write_marts(home: Path, bars: pd.DataFrame, context: pd.DataFrame) -> None:
    """Write the three marts that this group reads."""
    marts = home / "lake" / "marts"
    marts.mkdir(parents=True, exist_ok=True)
    bars.to_parquet(marts / "adjusted_bars.parquet", index=False)
    context.to_parquet(marts / "market_context.parquet", index=False)
    symbols = sorted(bars["symbol"].unique())
    pd.DataFrame({"symbol": symbols, "periods_per_year": 252.0}).to_parquet(marts / "instruments.parquet", index=False)


def materialize_features(raise_on_error: bool = True) -> dg.ExecuteInProcessResult:
    """Materialize every asset of the group in this process, with its checks, under the home that the environment names."""
    from assets.features import checks, dataset_splits, feature_store, tables, training_frame
    from assets.resources import LeadlineResource

    assets = [
        *tables.feature_tables,
        feature_store.feature_store,
        feature_store.online_features,
        dataset_splits.dataset_splits,
        training_frame.training_frame,
    ]
    found = [
        *checks.completeness_checks,
        *checks.input_checks,
        checks.no_lookahead,
        checks.training_frame_matches_batch,
        checks.feature_drift,
    ]
    job = dg.Definitions(
        assets=assets,
        asset_checks=found,
        jobs=[dg.define_asset_job("features_job")],
        resources={"leadline": LeadlineResource()},
    ).resolve_implicit_global_asset_job_def()
    return job.execute_in_process(raise_on_error=raise_on_error)
