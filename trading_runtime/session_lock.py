"""One process a session: a second one must not take the journal of a session that is being traded for a dead one's."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trading_runtime.errors import ConfigurationError
from trading_runtime.files import storage_errors


@contextmanager
def session_lock(sessions: Path, session_id: str) -> Iterator[None]:
    """Hold the session's lock. The operating system lets go of it when the process ends, however it ends.

    Raises `ConfigurationError` if another process holds it.
    """
    path = sessions / ".locks" / session_id
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("w")
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"session {session_id} is being traded by another process: wait for it to end"
            ) from None
        yield
