"""A paper session over replay: champion and challenger side by side, journaled, with a report at the end.

<home>/sessions/<session id>/journal.sqlite, equity.png, report.md, and report.json, which is written last and marks completion.
The id is a hash of everything that decides the result, so the same session asked for again returns its report.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trading_runtime.backtest import make_trader, run_backtest, run_engine, summarize
from trading_runtime.clock import EventClock
from trading_runtime.engine import Engine
from trading_runtime.errors import ConfigurationError, UserDataError
from trading_runtime.feeds.replay import ReplayFeed
from trading_runtime.files import canonical_json, sha256_text
from trading_runtime.journal.sqlite import SqliteJournal
from trading_runtime.market_data import MarketData, read_market_data
from trading_runtime.policy.baselines import baselines
from trading_runtime.policy.features import LiveFeatureSource
from trading_runtime.policy.loader import Alias, LoadedPolicy, load_policy
from trading_runtime.report import write_report
from trading_runtime.session_files import JOURNAL, read_report
from trading_runtime.session_lock import session_lock
from trading_runtime.session_papers import effective_settings, papers_of
from trading_runtime.settings import Settings
from trading_runtime.simulation.costs import CostModel

SESSION_FORMAT = 1  # raise it when the runtime would trade the same inputs differently
ALIASES: tuple[Alias, ...] = ("champion", "challenger")

Progress = Callable[[int], Callable[[], None]]


@dataclass(frozen=True)
class SessionRequest:
    """What to replay. `start` defaults to where the champion's evaluation starts, `end` to the last bar."""

    books: Sequence[Alias] = ALIASES
    start: datetime | None = None
    end: datetime | None = None
    fallback: bool = True


@dataclass(frozen=True)
class Session:
    """A request with everything loaded that it names."""

    id: str
    folder: Path
    start: datetime
    end: datetime | None
    policies: tuple[LoadedPolicy, ...]
    data: MarketData
    settings: Settings

    @property
    def opening(self) -> dict[str, Any]:
        """Payload of session_start: every version, digest and file hash under the session."""
        return {
            "settings": effective_settings(self.settings),
            "start": self.start.isoformat(),
            "end": None if self.end is None else self.end.isoformat(),
            "data": self.data.hashes,
            "books": {policy.alias: papers_of(policy, self.settings) for policy in self.policies},
        }


def open_session(settings: Settings, request: SessionRequest) -> Session:
    """Load policies and data. Raises the errors of `load_policy`, and `ConfigurationError` if a book has no policy."""
    loaded = [load_policy(settings, alias, request.fallback) for alias in request.books]
    policies = tuple(policy for policy in loaded if policy is not None)
    if not policies or (policies[0].alias != "champion" and len(request.books) > 1):
        wanted = " or ".join(request.books)
        raise ConfigurationError(f"no {wanted} is registered for {settings.model_name}: run `leadline run` first")
    data = read_market_data(settings.paths)
    _check_universe(policies, data)
    start = request.start or datetime.fromisoformat(policies[0].spec.data.evaluation_start)
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    identity = {
        "format": SESSION_FORMAT,
        "start": start.isoformat(),
        "end": None if request.end is None else request.end.isoformat(),
        "books": {policy.alias: policy.entry.digest for policy in policies},
        "data": data.hashes,
        "settings": effective_settings(settings),
    }
    session_id = sha256_text(canonical_json(identity))[:16]
    return Session(session_id, settings.paths.sessions / session_id, start, request.end, policies, data, settings)


def _check_universe(policies: Sequence[LoadedPolicy], data: MarketData) -> None:
    known = set(data.bars["symbol"].unique())
    for policy in policies:
        if missing := [symbol for symbol in policy.spec.instruments if symbol not in known]:
            raise ConfigurationError(
                f"{policy.alias} {policy.entry.version}: field instruments: {missing[0]!r} has no bars in {data.bars_path}: "
                "run `leadline run` to train on the present universe"
            )


def _no_progress(total: int) -> Callable[[], None]:
    return lambda: None


def run_session(settings: Settings, request: SessionRequest, progress: Progress = _no_progress) -> dict[str, Any]:
    """Trade the session and return its report; a completed one is not traded again.

    A session that was killed is traded afresh; its partial journal is moved aside and never deleted.
    """
    session = open_session(settings, request)
    with session_lock(settings.paths.sessions, session.id):
        report = read_report(session.folder)
        return _trade(session, progress) if report is None else report


def _trade(session: Session, progress: Progress) -> dict[str, Any]:
    began = time.perf_counter()
    settings, data = session.settings, session.data
    feed = ReplayFeed(data.bars, data.context, session.start, session.end)
    if not len(feed):
        raise UserDataError(
            f"{data.bars_path} has no bar from {session.start} to {session.end or 'the end'}: choose another --from or --to"
        )
    path = session.folder / JOURNAL
    _move_aside(path)
    journal = SqliteJournal(path, session.id, settings.trading.journal_sync)
    clock, costs = EventClock(), CostModel.from_settings(settings.costs)
    traders = [
        make_trader(
            p.alias,
            session.id,
            p.policy,
            settings,
            costs,
            journal,
            clock,
            version=p.entry.version,
            digest=p.entry.digest,
        )
        for p in session.policies
    ]
    names = list(dict.fromkeys(name for p in session.policies for name in p.spec.features))
    advance = progress(len(feed))
    engine = Engine(
        feed, LiveFeatureSource(feed.symbols, names), traders, journal, clock, on_event=lambda event: advance()
    )
    try:
        bars = run_engine(engine, session.opening)
    except BaseException:
        journal.abandon()
        raise
    journal.close()
    compared = run_backtest(
        data.bars, None, baselines(session.policies[0].spec.instruments), settings, session.start, session.end
    )
    return write_report(
        session.folder,
        session_id=session.id,
        papers={p.alias: papers_of(p, settings) for p in session.policies},
        result=summarize(traders, bars),
        baselines=compared,
        journal_head=journal.head,
        costs=settings.costs,
        seconds=time.perf_counter() - began,
    )


def _move_aside(path: Path) -> None:
    """Keep the journal of a session that did not complete under a name of its own, write-ahead log included."""
    if not path.exists():
        return
    number = 1
    while (aside := path.with_name(f"journal.{number}.aborted.sqlite")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        log = Path(f"{path}{suffix}")
        if log.exists():
            log.rename(f"{aside}{suffix}")
    path.rename(aside)
