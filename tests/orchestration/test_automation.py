"""The retraining sensor and the daily schedule, evaluated as the daemon evaluates them."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.schedules import daily_data
from orchestration.sensors import retrain_on_new_data


def tick(instance: dg.DagsterInstance, cursor: str | None):
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    return retrain_on_new_data(context), context.cursor


def report(instance: dg.DagsterInstance, version: str) -> None:
    instance.report_runless_asset_event(
        dg.AssetMaterialization("training_frame", tags={"dagster/data_version": version})
    )


def test_retraining_starts_once_for_each_new_training_frame():
    instance = dg.DagsterInstance.ephemeral()
    result, cursor = tick(instance, None)
    assert isinstance(result, dg.SkipReason)

    report(instance, "first")
    result, cursor = tick(instance, cursor)
    assert isinstance(result, dg.RunRequest)
    assert result.run_key == "first"

    result, cursor = tick(instance, cursor)
    assert isinstance(result, dg.SkipReason)

    report(instance, "first")
    result, cursor = tick(instance, cursor)
    assert isinstance(result, dg.SkipReason), "the same content made again must not retrain"

    report(instance, "second")
    result, cursor = tick(instance, cursor)
    assert isinstance(result, dg.RunRequest)


def test_the_daily_schedule_asks_for_the_current_years_partition():
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    request = daily_data(context)
    assert request.partition_key == "2026"
