"""The main job: data, learning and trading, each phase only as far as it is stale, then a summary from what lies on disk."""

import time
from typing import Any

import dagster as dg
from dagster._core.storage.dagster_run import ACTIVE_RUN_STATUSES

from assets.lake import Lake
from assets.locks import exclusive
from assets.market_data.freshness import stale_tables
from assets.market_data.tables import TABLES
from assets.partitions import FIRST_YEAR
from orchestration.jobs import DATA_GROUPS, LEARNING_GROUPS, TRADING_GROUPS
from orchestration.phases import COMMAND_TAG, PhaseResult, run_phase
from orchestration.progress import RunProgress
from orchestration.staleness import Staleness
from orchestration.summary import summarize
from orchestration.timings import ImportClock, timing_table
from trading_runtime.files import write_json
from trading_runtime.settings import Settings

PHASES = (
    ("data_job", "Data: ingest, validate, transform, features, embeddings", DATA_GROUPS),
    ("learning_job", "Learning: search, agents, evaluation, gate", LEARNING_GROUPS),
    ("trading_job", "Trading: paper session and its results", TRADING_GROUPS),
)


def run_main_job(settings: Settings, started: float, progress: RunProgress) -> dict[str, Any]:
    """Run every stale phase; `started` is the process's start on the `time.time` clock. Returns the summary.

    Raises the `LeadlineError` that ended the run; what was materialized before it stands, and the next call goes on from there.
    """
    results: list[PhaseResult] = []
    with ImportClock() as imports:
        from orchestration.definitions import defs as load

        definitions = load()
        graph = definitions.resolve_asset_graph()
        busy = f"another `leadline run` is at work in {settings.paths.root}: wait for it, or set another LEADLINE_HOME"
        with exclusive(settings.paths.root / "run.lock", busy), dg.DagsterInstance.get() as instance:
            close_killed_runs(instance)
            lake = Lake(settings.paths.lake)
            for job_name, title, groups in PHASES:
                staleness = Staleness(instance, graph)
                changed = changed_tables(settings, staleness, lake) if groups is DATA_GROUPS else {}
                reasons = staleness.stale(groups, also=[dg.AssetKey(table) for table in changed])
                for key, why in reasons.items():
                    print(f"{key.to_user_string()}: {'; '.join(why)}")  # to the log: why each asset is made again
                stale = list(reasons)
                if not stale:
                    progress.console.print(f"[bold]{title}[/bold]: nothing new")
                    continue
                years = years_to_run(stale, changed, graph, lake)
                with progress.phase(title, len(stale)):
                    job = definitions.resolve_job_def(job_name)
                    result = run_phase(job, instance, stale, years, progress, imports)
                results.append(result)
                if result.error is not None:
                    raise result.error
            standing = Staleness(instance, graph).check_counts()
            total = len(graph.materializable_asset_keys)
    seconds = time.time() - started
    steps = {step: spent for result in results for step, spent in result.step_seconds.items()}
    write_json(settings.paths.root / "logs" / "timings.json", timing_table(seconds, steps, imports.seconds))
    return summarize(settings, results, standing, total, seconds)


def close_killed_runs(instance: dg.DagsterInstance) -> None:
    """Mark as failed what an earlier `leadline run` was doing when it was killed; only the holder of the run lock may say so.

    Left alone, such a run counts as running for ever, and the UI's queue waits for it.
    """
    for run in instance.get_runs(dg.RunsFilter(tags=COMMAND_TAG, statuses=[*ACTIVE_RUN_STATUSES])):
        instance.report_run_failed(run, "the process was killed; the next `leadline run` went on from here")


def changed_tables(settings: Settings, staleness: Staleness, lake: Lake) -> dict[str, list[str]]:
    """Raw table to the years that must be ingested: where the source differs from the lake, or the lake from the event log.

    The second is what a kill leaves that came after the files were written and before Dagster recorded it: the source would look ingested.
    """
    changed = stale_tables(settings, lake)
    for table in TABLES:
        recorded = staleness.data_version(dg.AssetKey(table))
        if recorded is not None and recorded != lake.version("raw", table):
            changed[table] = sorted({*changed.get(table, []), *years_held(lake, table)})
    return changed


def years_held(lake: Lake, table: str) -> set[str]:
    """Partitions of a table, raw or validated: a year that left the source is still to leave the validated zone."""
    return {*lake.manifest("raw", table), *lake.manifest("validated", table)} or {str(FIRST_YEAR)}


def years_to_run(
    stale: list[dg.AssetKey], changed: dict[str, list[str]], graph: "dg.AssetGraph", lake: Lake
) -> list[str]:
    """Partitions of one run: the changed years of changed tables, every year of tables that are stale for another reason."""
    years: set[str] = set()
    for key in stale:
        if graph.get(key).is_partitioned:
            table = key.to_user_string().removeprefix("validated_")
            years.update(changed.get(table) or years_held(lake, table))
    return sorted(years)
