"""The session's report: figures as JSON and Markdown, equity curves as a picture. report.json is written last."""

from pathlib import Path
from typing import Any

from trading_runtime.backtest import BacktestResult
from trading_runtime.charts import draw_equity
from trading_runtime.files import atomic_write_bytes, write_json
from trading_runtime.portfolio.performance import max_drawdown, sharpe_ratio, total_return
from trading_runtime.session_files import PICTURE, REPORT, TEXT, paths
from trading_runtime.settings import CostSettings


def figures(result: BacktestResult, name: str, periods_per_year: float) -> dict[str, float | int]:
    """Figures of one book."""
    equity = result.equity[name]
    return {
        "final_equity": round(float(equity.iloc[-1]), 2),
        "return": total_return(equity),
        "sharpe": sharpe_ratio(equity, periods_per_year),
        "max_drawdown": max_drawdown(equity),
        "orders": int((result.orders["book"] == name).sum()),
        "fills": int((result.fills["book"] == name).sum()),
        "denials": int((result.denials["book"] == name).sum()),
        "turnover": result.turnover[name],
        "costs": round(result.costs[name], 2),
    }


def write_report(
    folder: Path,
    *,
    session_id: str,
    papers: dict[str, dict[str, Any]],
    result: BacktestResult,
    baselines: BacktestResult,
    journal_head: str,
    costs: CostSettings,
    seconds: float,
) -> dict[str, Any]:
    """Write picture and Markdown, then report.json; returns what report.json holds. `papers` describe the policy of each book."""
    periods = float(next(iter(papers.values()))["periods_per_year"])
    keys = ("version", "digest", "run_id", "name", "fallback_reason", "differences")
    first, last = (result.equity[next(iter(papers))].index[i] for i in (0, -1))
    report = {
        "session_id": session_id,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "bars": result.bars,
        "orders": len(result.orders),
        "fills": len(result.fills),
        "denials": len(result.denials),
        "denials_by_code": result.denials["code"].value_counts().to_dict(),
        "order_ids": result.orders["order_id"].tolist(),
        "example_order": _example(result),
        "journal_head": journal_head,
        **paths(folder),
        "seconds": round(seconds, 3),
        "books": {
            name: {key: paper[key] for key in keys} | figures(result, name, periods) for name, paper in papers.items()
        },
        "baselines": {name: figures(baselines, name, periods) for name in baselines.equity},
    }
    curves = {**{_label(name, papers): curve for name, curve in result.equity.items()}, **baselines.equity}
    subtitle = f"paper session {session_id}, {first:%Y-%m-%d} to {last:%Y-%m-%d}, costs included"
    atomic_write_bytes(folder / PICTURE, draw_equity(curves, subtitle))
    atomic_write_bytes(folder / TEXT, markdown(report, result, costs).encode())
    write_json(folder / REPORT, report)
    return report


def _example(result: BacktestResult) -> str | None:
    """An order to ask `why` about: the last one that was filled, else the last one."""
    rows = result.fills if len(result.fills) else result.orders
    return str(rows["order_id"].iloc[-1]) if len(rows) else None


def _label(name: str, papers: dict[str, dict[str, Any]]) -> str:
    return f"{name}: {papers[name]['name']} v{papers[name]['version']}"


def markdown(report: dict[str, Any], result: BacktestResult, costs: CostSettings) -> str:
    """The report for people."""
    rows = []
    for name, row in {**report["books"], **report["baselines"]}.items():
        version = f"{row['name']} v{row['version']}" if "version" in row else "baseline"
        rows.append(
            f"| {name} | {version} | {row['final_equity']:,.2f} | {row['return']:+.2%} | {row['sharpe']:.2f} "
            f"| {row['max_drawdown']:.2%} | {row['turnover']:.2f} | {row['costs']:,.2f} | {row['orders']} | {row['fills']} | {row['denials']} |"
        )
    denials = [f"- `{code}`: {count}" for code, count in sorted(report["denials_by_code"].items())]
    fallbacks = [
        f"- {name} runs on the last known good bundle: {row['fallback_reason']}"
        for name, row in report["books"].items()
        if row["fallback_reason"]
    ]
    differences = [f"- {name}: {text}" for name, row in report["books"].items() for text in row["differences"]]
    slippage = result.fills["slippage_bps"]
    spread = f"{slippage.mean():.2f} bps on average, {slippage.max():.2f} at most" if len(slippage) else "no fills"
    return "\n".join(
        [
            f"# Paper session {report['session_id']}",
            "",
            f"{report['first'][:10]} to {report['last'][:10]}, {report['bars']} bars. Simulated fills at the next bar's open: half "
            f"spread {costs.half_spread_bps:g} bps, commission {costs.commission_bps:g} bps, square-root impact {costs.impact_bps:g} bps.",
            "",
            f"![Equity curves and drawdowns]({PICTURE})",
            "",
            "| book | policy | final equity | return | Sharpe | max drawdown | turnover | costs | orders | fills | denials |",
            "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            f"Slippage from the open: {spread}.",
            "",
            "## Risk denials",
            "",
            *(denials or ["None."]),
            "",
            *(["## Fallback", "", *fallbacks, ""] if fallbacks else []),
            *(["## Traded under other assumptions than trained under", "", *differences, ""] if differences else []),
            "## Look further",
            "",
            *([f"    leadline why {report['example_order']}"] if report["example_order"] else []),
            f"    leadline journal verify {report['journal']}",
            "",
        ]
    )
