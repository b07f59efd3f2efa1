"""What a run decides to make again, on small real Dagster graphs with a real instance."""

import dagster as dg
import pytest

from orchestration.phases import RANGE_END, RANGE_START
from orchestration.staleness import Staleness

YEARS = dg.TimeWindowPartitionsDefinition(start="2020", cron_schedule="0 0 1 1 *", fmt="%Y", end="2023")


def graph(
    raw: str = "r", middle: str = "m", passes: bool = True, code: str = "1", severity=dg.AssetCheckSeverity.ERROR
) -> dg.Definitions:
    """raw (yearly) -> middle (checked) -> last."""

    @dg.asset(partitions_def=YEARS, backfill_policy=dg.BackfillPolicy.single_run(), code_version="1", group_name="g")
    def raw_bars():
        return dg.MaterializeResult(data_version=dg.DataVersion(raw))

    @dg.asset(deps=["raw_bars"], code_version=code, group_name="g")
    def middle_table():
        return dg.MaterializeResult(data_version=dg.DataVersion(middle))

    @dg.asset_check(asset="middle_table", blocking=True)
    def holds():
        return dg.AssetCheckResult(passed=passes, severity=severity)

    @dg.asset(deps=["middle_table"], code_version="1", group_name="g")
    def last_table():
        return dg.MaterializeResult(data_version=dg.DataVersion("l"))

    return dg.Definitions(
        assets=[raw_bars, middle_table, last_table], asset_checks=[holds], jobs=[dg.define_asset_job("everything")]
    )


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def run(defs: dg.Definitions, instance: dg.DagsterInstance, *only: str) -> bool:
    result = defs.resolve_job_def("everything").execute_in_process(
        instance=instance,
        raise_on_error=False,
        asset_selection=[dg.AssetKey(name) for name in only] or None,
        tags={RANGE_START: "2020", RANGE_END: "2022"},
    )
    return result.success


def stale(defs: dg.Definitions, instance: dg.DagsterInstance, *also: str) -> dict[str, list[str]]:
    found = Staleness(instance, defs.resolve_asset_graph()).stale(["g"], [dg.AssetKey(name) for name in also])
    return {key.to_user_string(): reasons for key, reasons in found.items()}


def test_everything_is_stale_before_the_first_run_and_nothing_after_it(instance):
    defs = graph()
    assert list(stale(defs, instance)) == ["raw_bars", "middle_table", "last_table"]
    assert run(defs, instance)
    assert stale(defs, instance) == {}


def test_a_remade_partition_makes_what_reads_it_stale_but_equal_content_stops_there(instance):
    defs = graph()
    run(defs, instance)
    run(defs, instance, "raw_bars")
    assert list(stale(defs, instance)) == ["middle_table", "last_table"]
    run(defs, instance, "middle_table")
    assert stale(defs, instance) == {}


def test_changed_content_makes_the_next_asset_stale(instance):
    run(graph(), instance)
    changed = graph(middle="other")
    run(changed, instance, "middle_table")
    assert stale(changed, instance) == {"last_table": ["middle_table changed"]}


def test_a_changed_code_version_makes_the_asset_and_what_follows_stale(instance):
    run(graph(), instance)
    assert list(stale(graph(code="2"), instance)) == ["middle_table", "last_table"]


def test_a_failed_blocking_check_keeps_its_asset_stale_and_stops_what_follows(instance):
    defs = graph(passes=False)
    assert not run(defs, instance)
    assert stale(defs, instance)["middle_table"] == ["its check holds has not passed"]
    assert stale(defs, instance)["last_table"] == ["never materialized"]


def test_a_check_that_only_warns_lets_its_asset_stand(instance):
    defs = graph(passes=False, severity=dg.AssetCheckSeverity.WARN)
    assert run(defs, instance)
    assert stale(defs, instance) == {}


def test_an_asset_whose_check_never_ran_on_its_latest_materialization_is_made_again(instance):
    defs = graph()
    run(defs, instance)
    instance.report_runless_asset_event(dg.AssetMaterialization("middle_table", tags={"dagster/data_version": "m"}))
    assert "its check holds has not passed" in stale(defs, instance)["middle_table"]


def test_a_changed_source_is_stale_whatever_the_log_says(instance):
    defs = graph()
    run(defs, instance)
    assert stale(defs, instance, "raw_bars")["raw_bars"] == ["its source changed"]
