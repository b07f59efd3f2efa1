"""`leadline why ORDER_ID`: from an order back to the decision, the policy, the training run and the files under it.

Everything is read from the session's own journal, which carries the papers of the policies it traded.
"""

from itertools import groupby
from pathlib import Path
from typing import Any

from trading_runtime.errors import UserDataError
from trading_runtime.files import canonical_json, sha256_text
from trading_runtime.home import Home
from trading_runtime.journal.reader import Entry, read_entries
from trading_runtime.session_files import JOURNAL

TOP = 8  # features shown first

ABOUT_ONE_ORDER = ("verdict", "denial", "intent", "submitted", "ack", "rejected", "unknown", "fill", "cancelled")


def explain_order(home: Home, order_id: str) -> dict[str, Any]:
    """The whole story of an order (or of a denied intent), newest session first.

    Keys: order_id, session_id, journal, outcome, decision, policy, data, verdicts, intent, fills.
    Raises `UserDataError` if no session knows the id.
    """
    for path in sorted(home.sessions.glob(f"*/{JOURNAL}"), key=lambda p: p.stat().st_mtime, reverse=True):
        entries = [
            entry
            for entry in read_entries(path, *ABOUT_ONE_ORDER, containing=f'"{order_id}"')
            if entry.payload["order_id"] == order_id
        ]
        if entries:
            return _story(path, order_id, entries)
    raise UserDataError(
        f"no session under {home.sessions} knows order {order_id!r}: `leadline trade --json` lists order_ids"
    )


def _story(path: Path, order_id: str, entries: list[Entry]) -> dict[str, Any]:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry.payload | {"time": entry.time})
    first = entries[0]
    opening = next(read_entries(path, "session_start")).payload
    papers = opening["books"][first.book]
    verdict = by_kind["verdict"][0]
    return {
        "order_id": order_id,
        "session_id": first.session,
        "journal": str(path),
        "book": first.book,
        "outcome": _outcome(by_kind),
        "decision": _decision(path, first, verdict["symbol"], papers),
        "policy": {
            key: papers[key] for key in ("name", "kind", "version", "digest", "run_id", "training", "fallback_reason")
        }
        | {"gate": papers["gate"]["verdict"]},
        "data": papers["data"] | {"session_files": opening["data"]},
        "verdicts": verdict["verdicts"],
        "asked": verdict["asked"],
        "approved": verdict["approved"],
        "intent": next(iter(by_kind.get("intent", [])), None),
        "fills": by_kind.get("fill", []),
    }


def _outcome(by_kind: dict[str, list[dict[str, Any]]]) -> str:
    words = {
        "fill": "filled",
        "denial": "denied",
        "rejected": "rejected",
        "cancelled": "cancelled",
        "unknown": "unknown",
    }
    for kind, word in words.items():
        if kind in by_kind:
            return word
    return "working"


def _decision(path: Path, about: Entry, symbol: str, papers: dict[str, Any]) -> dict[str, Any]:
    """The decision that the order came from, cut down to its instrument; `features` holds all, `top_features` names the largest."""
    payload = next(
        entry.payload
        for entry in read_entries(path, "decision", book=about.book, containing=about.time)
        if entry.time == about.time
    )
    row = payload["symbols"].index(symbol)
    scaler = papers["scaler"]
    features = {}
    for name, mean, scale in zip(papers["features"], scaler["mean"], scaler["scale"], strict=True):
        value = payload["features"][name][row]
        features[name] = {"value": value, "scaled": None if value is None else (value - mean) / scale}
    known = [name for name, item in features.items() if item["scaled"] is not None]
    agents, allocation = payload["agents"], payload["allocation"]
    return {
        "event_time": payload["event_time"],
        "symbol": symbol,
        "exposure": payload["exposure"][row],
        "target_weight": payload["targets"][row],
        "features": features,
        "top_features": sorted(known, key=lambda name: -abs(features[name]["scaled"]))[:TOP],
        "agents": None if agents is None else dict(zip(papers["agents"], agents[row], strict=True)),
        "allocation": None if allocation is None else dict(zip([*papers["agents"], "cash"], allocation, strict=True)),
    }


def render(story: dict[str, Any]) -> str:
    """The story for people."""
    decision, policy, data = story["decision"], story["policy"], story["data"]
    lines = [
        f"Order {story['order_id']}: {story['outcome']} ({story['book']}, session {story['session_id']})",
        "",
        f"Decision at {decision['event_time']} for {decision['symbol']}: from {decision['exposure']:+.2%} of equity "
        f"towards {decision['target_weight']:+.2%}",
        *[
            f"  {name:<28} {decision['features'][name]['value']:>14.6g}  scaled {decision['features'][name]['scaled']:+.2f}"
            for name in decision["top_features"]
        ],
    ]
    if decision["agents"] is not None:
        lines += [f"  agent {name:<22} would hold {weight:+.2%}" for name, weight in decision["agents"].items()]
        shares = ", ".join(f"{name} {share:.1%}" for name, share in decision["allocation"].items())
        lines.append(f"  capital: {shares}")
    lines += [
        "",
        f"Policy {policy['name']} version {policy['version']} ({policy['kind']}, gate: {policy['gate']})",
        f"  digest {policy['digest']}",
        f"  training run {policy['run_id']}: {policy['training']['algorithm']}, {policy['training']['steps']} steps, "
        f"seed {policy['training']['seed']}, code {policy['training']['code_revision']}",
        *([f"  last known good: {policy['fallback_reason']}"] if policy["fallback_reason"] else []),
        "",
        f"Data {data['train_start'][:10]} to {data['train_end'][:10]}, manifest {data['manifest_hash'][:12]}",
        *_tables(data["partitions"]),
        "  (--json lists every file with its hash, and every check)",
        *_checks(data["checks"]),
        "",
        f"Risk: asked {story['asked']}, approved {story['approved']}",
        *[
            f"  {v['action']:<6} {v['code']:<26} limit {v['limit']}  " + _numbers(v["numbers"])
            for v in story["verdicts"]
        ],
        "",
    ]
    if story["intent"]:
        intent = story["intent"]
        lines.append(f"Intent: {intent['side']} {intent['quantity']} {intent['symbol']} at about {intent['price']}")
    lines += [
        f"Fill {fill['time']}: {fill['quantity']} at {fill['price']} (open {fill['reference_price']}), "
        f"slippage {fill['slippage_bps']:.2f} bps, commission {float(fill['commission']):.2f}"
        for fill in story["fills"]
    ]
    return "\n".join(lines)


def _tables(partitions: list[dict[str, str]]) -> list[str]:
    """One line a table: its partitions, and one hash over their files' hashes."""
    lines = []
    for table, group in groupby(partitions, key=lambda partition: partition["table"]):
        files = list(group)
        span = " to ".join(dict.fromkeys((files[0]["partition"], files[-1]["partition"])))
        count = f"{len(files)} file{'s' if len(files) > 1 else ''}"
        lines.append(f"  {table:<34} {span:<12} {count:>9}  {sha256_text(canonical_json(files))[:12]}")
    return lines


def _checks(checks: list[dict[str, Any]]) -> list[str]:
    """How many checks the data passed, and the names of those it did not (they only warn, or the run would have stopped)."""
    failed = [f"{check['asset']}.{check['name']}" for check in checks if not check["passed"]]
    warned = f", warned: {', '.join(failed)}" if failed else ""
    return [f"  checks: {len(checks) - len(failed)} of {len(checks)} passed{warned}"]


def _numbers(numbers: dict[str, str]) -> str:
    return ", ".join(f"{name} {float(value):,.6g}" for name, value in numbers.items())
