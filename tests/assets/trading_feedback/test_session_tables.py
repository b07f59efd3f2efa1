"""Feedback tables from a journal that the runtime wrote."""

import dagster as dg
import numpy as np
import pandas as pd
import pytest
from support.home import ready_home

from assets.lake import Lake
from assets.resources import LeadlineResource
from assets.trading.paper_session import paper_session
from assets.trading.runtime_process import latest_report
from assets.trading_feedback import session_tables
from assets.trading_feedback.tables import FILLS, PNL, fills_table, pnl_table, slippage_table
from trading_runtime.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a session and its feedback tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADLINE_HOME", str(tmp_path_factory.mktemp("home")))
        settings = LeadlineResource().settings
        ready_home(settings)
        tables = [session_tables.session_fills, session_tables.session_pnl, session_tables.session_slippage]
        result = dg.materialize(
            [paper_session, *tables, session_tables.pnl_adds_up], resources={"leadline": LeadlineResource()}
        )
        assert all(check.passed for check in result.get_asset_check_evaluations())
        return settings


def table(settings: Settings, name: str) -> pd.DataFrame:
    return Lake(settings.paths.lake).read("feedback", name)


def test_every_fill_of_the_report_is_a_row_decided_before_it_filled(settings: Settings) -> None:
    fills = table(settings, "session_fills")
    assert len(fills) == latest_report(settings)["fills"]
    assert set(fills["order_id"]) <= set(latest_report(settings)["order_ids"])
    assert (fills["decided_at"] < fills["event_time"]).all()
    assert (fills["slippage_to_open_bps"] > 2.0).all()  # half the spread at the least


def test_pnl_adds_up_to_the_final_equity_to_the_cent(settings: Settings) -> None:
    pnl = table(settings, "session_pnl")
    for name, book in latest_report(settings)["books"].items():
        rows = pnl[pnl["book"] == name]
        assert rows["pnl"].sum() + 100_000 == pytest.approx(book["final_equity"], abs=0.005)
        assert np.prod(1 + rows["daily_return"]) - 1 == pytest.approx(book["final_equity"] / 100_000 - 1, abs=1e-6)


def test_slippage_weights_fills_by_notional_and_matches_the_money_paid(settings: Settings) -> None:
    fills, slippage = table(settings, "session_fills"), table(settings, "session_slippage")
    assert slippage["fills"].sum() == len(fills)
    by_book = slippage.groupby("book")[["implementation_shortfall"]].sum()["implementation_shortfall"]
    sign = fills["side"].map({"buy": 1, "sell": -1})
    paid = sign * (fills["price"] - fills["decision_price"]) * fills["quantity"] + fills["commission"]
    pd.testing.assert_series_equal(by_book, paid.groupby(fills["book"]).sum(), check_names=False)


def test_a_session_without_fills_gives_empty_tables_with_their_columns() -> None:
    fills = fills_table([])
    assert list(fills.columns) == FILLS.names
    assert slippage_table(fills).empty
    assert list(pnl_table([]).columns) == PNL.names
