import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.baseline import baseline_parts
from models.policy_bundle import write_bundle
from models.registry import Registered, Registry
from trading_runtime.errors import BundleIntegrityError, ConfigurationError, GateRefused
from trading_runtime.policy.bundle import DataLineage, GateCriterion, GateVerdict
from trading_runtime.policy.loader import load_policy
from trading_runtime.policy.pointer import read_pointers
from trading_runtime.settings import Settings

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LINEAGE = DataLineage(
    manifest_hash="0" * 64,
    partitions=[],
    checks=[],
    train_start="2000-01-01",
    train_end="2001-01-01",
    evaluation_start="2001-02-01",
    evaluation_end="2002-01-01",
)
BASELINE = GateVerdict(verdict="baseline", criteria=[])
REFUSED = GateVerdict(
    verdict="refuse",
    criteria=[GateCriterion(name="probabilistic_sharpe", value=0.4, threshold=0.95, comparison=">=", passed=False)],
)
PASSED = GateVerdict(verdict="pass", criteria=[])


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose MLflow database exists: creating one takes seconds."""
    home = tmp_path_factory.mktemp("registry") / "home"
    Registry(Settings(home=home))
    return home


@pytest.fixture
def settings(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh copy of that home. The experiment keeps its artifact folder, so the copy is moved to the original's place."""
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    made = Settings()
    shutil.copytree(empty_home, made.paths.root)
    import sqlite3

    with sqlite3.connect(made.paths.mlflow / "mlflow.db") as database:
        location = (made.paths.mlflow / "artifacts").as_uri()
        database.execute("UPDATE experiments SET artifact_location = ? WHERE name = 'leadline'", (location,))
    return made


INSTRUMENTS = ["AAA", "BBB"]


def put(registry: Registry, verdict: GateVerdict, sharpe: float, folder: str = "bundle") -> Registered:
    path = registry.settings.paths.root / "work" / folder
    parts = baseline_parts(INSTRUMENTS, 252.0, registry.settings)
    write_bundle(path, parts, LINEAGE, registry.settings, {"sharpe": sharpe}, verdict)
    return registry.register(path, {"steps": 1}, {"sharpe": sharpe})


def test_the_same_digest_is_registered_once(settings: Settings) -> None:
    registry = Registry(settings)
    first, again, other = put(registry, BASELINE, 0.5), put(registry, BASELINE, 0.5), put(registry, BASELINE, 0.6)
    assert (first.version, again.version, other.version) == ("1", "1", "2")
    assert (first.created, again.created) == (True, False)
    assert [v["version"] for v in registry.list_versions()] == ["2", "1"]
    assert registry.list_versions()[0]["sharpe"] == "0.6000"


