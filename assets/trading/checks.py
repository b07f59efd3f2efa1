"""Gates on the paper session: what its journal must prove before anything is learnt from it."""

from pathlib import Path

import dagster as dg

from assets.resources import LeadlineResource
from assets.trading.audit import limit_breaches, orders_without_verdict
from assets.trading.runtime_process import latest_report
from trading_runtime.journal.reader import JournalTampered, read_entries, verify_journal

SHOWN = 20


@dg.asset_check(asset="paper_session", blocking=True)
def journal_chain_intact(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """The journal's hash chain holds from the first entry to the head that the report names, and the session is complete."""
    report = latest_report(leadline.settings)
    try:
        verified = verify_journal(Path(report["journal"]), report["journal_head"])
    except JournalTampered as error:
        return dg.AssetCheckResult(passed=False, description=str(error))
    return dg.AssetCheckResult(passed=verified.complete, metadata={"entries": verified.entries, "head": verified.head})


@dg.asset_check(asset="paper_session", blocking=True)
def every_order_has_a_verdict(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """No order was intended, sent or filled beyond what an earlier risk verdict approved."""
    report = latest_report(leadline.settings)
    found = orders_without_verdict(read_entries(Path(report["journal"])))
    return dg.AssetCheckResult(
        passed=not found, metadata={"orders": report["orders"], "without_verdict": found[:SHOWN]}
    )


@dg.asset_check(asset="paper_session", blocking=True)
def no_limit_exceeded(leadline: LeadlineResource) -> dg.AssetCheckResult:
    """Replaying the journal with a book of the check's own finds no order that added risk beyond a limit."""
    report = latest_report(leadline.settings)
    found = limit_breaches(read_entries(Path(report["journal"])))
    return dg.AssetCheckResult(
        passed=not found,
        metadata={"orders": report["orders"], "breaches": found[:SHOWN]},
        description="; ".join(found[:3]) or None,
    )
