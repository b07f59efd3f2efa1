"""`leadline bench pipeline`: the main job from an empty home, again with nothing new, and with one more day of bars.

Figures (seconds are wall time of whole commands):
    cold_seconds                `leadline run --quick` from an empty home, bundled data
    overhead_share              share of cold_seconds outside the work of the steps: process start, imports, orchestration
    warm_seconds                the same command again, nothing new
    one_day_seconds             `leadline run --bars` after one more day was appended to each file
    peak_rss_mb                 largest sum of resident memory over the command and all its children, cold run
    definitions_import_seconds  median of 3, importing orchestration.definitions and building them, fresh process
    runtime_help_seconds        median of 5, `python -m trading_runtime --help`
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
import psutil
from rich.console import Console
from rich.table import Table

from trading_runtime.errors import LeadlineError

SAMPLE_SECONDS = 0.2


def show(as_json: bool) -> None:
    """Run the benchmark and print its figures."""
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="leadline-bench-") as folder:
        figures, steps = measure(Path(folder), console)
    table = Table(title="Where the cold run's time went")
    for column in ("step", "seconds", "of it imports"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for row in steps[:20]:
        table.add_row(row["step"], f"{row['seconds']:.1f}", f"{row['import_seconds']:.1f}")
    console.print(table)
    report = {"benchmark": "pipeline", "figures": figures, "machine": machine()}
    click.echo(json.dumps(report) if as_json else json.dumps(report, indent=2))


def measure(folder: Path, console: Console) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """All figures, and the cold run's time by step."""
    home = folder / "home"
    command = [sys.executable, "-m", "orchestration.cli", "run", "--quick", "--json"]
    console.print("cold run ...")
    cold, peak = timed(command, home)
    timings = json.loads((home / "logs" / "timings.json").read_text())
    console.print(f"cold {cold:.1f} s, peak {peak:.0f} MB; warm run ...")
    warm, _ = timed(command, home)
    imports = statistics.median(
        timed([sys.executable, "-c", "from orchestration.definitions import defs; defs()"], home)[0] for _ in range(3)
    )
    usage = statistics.median(timed([sys.executable, "-m", "trading_runtime", "--help"], home)[0] for _ in range(5))
    console.print(f"warm {warm:.1f} s; one more day ...")
    day = one_more_day(folder, command)
    figures = {
        "cold_seconds": cold,
        "overhead_share": 1.0 - timings["work_seconds"] / cold,
        "warm_seconds": warm,
        "one_day_seconds": day,
        "peak_rss_mb": peak,
        "definitions_import_seconds": imports,
        "runtime_help_seconds": usage,
    }
    return {name: round(value, 3) for name, value in figures.items()}, timings["steps"]


def one_more_day(folder: Path, command: list[str]) -> float:
    """Seconds of the run that follows one more line in each of the user's files; training before it is kept small."""
    from orchestration.benchmarks.user_files import bundled_stocks

    bars, home = folder / "bars", folder / "user-home"
    bars.mkdir()
    frames = bundled_stocks()
    for symbol, frame in frames.items():
        frame.iloc[:-1].to_csv(bars / f"{symbol}.csv", index=False)
    small = {"LEADLINE_LEARNING__TRAIN_STEPS": "4096", "LEADLINE_LEARNING__TUNE_TRIALS": "1"}
    timed([*command, "--bars", str(bars)], home, small)
    for symbol, frame in frames.items():
        frame.to_csv(bars / f"{symbol}.csv", index=False)
    return timed([*command, "--bars", str(bars)], home, small)[0]


def timed(command: list[str], home: Path, extra: dict[str, str] | None = None) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes (summed over the process tree) of one command. Raises if it fails."""
    environment = os.environ | {"LEADLINE_HOME": str(home)} | (extra or {})
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = [0.0]
    watcher = threading.Thread(target=watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    watcher.join()
    if process.returncode:
        raise LeadlineError(f"{' '.join(command[1:4])} failed: {errors.strip().splitlines()[-1:]}")
    return seconds, peak[0] / 1e6


def watch(pid: int, peak: list[float]) -> None:
    """Sample the tree's memory until the process is gone."""
    try:
        parent = psutil.Process(pid)
        while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
            total = 0.0
            for process in (parent, *parent.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak[0] = max(peak[0], total)
            time.sleep(SAMPLE_SECONDS)
    except psutil.NoSuchProcess:
        return


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "system": platform.system(),
    }
