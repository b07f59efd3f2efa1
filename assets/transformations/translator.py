"""How dbt's models look in the asset graph: keys, group, owner, tags, and code versions that see macros and ephemeral models."""

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from assets.metadata import OWNER
from trading_runtime.files import canonical_json, sha256_text


class LeadlineTranslator(DagsterDbtTranslator):
    """Plain keys (`adjusted_bars`), the group `transformations`; sources take the key in their `meta.dagster.asset_key`."""

    def __init__(self, manifest: Mapping[str, Any], universe: str):
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True))
        self._manifest = manifest
        self._universe = universe

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
        return sha256_text(canonical_json([sorted(self._code(dbt_resource_props)), self._universe]))[:16]

    def _code(self, node: Mapping[str, Any]) -> set[str]:
        depends = node.get("depends_on", {})
        code = {node.get("raw_code") or node.get("macro_sql") or ""}
        for name in depends.get("macros", []):
            if name in self._manifest["macros"]:
                code |= self._code(self._manifest["macros"][name])
        for name in depends.get("nodes", []):
            parent = self._manifest["nodes"].get(name)
            if parent is not None and parent["config"].get("materialized") == "ephemeral":
                code |= self._code(parent)
        return code
