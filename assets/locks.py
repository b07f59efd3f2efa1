"""Locks between processes: one holder of a file at a time, released by the operating system if the holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trading_runtime.errors import ConfigurationError
from trading_runtime.files import storage_errors


@contextmanager
def exclusive(path: Path, busy: str | None = None) -> Iterator[None]:
    """Hold an exclusive lock on the file `path` (made if missing) inside the block; threads of one process exclude each other too.

    Waits for another holder, or raises `ConfigurationError(busy)` at once if `busy` is given.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            raise ConfigurationError(busy) from None
        yield
    finally:
        os.close(descriptor)
