"""Time as a part that is passed in: nothing below the composition root asks the operating system what time it is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time of the session."""

    def now(self) -> datetime:
        """The current time, UTC."""

    def advance(self, to: datetime) -> None:
        """The feed has reached `to`. A wall clock ignores this."""


class EventClock:
    """Stands at the time of the last event: a replay journals the same times whenever it runs."""

    def __init__(self, start: datetime = datetime(1970, 1, 1, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """Time of the last event."""
        return self._now

    def advance(self, to: datetime) -> None:
        """Move to `to`; never backwards."""
        self._now = max(self._now, to)
