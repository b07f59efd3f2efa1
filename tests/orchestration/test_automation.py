"""The retraining sensor and the daily schedule, evaluated as the daemon evaluates them."""

from datetime import UTC, datetime

import dagster as dg
import pytest

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


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_HOME", str(tmp_path_factory.mktemp("automation") / "home"))
        patch.setenv("DAGSTER_HOME", "")
        from orchestration.definitions import defs

        yield defs()


def blocking_checks(definitions: dg.Definitions, name: str) -> list[dg.AssetCheckKey]:
    graph = definitions.resolve_asset_graph()
    return [key for key in graph.asset_check_keys if key.asset_key == dg.AssetKey(name) and graph.get(key).blocking]


def make(instance: dg.DagsterInstance, definitions: dg.Definitions, name: str, passes: bool = True) -> None:
    """Report that an asset was materialized and that its blocking checks ran on it."""
    instance.report_runless_asset_event(dg.AssetMaterialization(name))
    for key in blocking_checks(definitions, name):
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, passed=passes, blocking=True)
        )


@pytest.mark.parametrize(("passes", "requested"), [(True, 1), (False, 0)])
def test_regimes_are_asked_for_once_their_inputs_are_made_unless_a_blocking_check_of_one_failed(
    definitions, passes, requested
):
    assert blocking_checks(definitions, "market_patterns"), "without a blocking check this test shows nothing"
    instance, regimes = dg.DagsterInstance.ephemeral(), dg.AssetKey("market_regimes")
    first = dg.evaluate_automation_conditions(defs=definitions, instance=instance)
    assert first.get_num_requested(regimes) == 0

    make(instance, definitions, "dataset_splits")
    second = dg.evaluate_automation_conditions(defs=definitions, instance=instance, cursor=first.cursor)
    assert second.get_num_requested(regimes) == 0, "one of its two inputs is still missing"

    make(instance, definitions, "market_patterns", passes)
    third = dg.evaluate_automation_conditions(defs=definitions, instance=instance, cursor=second.cursor)
    assert third.get_num_requested(regimes) == requested

    again = dg.evaluate_automation_conditions(defs=definitions, instance=instance, cursor=third.cursor)
    assert again.get_num_requested(regimes) == 0, "nothing new has come"


def test_regimes_are_asked_for_once_the_failed_check_of_their_input_passes_on_a_new_one(definitions):
    instance, regimes = dg.DagsterInstance.ephemeral(), dg.AssetKey("market_regimes")
    cursor = dg.evaluate_automation_conditions(defs=definitions, instance=instance).cursor
    make(instance, definitions, "dataset_splits")
    make(instance, definitions, "market_patterns", passes=False)
    failed = dg.evaluate_automation_conditions(defs=definitions, instance=instance, cursor=cursor)
    assert failed.get_num_requested(regimes) == 0
    make(instance, definitions, "market_patterns")
    mended = dg.evaluate_automation_conditions(defs=definitions, instance=instance, cursor=failed.cursor)
    assert mended.get_num_requested(regimes) == 1
