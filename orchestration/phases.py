"""Runs one phase of the main job in this process and says what came of it.

The run is an ordinary Dagster run on the home's instance: the UI shows it, its checks and its logs like any other.
"""

import logging
import uuid
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.events import DagsterEventType

from orchestration.progress import RunProgress
from orchestration.timings import ImportClock
from trading_runtime import errors
from trading_runtime.files import blames_full_disk, full_disk
from trading_runtime.settings import Settings

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
COMMAND_TAG = {"leadline/started_by": "leadline run"}
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


@dataclass
class PhaseResult:
    """What one run made, the seconds of each step, and the error that ended it, if any."""

    materialized: set[str] = field(default_factory=set)
    failed_checks: list[str] = field(default_factory=list)
    step_seconds: dict[str, float] = field(default_factory=dict)
    error: errors.LeadlineError | None = None


def run_phase(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    keys: list[dg.AssetKey],
    years: list[str],
    progress: RunProgress,
    imports: ImportClock,
) -> PhaseResult:
    """Materialize `keys` with their checks in one run; partitioned assets over first..last of `years`."""
    run_id = str(uuid.uuid4())
    result = PhaseResult()

    def listen(entry: dg.EventLogEntry) -> None:
        if entry.dagster_event is not None:
            _account(entry.dagster_event, entry.timestamp, result, progress)
            imports.step = progress.step
        elif entry.level == logging.INFO:
            progress.note(entry.user_message)

    instance.add_event_listener(run_id, listen)
    tags = COMMAND_TAG | ({RANGE_START: min(years), RANGE_END: max(years)} if years else {})
    job.execute_in_process(
        run_config=QUIET, instance=instance, asset_selection=keys, run_id=run_id, tags=tags, raise_on_error=False
    )
    return result


def _account(event: dg.DagsterEvent, timestamp: float, result: PhaseResult, progress: RunProgress) -> None:
    step = event.step_key or ""
    kind = event.event_type
    if kind == DagsterEventType.STEP_START:
        result.step_seconds[step] = -timestamp
        progress.started(step)
    elif kind in (DagsterEventType.STEP_SUCCESS, DagsterEventType.STEP_FAILURE):
        result.step_seconds[step] = result.step_seconds.get(step, -timestamp) + timestamp
        progress.finished(step, failed=kind == DagsterEventType.STEP_FAILURE)
        if kind == DagsterEventType.STEP_FAILURE:
            result.error = result.error or _error(step, event.step_failure_data, result)
    elif kind == DagsterEventType.ASSET_MATERIALIZATION and event.asset_key:
        name = event.asset_key.to_user_string()
        if name not in result.materialized:  # a partitioned asset says so once a partition
            result.materialized.add(name)
            progress.advance()
    elif kind == DagsterEventType.ASSET_CHECK_EVALUATION:
        check = event.asset_check_evaluation_data
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR:
            said = f": {check.description}" if check.description else ""
            result.failed_checks.append(f"{check.check_name} of {check.asset_key.to_user_string()}{said}")


def _error(step: str, failure: "dg.StepFailureData", result: PhaseResult) -> errors.LeadlineError:
    """The error that a person should read: ours as it was raised, a failed check by name, anything else by its class."""
    if result.failed_checks:
        return errors.UserDataError(
            f"a check refused the data: {result.failed_checks[0]}; `leadline ui` shows the rows"
        )
    info = failure.error
    while info is not None:
        if blames_full_disk(info.message, Settings().paths.root):
            return full_disk(Settings().paths.root)
        kind = getattr(errors, info.cls_name or "", None)
        if isinstance(kind, type) and issubclass(kind, errors.LeadlineError):
            return kind(info.message.split(": ", 1)[-1].strip())
        info = info.cause
    info = failure.error
    while info is not None and info.cause is not None:
        info = info.cause
    said = " ".join((info.message if info else "no message").split())
    return StepFailed(f"step {step} failed: {said}; `leadline ui` shows the run with its traceback")


class StepFailed(errors.LeadlineError):
    """A step ended in an error that Leadline did not raise on purpose."""

    exit_code = 1
