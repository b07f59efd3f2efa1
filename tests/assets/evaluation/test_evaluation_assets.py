"""The evaluation group on a small market with a policy of random weights: everything real but the training."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest
from support.synthetic_market import random_frame

from assets.evaluation import baseline_policy, champion, out_of_sample_evaluation, registered_policy
from assets.lake import Lake
from assets.resources import LeadlineResource
from feature_repo.catalogue import FEATURES
from models.networks import Network
from models.policy_math import AgentNetwork, PolicyLimits
from models.policy_network import PolicyNetwork, export_onnx
from models.registry import Registry
from trading_runtime.files import write_json
from trading_runtime.policy.bundle import read_bundle
from trading_runtime.policy.loader import load_policy
from trading_runtime.settings import Settings

pytestmark = pytest.mark.slow

NAMES = [feature.name for feature in FEATURES]
SYMBOLS = ("AAA", "BBB", "CCC")
EVALUATION = [
    baseline_policy.baseline_policy,
    out_of_sample_evaluation.out_of_sample_evaluation,
    out_of_sample_evaluation.no_training_on_evaluation_dates,
    registered_policy.registered_policy,
    registered_policy.gate,
    registered_policy.bundle_integrity,
    champion.champion,
]


def random_network(inputs: int, outputs: int, seed: int) -> Network:
    rng = np.random.default_rng(seed)
    sizes = [(8, inputs), (8, 8), (outputs, 8)]
    return Network(
        tuple(rng.normal(0, 0.4, size).astype(np.float32) for size in sizes),
        tuple(np.zeros(size[0], np.float32) for size in sizes),
    )


def untrained_policy(folder: Path, seed: int) -> None:
    """What the training step leaves, with random weights."""
    limits = PolicyLimits(1.0, 0.4, False)
    agents = (
        AgentNetwork("momentum", (0, 1, 2), random_network(4, 1, seed)),
        AgentNetwork("mean_reversion", (8, 9), random_network(3, 1, seed + 1)),
    )
    network = PolicyNetwork(agents, random_network(5, 3, seed + 2), (16, 17), limits)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.onnx").write_bytes(export_onnx(network, len(NAMES)))
    write_json(
        folder / "policy.json",
        {
            "features": NAMES,
            "scaler": {"mean": [0.0] * len(NAMES), "scale": [1.0] * len(NAMES)},
            "agents": ["momentum", "mean_reversion"],
            "algorithm": "none",
            "hyperparameters": {},
            "steps": 0,
            "seed": seed,
        },
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("evaluation") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_HOME", str(home))
        made = Settings()
        frame = random_frame(420, SYMBOLS, NAMES)
        frame["realized_vol_20"] = np.abs(frame["realized_vol_20"]) * 0.001 + 0.01
        lake = Lake(made.paths.lake)
        lake.write("learning", "training_frame", "all", frame)
        times = pd.DatetimeIndex(frame["event_time"].sort_values().unique())
        write_json(
            lake.folder("learning", "dataset_splits") / "splits.json",
            {
                "universe": "bundled",
                "train_start": times[0].isoformat(),
                "train_end": times[199].isoformat(),
                "evaluation_start": times[240].isoformat(),
                "evaluation_end": times[-1].isoformat(),
                "embargo_bars": 40,
                "periods_per_year": 252.0,
                "last_bar": times[-1].isoformat(),
            },
        )
        bars = frame[["symbol", "event_time", "open", "high", "low", "close", "volume"]].assign(
            known_at=frame["event_time"], raw_close=frame["close"]
        )
        made.paths.marts.mkdir(parents=True)
        bars.to_parquet(made.paths.marts / "adjusted_bars.parquet")
        untrained_policy(lake.folder("learning", "agents") / "meta", seed=1)
        yield made


def run() -> dg.ExecuteInProcessResult:
    with dg.instance_for_test() as instance:
        return dg.materialize(EVALUATION, resources={"leadline": LeadlineResource()}, instance=instance)


@pytest.fixture(scope="module")
def first(settings: Settings) -> dg.ExecuteInProcessResult:
    return run()


def test_a_policy_without_skill_is_registered_refused_and_only_challenger(
    first: dg.ExecuteInProcessResult, settings: Settings
) -> None:
    checks = {check.check_name: check.passed for check in first.get_asset_check_evaluations()}
    assert first.success
    assert checks == {"no_training_on_evaluation_dates": True, "gate": False, "bundle_integrity": True}
    loaded = load_policy(settings, "champion"), load_policy(settings, "challenger")
    assert [policy.spec.kind for policy in loaded if policy] == ["baseline", "rl"]
    actions = [(line["action"], line["version"]) for line in Registry(settings).promotions()]
    assert actions == [("promote", "1"), ("refuse", "2")]


def test_the_verdict_can_be_read_as_json_and_is_inside_the_bundle(
    first: dg.ExecuteInProcessResult, settings: Settings
) -> None:
    stored = json.loads((settings.paths.zone("learning") / "registered_policy" / "gate.json").read_text())
    assert stored["verdict"] == "refuse"
    assert {"name", "value", "threshold", "comparison", "passed", "explanation"} <= stored["criteria"][0].keys()
    names = {criterion["name"] for criterion in stored["criteria"]}
    assert {"sharpe_above_champion", "sharpe_above_buy_and_hold", "sharpe_above_equal_weight"} <= names
    registry = Registry(settings)
    spec = registry.verified(registry.entry(stored["version"]))
    assert spec.gate.verdict == "refuse"
    assert spec.metrics["bars"] == 180
    assert [criterion.name for criterion in spec.gate.criteria] == [c["name"] for c in stored["criteria"]]


def test_running_again_registers_nothing_new_and_gives_the_same_versions(
    first: dg.ExecuteInProcessResult, settings: Settings
) -> None:
    def versions(result: dg.ExecuteInProcessResult) -> dict[str, str]:
        return {
            event.asset_key.to_user_string(): event.materialization.tags["dagster/data_version"]  # type: ignore[union-attr, index]
            for event in result.get_asset_materialization_events()
        }

    before = Registry(settings).list_versions()
    again = run()
    assert versions(again) == versions(first)
    assert Registry(settings).list_versions() == before
    assert len(Registry(settings).promotions()) == 2


def test_the_lineage_names_the_partitions_under_the_policy(
    first: dg.ExecuteInProcessResult, settings: Settings
) -> None:
    registry = Registry(settings)
    data = registry.verified(registry.entry("2")).data
    frame_hash = Lake(settings.paths.lake).manifest("learning", "training_frame")["all"]["sha256"]
    assert frame_hash in {p.sha256 for p in data.partitions if p.table == "learning/training_frame"}
    assert data.train_end < data.evaluation_start


def test_a_promoted_policy_is_judged_against_the_champion_before_it_when_evaluated_again(
    first: dg.ExecuteInProcessResult, settings: Settings
) -> None:
    from datetime import UTC, datetime

    from models.evaluation.backtests import candidate_and_rivals

    registry = Registry(settings)
    registry.promote("2", datetime(2026, 1, 1, tzinfo=UTC), override_reason="to see")
    folder = settings.paths.zone("learning") / "bundles" / "candidate"
    policies = candidate_and_rivals(folder, read_bundle(folder), registry)
    assert policies["champion"].features == ["realized_vol_20"]
    registry.rollback(datetime(2026, 1, 1, tzinfo=UTC))


def test_evaluation_that_overlaps_training_fails_its_blocking_check(
    first: dg.ExecuteInProcessResult, settings: Settings
) -> None:
    path = settings.paths.zone("learning") / "dataset_splits" / "splits.json"
    content = path.read_text()
    splits = json.loads(content)
    try:
        write_json(path, splits | {"train_end": splits["evaluation_start"]})
        result = out_of_sample_evaluation.no_training_on_evaluation_dates(LeadlineResource())
    finally:
        path.write_text(content)
    assert isinstance(result, dg.AssetCheckResult)
    assert not result.passed