def test_the_runtime_loads_champion_and_challenger_from_the_pointer_alone(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    newest = put(registry, REFUSED, 0.7)
    registry.refuse(newest.version, NOW)
    registry.sync()
    champion, challenger = load_policy(settings, "champion"), load_policy(settings, "challenger")
    assert champion is not None
    assert challenger is not None
    assert (champion.entry.version, challenger.entry.version) == ("1", "2")
    assert not Path(champion.entry.path).is_absolute()
    assert {v["version"]: v["aliases"] for v in registry.list_versions()} == {"1": "champion", "2": "challenger"}


def test_a_refused_version_is_promoted_only_with_a_reason_which_is_recorded(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    refused = put(registry, REFUSED, 0.7)
    with pytest.raises(GateRefused, match=r"probabilistic_sharpe 0\.4"):
        registry.promote(refused.version, NOW)
    with pytest.raises(GateRefused):
        registry.promote(refused.version, NOW, override_reason="  ")
    assert registry.champion().version == "1"  # type: ignore[union-attr]
    registry.promote(refused.version, NOW, override_reason="desk wants it on paper")
    line = registry.promotions()[-1]
    assert (line["from"], line["to"], line["override"], line["reason"]) == ("1", "2", True, "desk wants it on paper")


def test_a_refusal_is_recorded_once_with_its_reasons(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    refused = put(registry, REFUSED, 0.7)
    registry.refuse(refused.version, NOW)
    registry.refuse(refused.version, NOW)
    refusals = [line for line in registry.promotions() if line["action"] == "refuse"]
    assert len(refusals) == 1
    assert "probabilistic_sharpe" in refusals[0]["reason"]


def test_rollback_returns_to_the_champion_before(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    registry.promote(put(registry, PASSED, 0.9).version, NOW)
    assert read_pointers(settings.paths.pointer(registry.name)).champion.version == "2"  # type: ignore[union-attr]
    assert registry.rollback(NOW).version == "1"
    pointers = read_pointers(settings.paths.pointer(registry.name))
    assert (pointers.champion.version, pointers.challenger.version) == ("1", "2")  # type: ignore[union-attr]
    with pytest.raises(ConfigurationError, match="nothing to roll back"):
        registry.rollback(NOW)


def test_promoting_the_champion_again_changes_nothing(settings: Settings) -> None:
    registry = Registry(settings)
    version = put(registry, BASELINE, 0.5).version
    registry.promote(version, NOW)
    registry.promote(version, NOW)
    assert len(registry.promotions()) == 1


def test_a_crash_between_log_and_pointer_is_healed_by_running_again(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    pointer = settings.paths.pointer(registry.name)
    before = pointer.read_bytes()
    second = put(registry, PASSED, 0.9).version
    registry.promote(second, NOW)
    pointer.write_bytes(before)  # as if killed before the pointer was written
    registry.client.set_registered_model_alias(registry.name, "champion", "1")
    healed = Registry(settings)
    healed.promote(second, NOW)
    assert read_pointers(pointer).champion.version == "2"  # type: ignore[union-attr]
    assert str(healed.client.get_model_version_by_alias(registry.name, "champion").version) == "2"
    assert len(healed.promotions()) == 2


def test_a_crash_between_run_and_version_leaves_one_run_and_one_version(settings: Settings) -> None:
    registry = Registry(settings)
    registered = put(registry, BASELINE, 0.5)
    registry.client.delete_model_version(registry.name, registered.version)  # as if killed before this was made
    again = put(registry, BASELINE, 0.5)
    assert again.run_id == registered.run_id
    assert len(registry.list_versions()) == 1


def test_a_changed_byte_is_refused_by_name_and_never_becomes_challenger(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    sound, changed = put(registry, REFUSED, 0.7), put(registry, PASSED, 0.9)
    bundle = settings.paths.root / registry.entry(changed.version).path / "bundle.json"
    bundle.write_text(bundle.read_text().replace("0.9", "1.9"))
    with pytest.raises(BundleIntegrityError, match=r"bundle\.json: digest"):
        registry.promote(changed.version, NOW)
    pointers = registry.sync()
    assert pointers.challenger is not None
    assert pointers.challenger.version == sound.version
    onnx = settings.paths.root / registry.entry("1").path / "policy.onnx"
    onnx.write_bytes(onnx.read_bytes()[:-1] + b"\x00")
    with pytest.raises(BundleIntegrityError, match=r"policy\.onnx"):
        registry.usable_champion(INSTRUMENTS)


def test_a_champion_judged_on_other_instruments_is_not_usable(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    assert registry.usable_champion(INSTRUMENTS) == registry.champion()
    assert registry.usable_champion([*INSTRUMENTS, "CCC"]) is None


def test_registering_a_damaged_bundle_again_puts_its_bytes_back(settings: Settings) -> None:
    registry = Registry(settings)
    version = put(registry, BASELINE, 0.5).version
    onnx = settings.paths.root / registry.entry(version).path / "policy.onnx"
    onnx.write_bytes(b"")
    assert put(registry, BASELINE, 0.5).version == version
    registry.verified(registry.entry(version))


def test_an_unknown_version_is_named(settings: Settings) -> None:
    registry = Registry(settings)
    with pytest.raises(ConfigurationError, match="no version 9"):
        registry.promote("9", NOW)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "sqlite:////proc/nowhere/mlflow.db"])
def test_an_unreachable_store_is_one_line_that_names_it_within_seconds(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADLINE_SERVICES__MLFLOW_URI", uri)
    started = time.monotonic()
    with pytest.raises(ConfigurationError) as raised:
        Registry(Settings())
    assert uri in str(raised.value)
    assert "\n" not in str(raised.value)
    assert time.monotonic() - started < 10


def test_a_database_that_is_no_database_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = Settings()
    settings.paths.mlflow.mkdir(parents=True)
    (settings.paths.mlflow / "mlflow.db").write_bytes(b"this is not SQLite" * 100)
    with pytest.raises(ConfigurationError) as raised:
        Registry(settings)
    assert "mlflow.db" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_pointer_file_is_plain_json(settings: Settings) -> None:
    registry = Registry(settings)
    registry.promote(put(registry, BASELINE, 0.5).version, NOW)
    stored = json.loads(settings.paths.pointer(registry.name).read_text())
    assert stored["champion"]["path"].startswith("mlflow/artifacts/")
    assert stored["challenger"] is None
