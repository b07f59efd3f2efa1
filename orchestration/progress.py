"""What a person sees while the main job runs: one line a step, to standard error, with times; a live bar on a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class RunProgress:
    """Counts the steps of the phases, on the terminal it is given."""

    def __init__(self, terminal: TextIO):
        self.console = Console(file=terminal)
        self.step = ""
        self._started: dict[str, float] = {}
        self._bar: Progress | None = None
        self._task = TaskID(0)

    @contextmanager
    def phase(self, title: str, assets: int) -> Iterator[None]:
        """Show one phase that materializes `assets` assets."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal) as bar:
            self._bar, self._task = bar, bar.add_task(title, total=assets)
            self.console.print(f"[bold]{title}[/bold]: {assets} assets")
            yield
        self._bar = None

    def started(self, step: str) -> None:
        """A step began."""
        self.step = step
        self._started[step] = time.perf_counter()
        if self._bar is not None:
            self._bar.update(self._task, description=step)

    def note(self, message: str) -> None:
        """What the running step says of its own progress."""
        if self._bar is not None:
            self._bar.update(self._task, description=f"{self.step}  {message}")

    def finished(self, step: str, failed: bool = False) -> None:
        """A step ended."""
        seconds = time.perf_counter() - self._started.get(step, time.perf_counter())
        self.step = ""
        mark = "[red]failed[/red]" if failed else "done"
        if failed or seconds >= 1.0:
            self.console.print(f"  {step} {mark} in {seconds:.1f} s")

    def advance(self) -> None:
        """One more asset stands."""
        if self._bar is not None:
            self._bar.advance(self._task)
