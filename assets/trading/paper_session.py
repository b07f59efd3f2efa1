"""The paper session: the asset."""

from pathlib import Path

import dagster as dg
import pandas as pd

from assets.metadata import OWNER, picture, preview, settings_version
from assets.resources import LeadlineResource
from assets.trading.runtime_process import remember_session, trade_on_paper

SETTINGS = LeadlineResource().settings
CODE_VERSION = "1-" + settings_version(SETTINGS.costs, SETTINGS.risk, SETTINGS.trading.initial_cash, SETTINGS.universe)
FIGURES = ("version", "final_equity", "return", "sharpe", "max_drawdown", "orders", "fills", "denials", "costs")


@dg.asset(
    deps=["champion", "adjusted_bars", "market_context"],
    group_name="trading",
    kinds={"python", "onnx", "sqlite"},
    owners=[OWNER],
    tags={"layer": "trading"},
    code_version=CODE_VERSION,
)
def paper_session(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Champion and challenger trading the out-of-sample bars on paper, side by side, as the live system would.

    A process of its own replays `adjusted_bars` as a feed, checks every order against the risk limits, fills it at the next
    open with the shared cost model and journals each step before acting on it. Kept under `sessions/<id>/`: journal.sqlite,
    report.json, report.md, equity.png; the id is a hash of everything that decides the result. Read by `session_fills` and
    `session_pnl`; `leadline why ORDER_ID` explains any of its orders.
    """
    report = trade_on_paper()
    remember_session(leadline.settings, report)
    champion = report["books"]["champion"]
    results = {**report["books"], **report["baselines"]}
    table = pd.DataFrame([{"book": name} | {key: row.get(key, "") for key in FIGURES} for name, row in results.items()])
    metadata = {
        "session_id": report["session_id"],
        "first": report["first"],
        "last": report["last"],
        "bars": report["bars"],
        "orders": report["orders"],
        "fills": report["fills"],
        "denials": report["denials"],
        "champion_sharpe": champion["sharpe"],
        "champion_return": champion["return"],
        "champion_max_drawdown": champion["max_drawdown"],
        "results": preview(table),
        "picture": picture(Path(report["picture"]).read_bytes()),
        "journal": dg.MetadataValue.path(report["journal"]),
        "report": dg.MetadataValue.path(report["report"]),
        "seconds": report["seconds"],
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(report["session_id"]))
