"""`leadline ui`: the Dagster UI with its daemon, and the MLflow UI, until Ctrl-C; both addresses are printed once they answer."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import click

from models.tracking import shown, tracking_uri
from trading_runtime.errors import ConfigurationError
from trading_runtime.settings import Settings

READY_SECONDS = 90.0


def serve(settings: Settings, dagster_port: int, mlflow_port: int) -> None:
    """Start both servers on the loopback interface and wait; Ctrl-C or SIGTERM stops them and their children.

    A configured MLflow server has its own UI: then only its address is printed.
    """
    configured = settings.services.mlflow_uri or ""
    own_mlflow = not configured.startswith(("http://", "https://"))
    ports = [("--dagster-port", dagster_port), *([("--mlflow-port", mlflow_port)] if own_mlflow else [])]
    for name, port in ports:
        if not port_is_free(port):
            raise ConfigurationError(f"port {port} is in use: choose another with {name}")
    logs = settings.paths.root / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    commands = [("Dagster", f"http://127.0.0.1:{dagster_port}", dagster_command(dagster_port), logs / "dagster.log")]
    if own_mlflow:
        mlflow = mlflow_command(settings, mlflow_port)
        commands.append(("MLflow ", f"http://127.0.0.1:{mlflow_port}", mlflow, logs / "mlflow.log"))
    with ExitStack() as stack:
        try:
            click.echo("starting, about 15 seconds ...", err=True)
            servers = []
            for _, _, command, log in commands:
                servers.append(start(command, log))
                stack.callback(stop, servers[-1])
            for (name, address, _, log), process in zip(commands, servers, strict=True):
                wait_until_ready(address, process, log)
                click.echo(f"{name} UI  {address}")
            if not own_mlflow:
                click.echo(f"MLflow  UI  {shown(configured)}")
            click.echo("Ctrl-C stops both." if own_mlflow else "Ctrl-C stops it.", err=True)
            while all(process.poll() is None for process in servers):
                time.sleep(0.5)
            raise ConfigurationError(f"a server stopped by itself: see the logs in {logs}")
        except KeyboardInterrupt:
            click.echo("stopping", err=True)


def dagster_command(port: int) -> list[str]:
    """Webserver and daemon over the one code location."""
    base = [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port)]
    return [*base, "-m", "orchestration.definitions"]


def mlflow_command(settings: Settings, port: int) -> list[str]:
    """MLflow's server over the configured store."""
    artifacts = settings.paths.mlflow / "artifacts"
    base = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    return [*base, "--backend-store-uri", tracking_uri(settings), "--default-artifact-root", artifacts.as_uri()]


def start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a server in a process group of its own, SIGINT enabled, its output in a log file."""
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Interrupt the server and wait; kill its whole group if it does not end."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the address answers. Raises `ConfigurationError` if the server ends or does not answer in time."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ConfigurationError(f"the server for {address} ended with code {process.returncode}: see {log}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise ConfigurationError(f"{address} did not answer within {READY_SECONDS:.0f} seconds: see {log}")


def port_is_free(port: int) -> bool:
    """Whether a server can bind the port on the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
