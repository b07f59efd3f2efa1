"""The main job: data, learning and trading, each phase only as far as it is stale, then a summary from what lies on disk."""

import time
from typing import Any

import dagster as dg

from orchestration.jobs import DATA_GROUPS, LEARNING_GROUPS, TRADING_GROUPS
from orchestration.phases import PhaseResult, run_phase
from orchestration.progress import RunProgress
from orchestration.staleness import Staleness
from trading_runtime.settings import Settings

PHASES = (
    ("data_job", "Data: ingest, validate, transform, features, embeddings", DATA_GROUPS),
    ("learning_job", "Learning: search, agents, evaluation, gate", LEARNING_GROUPS),
    ("trading_job", "Trading: paper session and its results", TRADING_GROUPS),
)


def run_main_job(settings: Settings, quiet: bool = False) -> dict[str, Any]:
    """Run every stale phase. Returns the summary; raises the `LeadlineError` that ended the run."""
    from orchestration.definitions import defs as load

    started = time.perf_counter()
    definitions = load()
    graph = definitions.resolve_asset_graph()
    progress = RunProgress(quiet)
    results: list[PhaseResult] = []
    with dg.DagsterInstance.get() as instance:
        for job_name, title, groups in PHASES:
            staleness = Staleness(instance, graph)
            years = stale_years(settings, staleness, graph) if groups is DATA_GROUPS else {}
            stale = staleness.stale(groups, also=[dg.AssetKey(table) for table in years])
            if not stale:
                progress.console.print(f"[bold]{title}[/bold]: nothing new")
                continue
            job = definitions.resolve_job_def(job_name)
            steps = count_steps(job, list(stale))
            with progress.phase(title, steps):
                span = sorted({year for key in stale for year in years.get(key.to_user_string(), [])})
                if any(graph.get(key).is_partitioned for key in stale) and not span:
                    span = materialized_years(instance, [key for key in stale if graph.get(key).is_partitioned])
                result = run_phase(job, instance, list(stale), span, progress)
            results.append(result)
            if result.error is not None:
                raise result.error
        total = sum(1 for key in graph.materializable_asset_keys)
    return summary(settings, results, total, time.perf_counter() - started)
