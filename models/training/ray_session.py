"""Ray starts here and stops here. Nothing else in Leadline calls `ray.init`."""

import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

CPUS = 2
OBJECT_STORE_BYTES = 128 * 2**20
GRACE_SECONDS = 5.0

ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_enable_metrics_collection": "0",
    "RAY_DEDUP_LOGS": "0",
    "RAY_worker_niceness": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_AIR_NEW_OUTPUT": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_WARN_EXCESSIVE_EXPERIMENT_CHECKPOINT_SYNC_THRESHOLD_S": "0",
    "PYTHONWARNINGS": "ignore::DeprecationWarning,ignore::FutureWarning",
}
"""Telemetry off, no chatter on a terminal that shows our own progress, and trials at normal priority (Ray's workers are nice by
15 else: on a busy machine the search then takes minutes)."""

TOKEN = secrets.token_hex(32)
"""Ray's loopback ports ask for this token; it lives in this process's environment, not in a file of the user's."""


@contextmanager
def ray_session(address: str | None = None) -> Iterator[Path]:
    """A Ray for the length of a `with`; yields a scratch folder that goes with it.

    Local by default: one small cluster whose processes are all gone afterwards. With `address`, an existing cluster
    is joined and left again.
    """
    added = {name: value for name, value in ENVIRONMENT.items() if name not in os.environ}
    if address is None and "RAY_AUTH_MODE" not in os.environ:
        added |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
    os.environ.update(added)
    import ray

    for name in ("ray.rllib", "ray.tune", "ray._common"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message=".*Overriding environment rllib-single-agent-env-v0.*")
    scratch = Path(tempfile.mkdtemp(prefix="ll-", dir="/tmp" if Path("/tmp").is_dir() else None))
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    reaper = _start_reaper(scratch)
    try:
        if address is None:
            ray.init(
                num_cpus=CPUS,
                num_gpus=0,
                include_dashboard=False,
                log_to_driver=False,
                configure_logging=False,
                object_store_memory=OBJECT_STORE_BYTES,
                _temp_dir=str(scratch / "r"),
            )
        else:
            ray.init(address=address, log_to_driver=False, configure_logging=False)
        yield scratch
    finally:
        others = before | {reaper.pid}
        ours = [p for p in psutil.Process().children(recursive=True) if p.pid not in others]
        ray.shutdown()
        psutil.wait_procs(ours, timeout=GRACE_SECONDS)
        reaper.communicate()  # its input ends here: it kills what did not go by itself
        shutil.rmtree(scratch, ignore_errors=True)
        for name in added:
            os.environ.pop(name, None)


def _start_reaper(scratch: Path) -> "subprocess.Popen[bytes]":
    """A small process that ends Ray's processes when this one is gone, also by SIGKILL; ready when this returns."""
    script = Path(__file__).with_name("ray_reaper.py")
    reaper = subprocess.Popen(
        [sys.executable, "-S", "-E", str(script), str(os.getpid()), str(scratch)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert reaper.stdout is not None
    reaper.stdout.readline()
    return reaper
