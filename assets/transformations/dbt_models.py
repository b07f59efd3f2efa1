"""The dbt project as assets: every model an asset, every dbt test an asset check, one `dbt build` for what is selected."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from assets.lake import Lake
from assets.resources import LeadlineResource
from assets.transformations.environment import dbt_universe
from assets.transformations.manifest import ensure_manifest
from assets.transformations.results import model_result
from assets.transformations.runner import run_dbt
from assets.transformations.sources import declare_sources
from assets.transformations.translator import LeadlineTranslator
from trading_runtime.settings import Settings

SETTINGS = LeadlineResource().settings
MANIFEST = ensure_manifest(SETTINGS)
TRANSLATOR = LeadlineTranslator(MANIFEST, dbt_universe(SETTINGS))


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, name="dbt_models", pool="dbt")
def dbt_models(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> Iterator[Any]:
    """Build the selected models and run their tests; each model carries a version made of its content."""
    settings, lake = leadline.settings, leadline.lake
    declare_sources(lake)
    selection = get_updated_cli_invocation_params_for_context(
        context, manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR
    )
    args = ["build", "--no-write-json", *selection.selection_args]
    if selection.indirect_selection:
        args += ["--indirect-selection", selection.indirect_selection]
    for raw in run_dbt(settings, args):
        event = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for output in event.to_default_asset_events(MANIFEST, TRANSLATOR, context):
            yield _versioned(output, lake, settings) if isinstance(output, dg.Output) else output


def _versioned(output: dg.Output, lake: Lake, settings: Settings) -> dg.MaterializeResult:
    """The same result with the model's rows, preview and content version."""
    metadata, version = model_result(lake, settings.paths.marts, output.output_name)
    return dg.MaterializeResult(
        asset_key=dg.AssetKey(output.output_name), metadata={**output.metadata, **metadata}, data_version=version
    )
