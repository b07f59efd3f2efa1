"""The dbt project's part of the asset graph as plain data: dagster-dbt derives it once, when dbt has parsed the project.

Every process that loads the definitions then reads a small file instead of importing dbt and dagster-dbt, which costs over two seconds.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

Graph = dict[str, list[dict[str, Any]]]


def describe(manifest: Mapping[str, Any], universe: str) -> Graph:
    """Models and tests of a manifest as dagster-dbt sees them, in JSON types."""
    from dagster_dbt.asset_utils import build_dbt_specs

    from assets.transformations.translator import leadline_translator

    specs, checks = build_dbt_specs(
        translator=leadline_translator(manifest, universe),
        manifest=manifest,
        select="fqn:*",
        exclude="",
        selector="",
        io_manager_key=None,
        project=None,
    )
    return {
        "models": [_model(spec) for spec in sorted(specs, key=lambda spec: spec.key)],
        "tests": [_test(check) for check in sorted(checks, key=lambda check: (check.asset_key, check.name))],
    }


def _model(spec: dg.AssetSpec) -> dict[str, Any]:
    schema = spec.metadata["dagster/column_schema"]
    return {
        "key": spec.key.to_user_string(),
        "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
        "description": spec.description,
        "group_name": spec.group_name,
        "owners": list(spec.owners),
        "tags": {name: value for name, value in spec.tags.items() if not name.startswith("dagster/kind/")},
        "kinds": sorted(spec.kinds),
        "code_version": spec.code_version,
        "columns": [[column.name, column.description] for column in schema.columns],
    }


def _test(check: dg.AssetCheckSpec) -> dict[str, Any]:
    return {
        "name": check.name,
        "asset": check.asset_key.to_user_string(),
        "deps": sorted(dep.asset_key.to_user_string() for dep in check.additional_deps),
        "description": check.description,
        "blocking": check.blocking,
    }


def asset_specs(graph: Graph) -> list[dg.AssetSpec]:
    """One spec a model, each skippable, so that any subset can be built."""
    return [
        dg.AssetSpec(
            key=model["key"],
            deps=model["deps"],
            description=model["description"],
            group_name=model["group_name"],
            owners=model["owners"],
            tags=model["tags"],
            kinds=set(model["kinds"]),
            code_version=model["code_version"],
            skippable=True,
            metadata={
                "dagster/column_schema": dg.TableSchema(
                    columns=[dg.TableColumn(name, description=text) for name, text in model["columns"]]
                )
            },
        )
        for model in graph["models"]
    ]


def check_specs(graph: Graph) -> list[dg.AssetCheckSpec]:
    """One check a dbt test."""
    return [
        dg.AssetCheckSpec(
            name=test["name"],
            asset=test["asset"],
            additional_deps=test["deps"],
            description=test["description"],
            blocking=test["blocking"],
        )
        for test in graph["tests"]
    ]


def selection(context: dg.AssetExecutionContext, graph: Graph) -> list[str]:
    """dbt's arguments for what this step is asked to build: nothing for all of it, else the very models and tests."""
    models = {key.to_user_string() for key in context.selected_asset_keys}
    tests = {key.name for key in context.selected_asset_check_keys}
    if len(models) == len(graph["models"]) and len(tests) == len(graph["tests"]):
        return []
    return ["--select", *sorted(models), *sorted(tests), "--indirect-selection", "empty"]
