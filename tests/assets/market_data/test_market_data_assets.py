"""The group as Dagster runs it: one run over a range of years, with its checks, metadata and data versions."""

import dagster as dg
import pytest

import assets.market_data
from assets.lake import Lake
from assets.market_data.tables import TABLES
from assets.metadata import OWNER
from assets.resources import LeadlineResource

ASSETS = dg.load_assets_from_package_module(assets.market_data)
CHECKS = dg.load_asset_checks_from_package_module(assets.market_data)


def _run(instance: dg.DagsterInstance, start: str, end: str, names: list[str], checks: bool = True):
    chosen = [asset for asset in ASSETS if asset.key.to_user_string() in names]
    wanted = [check for check in CHECKS if {key.asset_key.to_user_string() for key in check.check_keys} <= set(names)]
    return dg.materialize(
        [*chosen, *(wanted if checks else [])],
        resources={"leadline": LeadlineResource()},
        instance=instance,
        tags={"dagster/asset_partition_range_start": start, "dagster/asset_partition_range_end": end},
        raise_on_error=False,
    )


USER = ["user_bars", "corporate_actions", "validated_user_bars", "rejected_rows"]


@pytest.fixture
def user(lake: Lake, folder, monkeypatch) -> Lake:
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(folder))
    return lake


def test_every_asset_has_what_the_ui_shows():
    keys = {asset.key.to_user_string() for asset in ASSETS}
    assert keys == {*TABLES, *(f"validated_{name}" for name in TABLES), "corporate_actions", "rejected_rows"}
    for asset in ASSETS:
        spec = asset.get_asset_spec()
        assert spec.group_name == "market_data"
        assert list(spec.owners) == [OWNER]
        assert spec.kinds
        assert "layer" in spec.tags
        assert spec.code_version
        assert len(spec.description or "") > 100


def test_a_range_of_years_runs_as_one_step_an_asset_and_records_every_year(user):
    with dg.DagsterInstance.ephemeral() as instance:
        result = _run(instance, "2018", "2021", USER)
        assert result.success
        events = [e for e in result.get_asset_materialization_events() if e.asset_key.to_user_string() == "user_bars"]
        assert [event.partition for event in events] == ["2018", "2019", "2020", "2021"]
        assert set(user.manifest("validated", "user_bars")) == {"2019", "2020"}
        passed = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
        assert all(passed.values())
        assert len(passed) == 9
        version = dg.AssetKey("validated_user_bars")
        event = instance.get_latest_data_version_record(version, partition_key="2019")
        tags = event.event_log_entry.asset_materialization.tags
        assert tags["dagster/data_version"] == user.version("validated", "user_bars")


def test_the_same_input_gives_the_same_data_versions_in_another_home(user, tmp_path, monkeypatch):
    with dg.DagsterInstance.ephemeral() as instance:
        assert _run(instance, "2018", "2021", USER, checks=False).success
        monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "second"))
        assert _run(instance, "2018", "2021", USER, checks=False).success
    second = Lake(tmp_path / "second" / "lake")
    for zone, table in (("raw", "user_bars"), ("validated", "user_bars"), ("validated", "corporate_actions")):
        assert second.version(zone, table) == user.version(zone, table)


def test_rejected_rows_are_counted_by_reason_and_the_run_goes_on(user, folder, bars):
    cells = bars.astype("object")
    cells.loc[1, "close"] = "n/k"
    cells.to_csv(folder / "AAPL.csv", index=False)
    with dg.DagsterInstance.ephemeral() as instance:
        result = _run(instance, "2018", "2021", USER)
        assert result.success
        metadata = result.asset_materializations_for_node("rejected_rows")[0].metadata
        assert metadata["rejected_rows"].value == 1
        assert "| user_bars | bad_close | 1 |" in metadata["by_table_and_reason"].value


def test_too_many_rejected_rows_stop_what_comes_after(user, folder, bars):
    cells = bars.astype("object")
    cells.loc[0:5, "close"] = "n/k"
    cells.to_csv(folder / "AAPL.csv", index=False)
    cells.to_csv(folder / "MSFT.csv", index=False)
    with dg.DagsterInstance.ephemeral() as instance:
        result = _run(instance, "2018", "2021", USER)
        assert not result.success
        failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
        assert [check.check_name for check in failed] == ["rejected_share"]
        assert "'n/k'" in failed[0].metadata["offending"].value
        assert not user.manifest("rejected", "summary")


@pytest.mark.slow
def test_all_bundled_data_passes_its_blocking_checks_and_the_crash_of_apple_is_shown(lake):
    with dg.DagsterInstance.ephemeral() as instance:
        result = _run(instance, "1990", "2022", [asset.key.to_user_string() for asset in ASSETS])
        assert result.success
        failed = {
            (c.asset_key.to_user_string(), c.check_name): c
            for c in result.get_asset_check_evaluations()
            if not c.passed
        }
        assert {check.severity for check in failed.values()} == {dg.AssetCheckSeverity.WARN}
        crash = failed["validated_equity_bars", "unexplained_outlier_returns"]
        assert "| AAPL | 2000-09-29" in crash.metadata["offending"].value
        total = result.asset_materializations_for_node("rejected_rows")[0].metadata["rejected_rows"].value
        assert total > 35
