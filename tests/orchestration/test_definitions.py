"""The whole asset graph: what a reader of the UI may rely on for every asset."""

import dagster as dg
import pytest

from orchestration.jobs import DATA_GROUPS, LEARNING_GROUPS, TRADING_GROUPS

EXPECTED = {
    "market_data": {
        "equity_bars",
        "crypto_bars",
        "user_bars",
        "macro_series",
        "validated_crypto_bars",
        "corporate_actions",
        "rejected_rows",
    },
    "transformations": {"stg_equity_bars", "adjusted_bars", "daily_bars", "instruments", "market_context"},
    "features": {
        "momentum_features",
        "macro_features",
        "feature_store",
        "online_features",
        "dataset_splits",
        "training_frame",
    },
    "embeddings": {"market_patterns", "market_regimes"},
    "training": {"hyperparameters", "momentum_agent", "mean_reversion_agent", "meta_agent"},
    "evaluation": {"baseline_policy", "out_of_sample_evaluation", "registered_policy", "champion"},
    "trading": {"paper_session"},
    "trading_feedback": {"session_fills", "session_pnl", "session_slippage"},
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_HOME", str(tmp_path_factory.mktemp("definitions") / "home"))
        patch.setenv("DAGSTER_HOME", "")
        from orchestration.definitions import defs

        yield defs()


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def test_every_promised_asset_stands_in_its_group(graph):
    found: dict[str, set[str]] = {}
    for key in graph.materializable_asset_keys:
        found.setdefault(graph.get(key).group_name, set()).add(key.to_user_string())
    for group, names in EXPECTED.items():
        assert names <= found[group], group
    assert set(found) == {*DATA_GROUPS, *LEARNING_GROUPS, *TRADING_GROUPS}


def test_every_asset_has_owner_kinds_tags_code_version_and_a_description(graph):
    lacking = {
        key.to_user_string(): missing
        for key in graph.materializable_asset_keys
        if (
            missing := [
                name
                for name, value in {
                    "owners": graph.get(key).owners,
                    "kinds": graph.get(key).kinds,
                    "tags": {tag for tag in graph.get(key).tags if not tag.startswith("dagster/")},
                    "code_version": graph.get(key).code_version,
                    "description": graph.get(key).description and len(graph.get(key).description) > 40,
                }.items()
                if not value
            ]
        )
    }
    assert lacking == {}


def test_lineage_is_one_graph_from_the_bars_to_the_slippage(graph):
    upstream = {dg.AssetKey("session_slippage")}
    waiting = [dg.AssetKey("session_slippage")]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys - upstream:
            upstream.add(parent)
            waiting.append(parent)
    names = {key.to_user_string() for key in upstream}
    assert {
        "equity_bars",
        "validated_equity_bars",
        "adjusted_bars",
        "training_frame",
        "meta_agent",
        "champion",
        "paper_session",
    } <= names
    outside = {key.to_user_string() for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable}
    assert outside == set(), "a key that nothing makes is a broken lineage"


def test_validation_guards_what_follows_with_blocking_checks(graph):
    blocking = {key.asset_key.to_user_string() for key in graph.asset_check_keys if graph.get(key).blocking}
    assert {f"validated_{table}" for table in ("equity_bars", "crypto_bars", "user_bars")} <= blocking
    assert "training_frame" in blocking


def test_schedule_sensor_and_automation_are_there(definitions):
    repository = definitions.get_repository_def()
    assert repository.has_schedule_def("daily_data")
    assert repository.has_sensor_def("retrain_on_new_data")
    graph = definitions.resolve_asset_graph()
    for name in ("adjusted_bars", "training_frame", "paper_session"):
        assert graph.get(dg.AssetKey(name)).automation_condition is not None, name
    assert graph.get(dg.AssetKey("meta_agent")).automation_condition is None, "training has its sensor"
