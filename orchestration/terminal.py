"""Keeps the terminal for what Leadline says: everything its dependencies print goes to a log file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from trading_runtime.files import storage_errors


@contextmanager
def output_to(log: Path) -> Iterator[TextIO]:
    """Send this process's and its children's standard output and error to `log`; yields the terminal's standard error.

    Afterwards `sys.stdout` and `sys.stderr` write to the terminal again, while the descriptors themselves stay with the log, because
    native libraries still complain while the interpreter shuts down.
    """
    with storage_errors(log):
        log.parent.mkdir(parents=True, exist_ok=True)
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    stdout, stderr = (os.fdopen(os.dup(descriptor), "w", buffering=1) for descriptor in (1, 2))
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)
    try:
        yield stderr
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = stdout, stderr
