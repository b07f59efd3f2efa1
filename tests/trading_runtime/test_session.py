"""A paper session from marts and pointer file to report, as a user starts it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.home import SYMBOLS, ready_home

from trading_runtime.journal.reader import read_entries, verify_journal
from trading_runtime.session import SessionRequest, run_session
from trading_runtime.settings import Settings
from trading_runtime.why import explain_order, render

FORBIDDEN = ["dagster", "ray", "torch", "mlflow", "feast", "pymilvus", "great_expectations", "dbt"]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = Settings()
    ready_home(settings)
    return settings


def run_cli(*arguments, **options):
    command = [sys.executable, "-m", "trading_runtime", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def test_session_trades_both_books_and_leaves_a_verified_journal_and_a_report(settings):
    report = run_session(settings, SessionRequest())
    assert report["bars"] == 100 * len(SYMBOLS)
    assert report["fills"] > 20
    assert set(report["books"]) == {"champion", "challenger"}
    assert set(report["baselines"]) == {"buy_and_hold", "equal_weight"}
    assert len(set(report["order_ids"])) == report["orders"]
    folder = settings.paths.sessions / report["session_id"]
    assert {path.name for path in folder.iterdir()} == {"journal.sqlite", "report.json", "report.md", "equity.png"}
    verified = verify_journal(folder / "journal.sqlite", report["journal_head"])
    assert verified.complete


def test_every_filled_order_was_journaled_as_intent_and_submitted_before_its_acknowledgement(settings):
    report = run_session(settings, SessionRequest())
    seen: dict[str, list[str]] = {}
    for entry in read_entries(
        settings.paths.sessions / report["session_id"] / "journal.sqlite",
        "verdict",
        "intent",
        "submitted",
        "ack",
        "fill",
    ):
        seen.setdefault(entry.payload["order_id"], []).append(entry.kind)
    for order_id in report["order_ids"]:
        assert seen[order_id][:4] == ["verdict", "intent", "submitted", "ack"]


def test_completed_session_is_not_traded_again(settings):
    first = run_session(settings, SessionRequest())
    again = run_session(settings, SessionRequest())
    assert again == first


def test_challenger_alone_can_be_replayed(settings):
    report = run_session(settings, SessionRequest(books=("challenger",)))
    assert set(report["books"]) == {"challenger"}


def test_why_follows_an_order_to_features_policy_run_data_and_fill(settings):
    report = run_session(settings, SessionRequest())
    story = explain_order(settings.paths, report["order_ids"][0])
    assert story["outcome"] == "filled"
    feature = story["decision"]["features"]["log_return_1"]
    assert story["decision"]["top_features"] == ["log_return_1"]
    assert feature["scaled"] == pytest.approx(feature["value"] / 0.01)
    assert set(story["decision"]["agents"]) == {"follow", "fade"}
    assert story["decision"]["allocation"]["cash"] == 0.0
    assert story["policy"]["run_id"] in {"run1", "run2"}
    assert story["data"]["partitions"][0]["table"] == "validated/equity_bars"
    assert story["data"]["checks"][0]["passed"]
    assert set(story["data"]["session_files"]) == {"adjusted_bars.parquet", "market_context.parquet"}
    assert {verdict["code"] for verdict in story["verdicts"]} >= {"max_position_weight", "max_gross_leverage"}
    assert story["fills"][0]["slippage_bps"] > 2.0
    text = render(story)
    assert story["policy"]["digest"] in text
    assert "slippage" in text


def test_command_line_prints_the_report_as_its_last_line_and_loads_no_pipeline_package(settings):
    code = (
        "import sys, runpy; sys.argv = ['trading_runtime', 'trade', '--json'];\n"
        "try: runpy.run_module('trading_runtime', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print([name for name in {FORBIDDEN} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().splitlines()[-1] == "[]"
    report = json.loads(done.stdout.splitlines()[-1])
    assert {
        "bars",
        "orders",
        "fills",
        "denials",
        "journal",
        "order_ids",
        "report",
        "session_id",
        "seconds",
        "books",
    } <= set(report)
    assert {"version", "digest", "final_equity", "return", "sharpe", "max_drawdown"} <= set(report["books"]["champion"])
    told = run_cli("why", report["order_ids"][-1])
    assert told.returncode == 0
    assert "training run" in told.stdout
    checked = run_cli("journal", "verify")
    assert checked.returncode == 0
    assert "chain holds" in checked.stdout


def test_help_starts():
    done = run_cli("--help")
    assert done.returncode == 0
    assert "trade" in done.stdout


def one_line(done, *words):
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("leadline: ")
    for word in words:
        assert word in done.stderr


def test_bundle_with_a_changed_byte_is_refused_in_one_line_that_names_the_field(settings):
    network = settings.paths.root / "mlflow" / "bundles" / "v1" / "policy.onnx"
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.write_bytes(content)
    one_line(run_cli("trade"), "policy.onnx", "sha256")
    assert not settings.paths.sessions.exists()


def test_changed_field_of_a_bundle_is_refused_by_its_digest(settings):
    path = settings.paths.root / "mlflow" / "bundles" / "v1" / "bundle.json"
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 8'))
    one_line(run_cli("trade"), "digest")


def test_last_known_good_bundle_trades_when_the_registered_one_was_changed(settings):
    good = run_session(settings, SessionRequest(end=None))
    network = settings.paths.root / "mlflow" / "bundles" / "v1" / "policy.onnx"
    network.write_bytes(network.read_bytes() + b"x")
    end = settings.paths.sessions / good["session_id"]
    (end / "report.json").unlink()
    fallen = run_session(settings, SessionRequest())
    assert "policy.onnx" in fallen["books"]["champion"]["fallback_reason"]
    assert fallen["order_ids"] == good["order_ids"]
    assert "last known good" in (end / "report.md").read_text()
    one_line(run_cli("trade", "--no-fallback"), "policy.onnx")


def test_missing_registry_unknown_order_and_bad_setting_each_end_in_one_line(settings, monkeypatch):
    one_line(run_cli("why", "ll-nonsense"), "ll-nonsense")
    settings.paths.pointer(settings.model_name).unlink()
    one_line(run_cli("trade"), "no approved policy yet")
    monkeypatch.setenv("LEADLINE_RISK__MAX_DRAWDOWN", "7")
    one_line(run_cli("trade"), "LEADLINE_RISK__MAX_DRAWDOWN", "7")


def test_why_explains_a_denied_order_by_the_rule_that_refused(settings, monkeypatch):
    monkeypatch.setenv("LEADLINE_RISK__MIN_EQUITY", "1000000")
    report = run_session(Settings(), SessionRequest())
    assert report["orders"] == 0
    assert report["denials_by_code"] == {"min_equity": report["denials"]}
    denial = next(read_entries(settings.paths.sessions / report["session_id"] / "journal.sqlite", "denial"))
    story = explain_order(settings.paths, denial.payload["order_id"])
    assert (story["outcome"], story["intent"], story["fills"]) == ("denied", None, [])
    assert "deny   min_equity" in render(story)


def test_changed_setting_is_another_session_and_a_moved_home_is_the_same(settings, tmp_path, monkeypatch):
    first = run_session(settings, SessionRequest())
    monkeypatch.setenv("LEADLINE_COSTS__HALF_SPREAD_BPS", "4")
    dearer = run_session(Settings(), SessionRequest())
    assert dearer["session_id"] != first["session_id"]
    words = "costs.half_spread_bps: trained under 2.0, traded under 4.0"
    assert dearer["books"]["champion"]["differences"] == [words]
    assert words in Path(dearer["report"]).read_text()
    assert first["books"]["champion"]["differences"] == []
    monkeypatch.delenv("LEADLINE_COSTS__HALF_SPREAD_BPS")
    settings.paths.root.rename(tmp_path / "moved")
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "moved"))
    moved = run_session(Settings(), SessionRequest())
    assert moved["session_id"] == first["session_id"]
    assert moved["journal"].startswith(str(tmp_path / "moved"))
