"""The paper session as an asset, on a real journal that the runtime writes in its own process."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
from support.home import ready_home

from assets.resources import LeadlineResource
from assets.trading import checks
from assets.trading.audit import limit_breaches, orders_without_verdict
from assets.trading.paper_session import paper_session
from assets.trading.runtime_process import latest_report, trade_on_paper
from trading_runtime.errors import LeadlineError
from trading_runtime.journal.reader import Entry, read_entries
from trading_runtime.settings import Settings

CHECKS = [checks.journal_chain_intact, checks.every_order_has_a_verdict, checks.no_limit_exceeded]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = LeadlineResource().settings
    ready_home(settings)
    return settings


def run(raise_on_error: bool = True) -> dg.ExecuteInProcessResult:
    resources = {"leadline": LeadlineResource()}
    return dg.materialize([paper_session, *CHECKS], resources=resources, raise_on_error=raise_on_error)


def entries(settings: Settings) -> list[Entry]:
    return list(read_entries(Path(latest_report(settings)["journal"])))


def changed(entries: list[Entry], kind: str, change: Callable[[dict], dict]) -> list[Entry]:
    """The entries with the first one of `kind` changed."""
    place = next(i for i, entry in enumerate(entries) if entry.kind == kind)
    return [replace(e, payload=change(dict(e.payload))) if i == place else e for i, e in enumerate(entries)]


def test_a_session_is_traded_shown_and_passes_its_checks(settings: Settings) -> None:
    result = run()
    assert {c.check_name: c.passed for c in result.get_asset_check_evaluations()} == {
        "journal_chain_intact": True,
        "every_order_has_a_verdict": True,
        "no_limit_exceeded": True,
    }
    event = result.get_asset_materialization_events()[0].materialization
    assert event.metadata["fills"].value > 20
    assert "data:image/png;base64," in str(event.metadata["picture"].value)
    assert (event.tags or {})["dagster/data_version"] == latest_report(settings)["session_id"]


def test_trading_the_same_inputs_again_keeps_the_data_version(settings: Settings) -> None:
    assert trade_on_paper()["session_id"] == trade_on_paper()["session_id"]


def test_a_home_without_a_policy_ends_in_the_runtimes_own_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "empty"))
    with pytest.raises(LeadlineError, match="no approved policy yet") as raised:
        trade_on_paper()
    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value)


def test_a_journal_with_a_changed_byte_fails_its_check(settings: Settings) -> None:
    import sqlite3

    run()
    with sqlite3.connect(latest_report(settings)["journal"]) as connection:
        connection.execute("DROP TRIGGER entries_never_change")
        connection.execute("UPDATE entries SET payload = replace(payload, 'buy', 'BUY') WHERE kind = 'fill'")
    outcome = {c.check_name: c.passed for c in run(raise_on_error=False).get_asset_check_evaluations()}
    assert not outcome["journal_chain_intact"]


def test_the_audit_finds_an_order_beyond_its_verdict(settings: Settings) -> None:
    run()
    journal = entries(settings)
    assert orders_without_verdict(journal) == []
    first = next(entry for entry in journal if entry.kind == "intent")
    order_id = first.payload["order_id"]
    denied = changed(journal, "verdict", lambda payload: payload | {"approved": "0"})
    assert orders_without_verdict(denied)
    larger = changed(journal, "intent", lambda payload: payload | {"quantity": "99999999"})
    assert orders_without_verdict(larger) == [order_id]


def test_the_audit_finds_an_order_beyond_a_limit(settings: Settings) -> None:
    run()
    journal = entries(settings)
    assert limit_breaches(journal) == []
    larger = changed(journal, "intent", lambda payload: payload | {"quantity": str(10 * float(payload["quantity"]))})
    assert any("max_position_weight" in line for line in limit_breaches(larger))
    short = changed(journal, "intent", lambda payload: payload | {"side": "sell"})
    assert any("allow_short" in line for line in limit_breaches(short))
    tight = [
        replace(
            e,
            payload=e.payload
            | {"settings": e.payload["settings"] | {"risk": e.payload["settings"]["risk"] | {"max_drawdown": 0.0}}},
        )
        if e.kind == "session_start"
        else e
        for e in journal
    ]
    assert any("max_drawdown" in line for line in limit_breaches(tight))
