"""Where the time of a main job goes: seconds of each step, and how much of them was spent importing modules."""

import builtins
import threading
import time
from collections import defaultdict
from types import TracebackType
from typing import Any


class ImportClock:
    """While active, adds the wall time of every outermost import on the main thread to the account of `step`."""

    def __init__(self) -> None:
        self.step = ""
        self.seconds: dict[str, float] = defaultdict(float)
        self._depth = 0

    def __enter__(self) -> "ImportClock":
        original = self._original = builtins.__import__
        main = threading.get_ident()

        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._depth or threading.get_ident() != main:
                return original(*args, **kwargs)
            self._depth += 1
            started = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                self._depth -= 1
                self.seconds[self.step] += time.perf_counter() - started

        builtins.__import__ = timed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        builtins.__import__ = self._original


def timing_table(total: float, steps: dict[str, float], imports: dict[str, float]) -> dict[str, Any]:
    """Seconds by step, split into imports and work; the rest of the total is process start and orchestration."""
    rows: list[dict[str, Any]] = [
        {"step": step, "seconds": round(seconds, 3), "import_seconds": round(min(imports.get(step, 0.0), seconds), 3)}
        for step, seconds in sorted(steps.items(), key=lambda item: -item[1])
    ]
    work = sum(row["seconds"] - row["import_seconds"] for row in rows)
    return {"total_seconds": round(total, 3), "work_seconds": round(work, 3), "steps": rows}
