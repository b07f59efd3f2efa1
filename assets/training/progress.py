"""Progress of training in the run's log: a line a quarter of each part, so that a waiting user sees it move."""

from collections.abc import Callable
from logging import Logger

QUARTERS = 4


def step_log(log: Logger) -> Callable[[str, int, int], None]:
    """A progress callback that logs `momentum: 20,000 of 40,000` whenever another quarter is done."""
    seen: dict[str, int] = {}

    def report(what: str, done: int, total: int) -> None:
        quarter = QUARTERS * done // max(total, 1)
        if quarter > seen.get(what, 0):
            seen[what] = quarter
            log.info(f"{what}: {done:,} of {total:,}")

    return report
