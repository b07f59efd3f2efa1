import json
from pathlib import Path

import pytest

from models.baseline import baseline_parts
from models.policy_bundle import code_revision, write_bundle
from trading_runtime.errors import BundleIntegrityError
from trading_runtime.policy.bundle import BundleSpec, DataLineage, GateVerdict, read_bundle
from trading_runtime.settings import Settings

LINEAGE = DataLineage(
    manifest_hash="0" * 64,
    partitions=[],
    checks=[],
    train_start="a",
    train_end="b",
    evaluation_start="c",
    evaluation_end="d",
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    return Settings()


def write(folder: Path, settings: Settings) -> BundleSpec:
    parts = baseline_parts(["AAA", "BBB"], 252.0, settings)
    return write_bundle(folder, parts, LINEAGE, settings, {"sharpe": 0.5}, GateVerdict(verdict="baseline", criteria=[]))


def test_the_same_inputs_give_the_same_digest_wherever_they_are_written(settings: Settings, tmp_path: Path) -> None:
    first, second = write(tmp_path / "one", settings), write(tmp_path / "two", settings)
    assert first.digest == second.digest
    assert (tmp_path / "one" / "bundle.json").read_bytes() == (tmp_path / "two" / "bundle.json").read_bytes()


def test_a_changed_field_changes_the_digest(settings: Settings, tmp_path: Path) -> None:
    digest = write(tmp_path / "one", settings).digest
    path = tmp_path / "one" / "bundle.json"
    content = json.loads(path.read_text())
    content["training"]["seed"] += 1
    path.write_text(json.dumps(content))
    with pytest.raises(BundleIntegrityError, match="digest"):
        read_bundle(tmp_path / "one", digest)


def test_the_bundle_says_what_code_made_it(settings: Settings, tmp_path: Path) -> None:
    assert write(tmp_path / "one", settings).training.code_revision == code_revision() != "unknown"
