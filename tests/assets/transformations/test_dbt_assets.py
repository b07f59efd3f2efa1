"""The dbt project in the asset graph: keys that join, tests as checks, versions that follow the content."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import dagster as dg
import pytest
from support.tiny_lake import write_tiny_lake

from assets.resources import LeadlineResource
from assets.transformations.manifest import ensure_manifest
from trading_runtime.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The asset module, loaded against a temporary home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_HOME", str(tmp_path_factory.mktemp("definitions")))
        from assets.transformations import dbt_models

    return dbt_models


def test_models_join_the_lineage_of_the_validated_tables(module: ModuleType) -> None:
    specs = module.dbt_models.specs_by_key
    marts = {"adjusted_bars", "daily_bars", "instruments", "market_context"}
    assert marts <= {key.to_user_string() for key in specs}
    upstream = {
        dep.asset_key.to_user_string() for spec in specs.values() for dep in spec.deps if dep.asset_key not in specs
    }
    tables = ("equity_bars", "large_cap_bars", "index_bars", "crypto_bars", "fx_bars", "user_bars", "macro_series")
    assert upstream == {"corporate_actions", *(f"validated_{table}" for table in tables)}


def test_every_model_is_described_owned_tagged_and_versioned(module: ModuleType) -> None:
    for spec in module.dbt_models.specs:
        assert spec.group_name == "transformations"
        assert spec.owners == ["team:leadline"]
        assert spec.tags["layer"] == "transformations"
        assert spec.kinds == {"dbt", "duckdb"}
        assert spec.code_version
        assert not (spec.description or "").startswith("dbt model")
        assert spec.metadata["dagster/column_schema"].columns


def test_every_column_of_every_model_is_described(module: ModuleType) -> None:
    for node in module.PROJECT.manifest["nodes"].values():
        if node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral":
            assert node["columns"], node["name"]
            assert all(column["description"] for column in node["columns"].values()), node["name"]


def test_dbt_tests_are_blocking_asset_checks(module: ModuleType) -> None:
    checks = {(spec.asset_key.to_user_string(), spec.name): spec.blocking for spec in module.dbt_models.check_specs}
    assert checks["adjusted_bars", "unique_together_adjusted_bars_symbol__event_time"]
    assert checks["adjusted_bars", "relationships_adjusted_bars_symbol__symbol__ref_instruments_"]


def test_the_manifest_is_parsed_once_and_lies_in_the_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first = ensure_manifest(settings)
    stamp = {path: path.stat().st_mtime_ns for path in settings.paths.dbt_target.rglob("*.json")}
    assert ensure_manifest(settings) == first
    assert {path: path.stat().st_mtime_ns for path in settings.paths.dbt_target.rglob("*.json")} == stamp


def test_loading_the_graph_imports_neither_dbt_nor_dagster_dbt(module: ModuleType, tmp_path: Path) -> None:
    environment = os.environ | {"LEADLINE_HOME": str(tmp_path)}
    ensure_manifest(Settings(home=tmp_path))
    code = (
        "import sys, assets.transformations.dbt_models, assets.transformations.translator\n"
        "print([name for name in ('dbt', 'dagster_dbt', 'duckdb', 'sqlglot') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_a_part_of_the_models_builds_with_its_own_checks_alone(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    write_tiny_lake(LeadlineResource().settings.paths.lake)
    chosen = ["stg_fx_bars", "stg_macro_series"]
    result = dg.materialize([module.dbt_models], resources={"leadline": LeadlineResource()}, selection=chosen)
    built = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    checked = {check.asset_key.to_user_string() for check in result.get_asset_check_evaluations()}
    assert built == checked == set(chosen)


def test_building_through_dagster_records_content_versions_that_unchanged_data_keeps(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = LeadlineResource().settings
    write_tiny_lake(settings.paths.lake)
    versions = []
    for _ in range(2):
        result = dg.materialize([module.dbt_models], resources={"leadline": LeadlineResource()})
        checks = result.get_asset_check_evaluations()
        assert len(checks) == len(list(module.dbt_models.check_keys))
        assert all(check.passed for check in checks)
        events = [event.materialization for event in result.get_asset_materialization_events()]
        versions.append({event.asset_key: (event.tags or {})["dagster/data_version"] for event in events})
        rows = {event.asset_key.to_user_string(): event.metadata["dagster/row_count"].value for event in events}
        assert rows["adjusted_bars"] == 252 + 251
        assert rows["stg_fx_bars"] == 72
    assert versions[0] == versions[1]
