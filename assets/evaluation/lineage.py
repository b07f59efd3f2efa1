"""What a policy was made from: the lake's manifests and the latest result of every check. Not an asset module."""

from collections.abc import Iterable

import dagster as dg

from assets.lake import MANIFEST, Lake
from assets.resources import LeadlineResource
from trading_runtime.files import canonical_json, sha256_text
from trading_runtime.policy.bundle import CheckOutcome, DataLineage, PartitionHash

TABLES = ("raw/*", "validated/*", "features/*", "learning/training_frame")
"""What lies under a policy. Not what is made from one: its digest must not depend on that."""

DATA_GROUPS = ("market_data", "transformations", "features")


def data_lineage(lake: Lake, splits: dict, checks: list[CheckOutcome]) -> DataLineage:
    """Every partition of the data zones with its hash, the checks, and the dates of the splits."""
    partitions = []
    for pattern in TABLES:
        for manifest in sorted(lake.root.glob(f"{pattern}/{MANIFEST}")):
            zone, table = manifest.parent.parent.name, manifest.parent.name
            partitions += [
                PartitionHash(table=f"{zone}/{table}", partition=name, sha256=entry["sha256"])
                for name, entry in sorted(lake.manifest(zone, table).items())
            ]
    return DataLineage(
        manifest_hash=sha256_text(canonical_json([p.model_dump() for p in partitions])),
        partitions=partitions,
        checks=checks,
        **{name: splits[name] for name in ("train_start", "train_end", "evaluation_start", "evaluation_end")},
    )


def data_checks(context: dg.AssetExecutionContext) -> list[CheckOutcome]:
    """The latest result of each check on the data assets that stand before training; checks never run are left out."""
    # the job of this run knows its own assets only, and the data was checked by another
    resources = dg.Definitions(resources={"leadline": LeadlineResource()})
    graph = dg.Definitions.merge(dg.load_definitions_from_package_name("assets"), resources).resolve_asset_graph()
    keys = [key for key in graph.asset_check_keys if graph.get(key.asset_key).group_name in DATA_GROUPS]
    return _outcomes(context.instance, keys)


def _outcomes(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> list[CheckOutcome]:
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    outcomes = []
    for key, record in latest.items():
        event = record.event.dagster_event if record.event else None
        if event is not None and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            outcomes.append(
                CheckOutcome(asset=key.asset_key.to_user_string(), name=key.name, passed=bool(evaluation.passed))
            )
    return sorted(outcomes, key=lambda outcome: (outcome.asset, outcome.name))
