"""`leadline ui` beside a configured MLflow server: no second one is started, and its address is printed without the password."""

import signal
import socket
import subprocess
import threading
from dataclasses import replace

import pytest

pytestmark = pytest.mark.slow  # starts Dagster's webserver, 20 s


def test_the_configured_mlflow_server_is_named_and_none_is_started(leadline):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configured = replace(leadline, extra={"LEADLINE_SERVICES__MLFLOW_URI": "http://someone:hunter2@127.0.0.1:9"})
    with (leadline.home.parent / "errors.log").open("wb") as errors:
        process = subprocess.Popen(
            configured.command("ui", "--dagster-port", str(port)),
            env=configured.environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    giving_up = threading.Timer(150, process.kill)  # the lines below come once Dagster answers, or never
    giving_up.start()
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().split(), process.stdout.readline().split()]
        assert lines == [
            ["Dagster", "UI", f"http://127.0.0.1:{port}"],
            ["MLflow", "UI", "http://someone:********@127.0.0.1:9"],
        ]
        assert not (leadline.home / "logs" / "mlflow.log").exists()
    finally:
        giving_up.cancel()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) is not None
