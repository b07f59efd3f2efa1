"""Ends what Ray leaves behind when its driver is killed. Run as a script beside the driver; standard library only.

Ray's own daemons die with a killed driver, its agents and workers linger. This process notes the driver's descendants
every second from its start on; when its standard input closes, which the kernel does for a driver that died in any way, it kills those of
them that still live and removes the session's scratch folder. It never touches a process that it did not see below the driver.

Arguments: the driver's process id, the scratch folder.
"""

import os
import select
import shutil
import signal
import sys
from pathlib import Path

INTERVAL_SECONDS = 1.0

Process = tuple[int, str]
"""Process id and start time: together they name a process for good."""


def processes() -> dict[int, tuple[int, str]]:
    """Parent and start time of every process, from /proc; empty where there is none."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(stat.parent.name)] = (int(fields[1]), fields[19])
    return found


def descendants(root: int) -> set[Process]:
    """Every process below `root`, this one left out."""
    known = processes()
    below = {root}
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in known.items() if parent in below and pid not in below}
        grown = bool(more)
        below |= more
    return {(pid, known[pid][1]) for pid in below - {root, os.getpid()} if pid in known}


def main(driver: int, scratch: str) -> None:
    """Watch until standard input ends, then clean up."""
    before, seen = descendants(driver), set[Process]()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], INTERVAL_SECONDS)[0]:
        seen |= descendants(driver) - before
    alive = processes()
    for pid, started in seen:
        if pid in alive and alive[pid][1] == started:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
    shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(int(sys.argv[1]), sys.argv[2])
