"""One finished main job on the bundled data, shared by the tests that look at what it left."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SMALL_TRAINING = {"LEADLINE_LEARNING__TRAIN_STEPS": "8192", "LEADLINE_LEARNING__TUNE_TRIALS": "2"}


@dataclass(frozen=True)
class Leadline:
    """Runs `leadline` as a user does: a process of its own, in the home folder `home`."""

    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LEADLINE_", "DAGSTER_"))}
        return clean | SMALL_TRAINING | self.extra | {"LEADLINE_HOME": str(self.home)}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "orchestration.cli", *arguments]

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, text=True, timeout=800
        )

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def refused(self, *arguments: str) -> str:
        """The one line of a refusal: exit code 2, no traceback."""
        done = self(*arguments)
        assert done.returncode == 2, (done.returncode, done.stderr[-3000:])
        assert "Traceback" not in done.stdout + done.stderr
        lines = [line for line in done.stderr.strip().splitlines() if line.startswith("leadline: ")]
        assert len(lines) == 1, done.stderr
        return lines[0]


@dataclass(frozen=True)
class Finished:
    """A finished main job and what it printed."""

    leadline: Leadline
    summary: dict[str, Any]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The main job on the bundled data with small training."""
    leadline = Leadline(tmp_path_factory.mktemp("bundled") / "home")
    return Finished(leadline, leadline.json("run", "--quick"))


@pytest.fixture
def copied(finished: Finished, tmp_path: Path) -> Leadline:
    """A copy of the finished home that a test may damage."""
    shutil.copytree(finished.leadline.home, tmp_path / "home", symlinks=True)
    return Leadline(tmp_path / "home")


@pytest.fixture
def leadline(tmp_path: Path) -> Leadline:
    """An empty home."""
    return Leadline(tmp_path / "home")


@pytest.fixture(scope="session")
def write_user_bars() -> Callable[..., Path]:
    """Writes a folder of a user's files from the bundled stocks, in three formats, leaving out the last `held_back` days."""
    from orchestration.benchmarks.user_files import bundled_stocks

    def write(folder: Path, rows: int = 900, held_back: int = 0) -> Path:
        folder.mkdir(exist_ok=True)
        frames = bundled_stocks()
        for symbol in ("AAPL", "IBM", "MSFT"):
            frame = frames[symbol].tail(rows + held_back)
            frame = frame.iloc[: len(frame) - held_back] if held_back else frame
            if symbol == "AAPL":
                frame.to_csv(folder / "AAPL.csv", index=False)
            elif symbol == "IBM":
                frame.rename(columns=str.upper).to_csv(folder / "IBM.csv.gz", index=False)
            else:
                frame.to_parquet(folder / "MSFT.parquet", index=False)
        return folder

    return write
