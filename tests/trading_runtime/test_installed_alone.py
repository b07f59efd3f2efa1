"""The runtime on its base dependencies, in an environment that has nothing else."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from support.home import ready_home

from trading_runtime.settings import Settings

ROOT = Path(__file__).parents[2]
ABSENT = ["dagster", "ray", "torch", "mlflow", "feast", "pymilvus", "great_expectations", "dbt", "sklearn", "onnx"]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, cwd=cwd)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def install(python: Path, cwd: Path) -> None:
    """Install the project's base dependencies alone, with uv if there is one (it is quicker), else with pip."""
    links = os.environ.get("PIP_FIND_LINKS")
    found = ["--find-links", links] if links else []
    constraints = ["-c", ROOT / "constraints.txt"]
    uv = shutil.which("uv")
    if uv is not None and subprocess.run([uv, "--version"], capture_output=True, cwd=cwd).returncode == 0:
        run(uv, "pip", "install", "-q", "--python", python, *found, *constraints, ROOT, cwd=cwd)
    else:
        run(python, "-m", "pip", "install", "-q", *found, *constraints, ROOT, cwd=cwd)


@pytest.mark.slow
def test_session_runs_where_only_the_base_dependencies_are_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    ready_home(Settings())
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install(python, tmp_path)
    check = (
        f"import importlib.util as u, trading_runtime as t; print([n for n in {ABSENT} if u.find_spec(n)], t.__file__)"
    )
    printed = run(python, "-c", check, cwd=tmp_path)
    assert printed.startswith("[] ")
    assert str(tmp_path / "venv") in printed
    report = json.loads(run(python, "-m", "trading_runtime", "trade", "--json", cwd=tmp_path).splitlines()[-1])
    assert report["fills"] > 0
    assert report["order_ids"][0] in run(python, "-m", "trading_runtime", "why", report["order_ids"][0], cwd=tmp_path)
