"""Which assets a run must materialize: those whose code, inputs or checks do not stand behind their latest materialization.

Read from Dagster's event log alone, so a run that was killed anywhere is resumed by planning again. An asset is done if

- it was materialized under its present code version (settings that change its result are part of that version),
- every upstream asset still has the version that it was made from, and
- its blocking checks ran on that very materialization and passed.

Dagster records on each materialization the data version of every unpartitioned input and, for every input, the event it read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluation

CODE_VERSION = "dagster/code_version"
DATA_VERSION = "dagster/data_version"
INPUT_VERSION = "dagster/input_data_version/"
INPUT_EVENT = "dagster/input_event_pointer/"


@dataclass(frozen=True)
class Made:
    """The latest materialization of one asset: its event id and tags."""

    storage_id: int
    tags: Mapping[str, str]


class Staleness:
    """Answers for one moment; build a new one after a run."""

    def __init__(self, instance: dg.DagsterInstance, graph: "dg.AssetGraph"):
        self.graph = graph
        keys = list(graph.materializable_asset_keys)
        self.made: dict[dg.AssetKey, Made] = {}
        for record in instance.get_asset_records(keys):
            entry = record.asset_entry
            event = entry.last_materialization
            if event and event.asset_materialization and entry.last_materialization_storage_id is not None:
                tags = event.asset_materialization.tags or {}
                self.made[entry.asset_key] = Made(entry.last_materialization_storage_id, tags)
        checks = list(graph.asset_check_keys)
        self.blocking: dict[dg.AssetKey, list[dg.AssetCheckKey]] = {}
        for check in checks:
            if graph.get(check).blocking:
                self.blocking.setdefault(check.asset_key, []).append(check)
        self.checked = instance.event_log_storage.get_latest_asset_check_execution_by_key(checks) if checks else {}

    def data_version(self, key: dg.AssetKey) -> str | None:
        """Data version of the latest materialization; None if there is none."""
        made = self.made.get(key)
        return made.tags.get(DATA_VERSION) if made else None

    def reasons(self, key: dg.AssetKey) -> list[str]:
        """Why this asset must be materialized, in words; empty if it is done."""
        made = self.made.get(key)
        if made is None:
            return ["never materialized"]
        node = self.graph.get(key)
        found = []
        if node.code_version is not None and made.tags.get(CODE_VERSION) != node.code_version:
            found.append("its code or settings changed")
        found += [f"{parent.to_user_string()} changed" for parent in node.parent_keys if self._moved(made, parent)]
        found += [
            f"its check {check.name} has not passed"
            for check in self.blocking.get(key, [])
            if not self._stands(check, made)
        ]
        return found

    def _moved(self, made: Made, parent: dg.AssetKey) -> bool:
        now = self.made.get(parent)
        if now is None:
            return self.graph.get(parent).is_materializable
        name = parent.to_user_string()
        if not self.graph.get(parent).is_partitioned and INPUT_VERSION + name in made.tags:
            return made.tags[INPUT_VERSION + name] != now.tags.get(DATA_VERSION)
        return made.tags.get(INPUT_EVENT + name) != str(now.storage_id)

    def check_counts(self) -> dict[str, int]:
        """How the latest evaluation of every check stands: passed, warned, failed."""
        counts = {"passed": 0, "warned": 0, "failed": 0}
        for check in self.checked:
            evaluation = self._evaluation(check)
            if evaluation is None:
                continue
            warns = evaluation.severity == dg.AssetCheckSeverity.WARN
            counts["passed" if evaluation.passed else "warned" if warns else "failed"] += 1
        return counts

    def _evaluation(self, check: dg.AssetCheckKey) -> AssetCheckEvaluation | None:
        record = self.checked.get(check)
        event = record.event.dagster_event if record and record.event else None
        if event is None or event.event_type != dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            return None  # never run, or planned by a run that was killed before it came to it
        return event.asset_check_evaluation_data

    def _stands(self, check: dg.AssetCheckKey, made: Made) -> bool:
        evaluation = self._evaluation(check)
        if evaluation is None:
            return False
        target = evaluation.target_materialization_data
        holds = evaluation.passed or evaluation.severity == dg.AssetCheckSeverity.WARN
        return holds and target is not None and target.storage_id >= made.storage_id

    def stale(self, groups: Iterable[str], also: Iterable[dg.AssetKey] = ()) -> dict[dg.AssetKey, list[str]]:
        """Assets of the groups to materialize, upstream first, with the reasons. `also` are stale whatever the log says."""
        wanted, forced, result = set(groups), set(also), {}
        for key in self.graph.toposorted_asset_keys:
            node = self.graph.get(key)
            if node.group_name not in wanted or not node.is_materializable:
                continue
            reasons = ["its source changed"] if key in forced else self.reasons(key)
            reasons = reasons or [f"{p.to_user_string()} is made again" for p in node.parent_keys if p in result][:1]
            if reasons:
                result[key] = reasons
        return result
