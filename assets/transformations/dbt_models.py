"""The dbt project as assets: every model an asset, every dbt test an asset check, one `dbt build` for what is selected."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.lake import Lake
from assets.resources import LeadlineResource
from assets.transformations.environment import dbt_universe
from assets.transformations.graph import asset_specs, check_specs, selection
from assets.transformations.manifest import ensure_manifest
from assets.transformations.results import model_result
from assets.transformations.runner import run_dbt
from assets.transformations.sources import declare_sources
from trading_runtime.settings import Settings

PROJECT = ensure_manifest(LeadlineResource().settings)


@dg.multi_asset(
    name="dbt_models",
    specs=asset_specs(PROJECT.graph),
    check_specs=check_specs(PROJECT.graph),
    can_subset=True,
    pool="dbt",
)
def dbt_models(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> Iterator[Any]:
    """Build the selected models and run their tests; each model carries a version made of its content."""
    from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

    from assets.transformations.translator import leadline_translator

    settings, lake = leadline.settings, leadline.lake
    declare_sources(lake)
    translator = leadline_translator(PROJECT.manifest, dbt_universe(settings))
    for raw in run_dbt(settings, ["build", "--no-write-json", *selection(context, PROJECT.graph)]):
        event = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for result in event.to_default_asset_events(PROJECT.manifest, translator, context):
            yield _versioned(result, lake, settings) if isinstance(result, dg.Output) else result


def _versioned(output: dg.Output, lake: Lake, settings: Settings) -> dg.MaterializeResult:
    """The same result with the model's rows, preview and content version."""
    metadata, version = model_result(lake, settings.paths.marts, output.output_name)
    return dg.MaterializeResult(
        asset_key=dg.AssetKey(output.output_name), metadata={**output.metadata, **metadata}, data_version=version
    )
