import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from support.synthetic_market import random_frame

from models.envs.trading_env import BatchedTradingEnv
from models.training.pipeline import TrainingResult, train_policies
from models.training.validation import mean_reward
from trading_runtime.settings import Settings

FAMILIES = ("momentum", "mean_reversion", "volatility", "momentum", "cross_asset")
NAMES = {f"f{index}": family for index, family in enumerate(FAMILIES)}
MEMORY_LIMIT_MB = 4_000


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return random_frame(900, ("AAA", "BBB"), list(NAMES), planted=True)


def train(frame: pd.DataFrame, steps: int, progress: list[str] | None = None) -> TrainingResult:
    settings = Settings(home=Path("unused"), learning={"train_steps": steps, "tune_trials": 1, "seed": 11})  # type: ignore[arg-type]
    note = progress.append if progress is not None else lambda _: None
    times = frame["event_time"].sort_values().unique()
    return train_policies(
        frame, NAMES, pd.Timestamp(times[0]), pd.Timestamp(times[700]), settings, lambda what, *_: note(what)
    )


def family_rss_mb() -> float:
    total = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


@pytest.mark.slow
def test_two_trainings_with_one_seed_give_the_same_policy_and_leave_no_process(frame: pd.DataFrame) -> None:
    peak, stop = [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            peak[0] = max(peak[0], family_rss_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    parts: list[str] = []
    try:
        first, second = train(frame, 2_000, parts), train(frame, 2_000)
    finally:
        stop.set()
        watcher.join()
    after = {process.pid for process in psutil.Process().children(recursive=True)}
    members = [(*result.agents, result.meta) for result in (first, second)]
    digests = [[agent.trained.network.digest for agent in group] for group in members]
    assert digests[0] == digests[1]
    assert first.trials == second.trials
    assert after <= before
    assert list(dict.fromkeys(parts)) == ["hyperparameters", "momentum", "mean_reversion", "meta"]
    assert peak[0] < MEMORY_LIMIT_MB


@pytest.mark.slow
def test_a_planted_signal_is_learned_and_holds_on_bars_that_training_did_not_see(frame: pd.DataFrame) -> None:
    from models.envs.trading_env import EnvConfig
    from models.market_arrays import market_arrays
    from trading_runtime.simulation.costs import CostModel

    result = train(frame, 24_000)
    times = frame["event_time"].sort_values().unique()
    later = market_arrays(frame, list(NAMES), result.scaler, pd.Timestamp(times[720]), pd.Timestamp(times[-1]))
    agent = result.agents[0]
    env = BatchedTradingEnv(EnvConfig(later, tuple(later.columns(agent.features)), CostModel(2.0, 1.0, 10.0)), 64)
    earned = mean_reward(env, agent.trained.network, env.length)
    assert earned > 0.002  # holding earns about 0.0003 a bar, knowing every next return about 0.006


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the reaper reads /proc")
def test_a_killed_training_leaves_no_ray_process_behind() -> None:
    script = (
        "from models.training.ray_session import ray_session\n"
        "with ray_session() as scratch:\n"
        "    print('up', scratch, flush=True)\n"
        "    input()\n"
    )
    driver = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert driver.stdout is not None
    scratch = next(line.split()[1] for line in driver.stdout if line.startswith("up "))
    children = psutil.Process(driver.pid).children(recursive=True)
    assert len(children) > 3
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    deadline = time.monotonic() + 10
    while Path(scratch).exists() and time.monotonic() < deadline:
        psutil.wait_procs([], timeout=0.1)
    assert not Path(scratch).exists()
