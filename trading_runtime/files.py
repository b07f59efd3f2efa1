"""Durable small-file helpers shared by every layer: write-then-rename, content hashes, canonical JSON."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trading_runtime.errors import StorageError

FULL_DISK = ("No space left on device", "database or disk is full", "Disk quota exceeded")
"""How the operating system, SQLite and the quota system say that nothing more fits."""


LEAST_FREE_BYTES = 2**20
"""With less than this left, an error of any kind is taken for the disk's: SQLite then says no more than `disk I/O error`."""


def blames_full_disk(message: str, root: Path) -> bool:
    """Whether an error message, of whatever library, is about a full disk under `root`."""
    return any(words in message for words in FULL_DISK) or shutil.disk_usage(root).free < LEAST_FREE_BYTES


def full_disk(path: Path) -> StorageError:
    """The one line about a full disk."""
    return StorageError(f"no space left on the disk while writing {path}: free some space, then run again")


@contextmanager
def full_disk_errors(root: Path) -> Iterator[None]:
    """At the outermost call: turn any error that a full disk is behind, whichever library wrapped it, into the one line."""
    try:
        yield
    except Exception as error:
        if any(blames_full_disk(str(one), root) for one in chain_of(error)):
            raise full_disk(root) from error
        raise


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from or while handling, outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's word on a full or unwritable disk into one line that names the path and the remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full_disk(path) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StorageError(
                f"cannot write {path}: {error.strerror}; make it writable or set LEADLINE_HOME"
            ) from error
        raise


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is flushed to disk and renamed over `path`, else removed."""
    with storage_errors(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except (FileNotFoundError, NotADirectoryError, FileExistsError) as error:
            raise StorageError(
                f"cannot make the folder {path.parent} ({error.strerror}): set LEADLINE_HOME to another place"
            ) from error
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            descriptor = os.open(temporary, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def atomic_write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old content or the new, never a part."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text, so that hashes can be compared."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str, allow_nan=False)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, atomically."""
    atomic_write_bytes(path, (json.dumps(value, indent=2, sort_keys=True, default=str) + "\n").encode())


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_text(text: str) -> str:
    """Hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()
