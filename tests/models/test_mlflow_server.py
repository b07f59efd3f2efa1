"""The registry on a real MLflow server: chosen by LEADLINE_SERVICES__MLFLOW_URI alone, and refused in one line once it is gone."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.baseline import baseline_parts
from models.policy_bundle import write_bundle
from models.registry import Registered, Registry
from trading_runtime.errors import BundleIntegrityError, ConfigurationError
from trading_runtime.policy.bundle import DataLineage, GateVerdict, read_bundle
from trading_runtime.policy.pointer import read_pointers
from trading_runtime.settings import Settings

pytestmark = pytest.mark.slow  # starts a server, 10 s

NOW = datetime(2026, 1, 2, tzinfo=UTC)
READY_SECONDS = 120.0
PERIODS = {
    "train_start": "2000-01-01",
    "train_end": "2001-01-01",
    "evaluation_start": "2001-02-01",
    "evaluation_end": "2002-01-01",
}
LINEAGE = DataLineage(manifest_hash="0" * 64, partitions=[], checks=[], **PERIODS)


@dataclass(frozen=True)
class Server:
    """A running `mlflow server` in a process group of its own."""

    uri: str
    process: "subprocess.Popen[bytes]"
    artifacts: Path

    def kill(self) -> None:
        """End the whole group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("mlflow_server")
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--serve-artifacts", "--artifacts-destination", str(folder / "artifacts")]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | quiet, stdout=output, stderr=output, start_new_session=True
        )
    started = Server(f"http://127.0.0.1:{port}", process, folder / "artifacts")
    try:
        wait_until_healthy(started, log)
        yield started
    finally:
        started.kill()


def wait_until_healthy(server: Server, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert server.process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{server.uri}/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            # the pause between two looks at a process that says nothing by itself
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(timeout=0.3)
    pytest.fail(f"the server did not answer within {READY_SECONDS:.0f} seconds: {log.read_text()[-3000:]}")


@pytest.fixture
def settings(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh home that shares the server; a universe, and so a model, of its own."""
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADLINE_DATA__BARS_DIR", str(tmp_path))
    monkeypatch.setenv("LEADLINE_SERVICES__MLFLOW_URI", server.uri)
    return Settings()


def put(registry: Registry, verdict: str, sharpe: float) -> Registered:
    path = registry.settings.paths.root / "work" / "bundle"
    parts = baseline_parts(["AAA", "BBB"], 252.0, registry.settings)
    gate = GateVerdict(verdict=verdict, criteria=[])  # type: ignore[arg-type]
    write_bundle(path, parts, LINEAGE, registry.settings, {"sharpe": sharpe}, gate)
    return registry.register(path, {"steps": 1}, {"sharpe": sharpe})


def test_register_promote_and_rollback_on_a_server_and_the_runtime_loads_from_the_pointer_alone(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(settings)
    baseline, trained = put(registry, "baseline", 0.5), put(registry, "pass", 0.9)
    assert (baseline.version, trained.version) == ("1", "2")
    assert not put(registry, "baseline", 0.5).created
    registry.promote(baseline.version, NOW)
    registry.promote(trained.version, NOW)
    shutil.rmtree(settings.paths.root / "work")  # what follows may come from the server only
    assert registry.rollback(NOW).version == "1"

    pointers = read_pointers(settings.paths.pointer(registry.name))
    assert pointers.champion is not None
    assert pointers.challenger is not None
    for entry, registered in ((pointers.champion, baseline), (pointers.challenger, trained)):
        assert entry.path == f"registry/bundles/{registered.digest}"
        assert read_bundle(settings.paths.root / entry.path, registered.digest).digest == registered.digest
    assert not settings.paths.mlflow.exists(), "nothing of MLflow is kept in the home folder"
    aliases = {line["version"]: line["aliases"] for line in registry.list_versions()}
    assert aliases == {"1": "champion", "2": "challenger"}
    assert capfd.readouterr().out == "", "MLflow's words would stand between ours"

    code = (
        "import sys\n"
        "from trading_runtime.policy.loader import load_policy\n"
        "from trading_runtime.settings import Settings\n"
        "loaded = load_policy(Settings(), 'champion')\n"
        "assert loaded.fallback_reason is None\n"
        "print(loaded.entry.version, loaded.entry.digest, 'mlflow' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["1", baseline.digest, "False"], done.stderr


def test_a_second_home_gets_the_bundles_from_the_server(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered = put(Registry(settings), "baseline", 0.5)
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "other"))
    other = Registry(Settings())
    other.promote(registered.version, NOW)
    entry = read_pointers(other.settings.paths.pointer(other.name)).champion
    assert entry is not None
    read_bundle(tmp_path / "other" / entry.path, registered.digest)


def test_registering_again_puts_a_damaged_or_half_downloaded_local_copy_right(settings: Settings) -> None:
    registry = Registry(settings)
    registered = put(registry, "baseline", 0.5)
    folder = settings.paths.root / registry.entry(registered.version).path
    (folder / "policy.onnx").write_bytes(b"")
    with pytest.raises(BundleIntegrityError):
        registry.promote(registered.version, NOW)
    assert put(registry, "baseline", 0.5).version == registered.version
    registry.promote(registered.version, NOW)

    shutil.rmtree(folder)
    (folder.with_name(f".{folder.name}.partial") / "bundle").mkdir(parents=True)  # as if killed while downloading
    registry.verified(registry.entry(registered.version))


def test_files_that_the_server_has_lost_are_told_by_name_and_put_back_by_registering_again(
    settings: Settings, server: Server
) -> None:
    registry = Registry(settings)
    kept, lost = put(registry, "baseline", 0.5), put(registry, "pass", 0.9)
    stored = next(server.artifacts.rglob(f"{lost.run_id}/artifacts/bundle"))
    shutil.rmtree(stored)
    registry.promote(kept.version, NOW)
    assert registry.sync().challenger is None
    with pytest.raises(BundleIntegrityError, match=r"bundle\.json is missing"):
        registry.promote(lost.version, NOW)
    assert put(registry, "pass", 0.9).version == lost.version
    assert registry.promote(lost.version, NOW).digest == lost.digest


def test_a_password_in_the_address_is_in_no_message(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("http://someone:hunter2@127.0.0.1:9", "postgresql://someone:hunter2@127.0.0.1:9/mlflow"):
        monkeypatch.setenv("LEADLINE_SERVICES__MLFLOW_URI", address)
        with pytest.raises(ConfigurationError) as raised:
            Registry(Settings())
        assert "127.0.0.1:9" in str(raised.value)
        assert "hunter2" not in str(raised.value)


def test_a_server_that_is_gone_is_one_line_that_names_it_within_seconds(settings: Settings, server: Server) -> None:
    registry = Registry(settings)
    version = put(registry, "baseline", 0.5).version
    server.kill()
    calls = (
        lambda: registry.list_versions(),
        lambda: registry.promote(version, NOW),
        lambda: registry.sync(),
        lambda: put(registry, "pass", 0.9),
        lambda: Registry(settings),
    )
    for call in calls:
        started = time.monotonic()
        with pytest.raises(ConfigurationError) as raised:
            call()
        assert server.uri in str(raised.value)
        assert "\n" not in str(raised.value)
        assert time.monotonic() - started < 15
