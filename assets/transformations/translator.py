"""How dbt's models look in the asset graph: keys, group, owner, tags, and code versions that see macros and ephemeral models.

The class is made inside a function, because importing dagster-dbt imports dbt, and definitions load without either.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dagster import AssetKey

from assets.metadata import OWNER
from trading_runtime.files import canonical_json, sha256_text

if TYPE_CHECKING:
    from dagster_dbt import DagsterDbtTranslator


def leadline_translator(manifest: Mapping[str, Any], universe: str) -> "DagsterDbtTranslator":
    """Plain keys (`adjusted_bars`), the group `transformations`; sources take the key in their `meta.dagster.asset_key`."""
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

    class LeadlineTranslator(DagsterDbtTranslator):
        """dagster-dbt's translator with our conventions."""

        def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
            """The model's name, or the key that the source names."""
            if dbt_resource_props["resource_type"] == "source":
                return super().get_asset_key(dbt_resource_props)
            return AssetKey(dbt_resource_props["name"])

        def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
            """Group = folder."""
            return None if dbt_resource_props["resource_type"] == "source" else "transformations"

        def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
            """One owner for all."""
            return [OWNER]

        def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
            """Staging views and marts are told apart in the UI's filters."""
            stage = "mart" if dbt_resource_props.get("config", {}).get("materialized") == "external" else "staging"
            return {"layer": "transformations", "dbt_stage": stage}

        def get_code_version(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
            """Hash of the model's SQL, of the ephemeral models and macros it draws on, and of the universe."""
            if dbt_resource_props["resource_type"] == "source":
                return None
            return sha256_text(canonical_json([sorted(_code(dbt_resource_props, manifest)), universe]))[:16]

    return LeadlineTranslator(DagsterDbtTranslatorSettings(enable_asset_checks=True))


def _code(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> set[str]:
    """SQL of a model or macro and of everything of ours that is compiled into it."""
    depends = node.get("depends_on", {})
    code = {node.get("raw_code") or node.get("macro_sql") or ""}
    for name in depends.get("macros", []):
        if name in manifest["macros"]:
            code |= _code(manifest["macros"][name], manifest)
    for name in depends.get("nodes", []):
        parent = manifest["nodes"].get(name)
        if parent is not None and parent["config"].get("materialized") == "ephemeral":
            code |= _code(parent, manifest)
    return code
