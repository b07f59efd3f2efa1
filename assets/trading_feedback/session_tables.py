"""What a paper session teaches: its fills, P&L and slippage as tables of the lake."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg

from assets.metadata import OWNER, frame_metadata, picture
from assets.resources import LeadlineResource
from assets.trading.runtime_process import latest_report
from assets.trading_feedback.charts import draw_pnl, draw_slippage
from assets.trading_feedback.tables import FILLS, PNL, SLIPPAGE, fills_table, pnl_table, slippage_table
from trading_runtime.journal.reader import read_entries

COMMON: dict[str, Any] = {
    "group_name": "trading_feedback",
    "kinds": {"python", "parquet"},
    "owners": [OWNER],
    "tags": {"layer": "trading_feedback"},
    "code_version": "1",
}


@dg.asset(deps=["paper_session"], **COMMON)
def session_fills(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Every fill of the latest paper session, with what it cost against the decision's close and the next open.

    Grain: one row a fill of any book. Source: the session's journal, read-only. Used by `session_slippage` and to compare the
    cost model with what was paid.
    """
    journal = Path(latest_report(leadline.settings)["journal"])
    fills = fills_table(read_entries(journal, "intent", "fill"))
    written = leadline.lake.write("feedback", "session_fills", "all", fills, FILLS)
    metadata = frame_metadata(fills) | {
        "notional": float(fills["notional"].sum()),
        "commission": float(fills["commission"].sum()),
        "journal": dg.MetadataValue.path(str(journal)),
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(written.sha256))


@dg.asset(deps=["paper_session"], **COMMON)
def session_pnl(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Profit and loss of each book of the latest paper session, after costs.

    Grain: one row a book and UTC day. Source: the marks in the session's journal. Used to judge policies after they have
    traded; the days add up to the report's final equity.
    """
    journal = Path(latest_report(leadline.settings)["journal"])
    pnl = pnl_table(read_entries(journal, "session_start", "equity"))
    written = leadline.lake.write("feedback", "session_pnl", "all", pnl, PNL)
    totals = {f"{book}_pnl": float(value) for book, value in pnl.groupby("book")["pnl"].sum().items()}
    metadata = frame_metadata(pnl) | totals | {"picture": picture(draw_pnl(pnl))}
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(written.sha256))


@dg.asset(deps=["session_fills"], **COMMON)
def session_slippage(leadline: LeadlineResource) -> dg.MaterializeResult:
    """What trading cost in the latest paper session: slippage in basis points, commission, implementation shortfall.

    Grain: one row a book and symbol. Source: `session_fills`, averages weighted by notional. Used to check the cost model that
    policies are trained under.
    """
    fills = leadline.lake.read("feedback", "session_fills")
    slippage = slippage_table(fills)
    written = leadline.lake.write("feedback", "session_slippage", "all", slippage, SLIPPAGE)
    metadata = frame_metadata(slippage) | {
        "implementation_shortfall": float(slippage["implementation_shortfall"].sum()),
        "picture": picture(draw_slippage(fills)),
    }
    for column in ("slippage_to_decision_bps", "slippage_to_open_bps"):
        weighted = (slippage[column] * slippage["notional"]).sum()
        metadata[column] = float(weighted / slippage["notional"].sum()) if len(slippage) else 0.0
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(written.sha256))


@dg.asset_check(asset="session_pnl", blocking=True)
def pnl_adds_up(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """The daily P&L of every book adds up, to the cent, to its final equity in the report less its initial cash."""
    settings = leadline.settings
    books = latest_report(settings)["books"]
    pnl = leadline.lake.read("feedback", "session_pnl").groupby("book")["pnl"].sum()
    gaps = {
        name: round(float(pnl[name]) - float(Decimal(str(row["final_equity"])) - settings.trading.initial_cash), 2)
        for name, row in books.items()
    }
    return dg.AssetCheckResult(passed=not any(gaps.values()), metadata={"gaps": gaps})
