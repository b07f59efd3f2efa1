"""The main job on the bundled data, as a user runs it, and what it leaves behind."""

import json
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import psutil
import pytest

from trading_runtime.journal.reader import read_entries

pytestmark = pytest.mark.slow


def test_the_run_ends_with_champion_challenger_verdict_and_session(finished):
    summary = finished.summary
    assert summary["assets"]["failed"] == 0
    assert summary["checks"]["failed"] == 0
    assert summary["checks"]["passed"] > 50
    assert summary["champion"]["version"] != summary["challenger"]["version"]
    assert summary["gate"]["verdict"] in ("pass", "refuse")
    assert {"name", "value", "threshold", "passed"} <= set(summary["gate"]["criteria"][0])
    assert (summary["gate"]["verdict"] == "pass") == all(item["passed"] for item in summary["gate"]["criteria"])
    session = summary["session"]
    assert session["bars"] > 100
    assert 0 < session["fills"] <= session["orders"]
    assert len(session["order_ids"]) == session["orders"]


def test_the_real_bad_rows_of_the_bitcoin_file_are_counted(finished):
    assert finished.summary["rejected_rows"] >= 32


def test_a_second_run_materializes_nothing_and_says_the_same(finished):
    again = finished.leadline.json("run", "--quick")
    assert again["assets"]["materialized"] == 0
    for key in ("checks", "champion", "challenger", "gate", "session", "rejected_rows"):
        assert again[key] == finished.summary[key], key


def test_why_leads_from_orders_of_both_books_back_to_the_data(finished):
    ids = finished.summary["session"]["order_ids"]
    for order_id in (ids[0], ids[len(ids) // 2], ids[-1]):
        told = finished.leadline.json("why", order_id)
        text = json.dumps(told)
        assert order_id in text
        assert any(
            policy["digest"] in text for policy in (finished.summary["champion"], finished.summary["challenger"])
        )
        assert "validated" in text
        plain = finished.leadline("why", order_id)
        assert plain.returncode == 0
        assert order_id in plain.stdout


def test_why_of_an_unknown_order_is_one_line(finished):
    assert "no-such-order" in finished.leadline.refused("why", "no-such-order")


def test_the_runs_stand_in_dagsters_history(finished, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(finished.leadline.home / "dagster"))
    with dg.DagsterInstance.get() as instance:
        runs = {run.job_name: run.status for run in instance.get_runs()}
    assert runs == dict.fromkeys(("data_job", "learning_job", "trading_job"), dg.DagsterRunStatus.SUCCESS)


def test_no_process_is_left_behind(finished):
    home = str(finished.leadline.home)
    left = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("LEADLINE_HOME") == home:
                left.append(process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    assert left == []


def test_the_journal_is_whole_and_every_changed_row_is_found(copied, finished):
    assert copied("journal", "verify").returncode == 0


def test_a_refused_policy_is_promoted_only_with_a_reason_and_rolled_back_in_one_command(copied, finished):
    challenger = finished.summary["challenger"]["version"]
    if finished.summary["gate"]["verdict"] == "refuse":
        assert "gate" in copied.refused("models", "promote", challenger)
    assert copied("models", "promote", challenger, "--override", "a test of the override").returncode == 0
    listed = copied.json("models", "list")
    assert listed["promotions"][-1]["version"] == challenger
    assert "a test of the override" in json.dumps(listed["promotions"][-1])
    assert copied("models", "rollback").returncode == 0
    champion = json.loads((copied.home / "registry" / "leadline_bundled.json").read_text())["champion"]
    assert champion["version"] == finished.summary["champion"]["version"]


def test_a_bundle_with_a_changed_byte_is_refused_by_name(copied):
    pointers = json.loads((copied.home / "registry" / "leadline_bundled.json").read_text())
    onnx = copied.home / pointers["champion"]["path"] / "policy.onnx"
    content = bytearray(onnx.read_bytes())
    content[len(content) // 2] ^= 1
    onnx.write_bytes(bytes(content))
    doctor = copied("doctor")
    assert doctor.returncode == 1
    assert "policy.onnx" in doctor.stdout
    assert "policy.onnx" in copied.refused("models", "promote", pointers["champion"]["version"], "--override", "test")


def test_doctor_prints_the_effective_settings_with_secrets_masked(copied):
    from dataclasses import replace

    secret = replace(copied, extra={"LEADLINE_SERVICES__REDIS_URL": "redis://user:hunter2@127.0.0.1:6379/0"})
    told = secret("doctor")
    assert "hunter2" not in told.stdout + told.stderr
    assert "learning.train_steps" in told.stdout


def test_the_session_saw_the_very_features_that_feast_joined_for_training(finished):
    home = finished.leadline.home
    frame = pd.read_parquet(home / "lake" / "learning" / "training_frame" / "all.parquet").set_index(
        ["event_time", "symbol"]
    )
    compared = 0
    for entry in read_entries(Path(finished.summary["session"]["journal"]), "decision", book="challenger"):
        seen = entry.payload
        live = pd.DataFrame(seen["features"], index=seen["symbols"], dtype=float)
        time = pd.Timestamp(seen["event_time"])
        traded = [symbol for symbol in seen["symbols"] if (time, symbol) in frame.index]
        joined = frame.loc[[(time, symbol) for symbol in traded], list(live.columns)].to_numpy(dtype=float)
        np.testing.assert_array_equal(live.loc[traded].to_numpy(), joined)
        compared += joined.size
    assert compared > 10_000


def test_the_evaluation_and_the_session_find_the_same_sharpe_ratio(finished):
    """One engine: the gate judged on Feast's features what the session then traded on live ones."""
    report = json.loads((Path(finished.summary["session"]["report"]).parent / "report.json").read_text())
    candidate = next(c for c in finished.summary["gate"]["criteria"] if c["name"] == "sharpe_above_champion")
    assert candidate["threshold"] == pytest.approx(report["books"]["champion"]["sharpe"], abs=1e-9)
    assert candidate["value"] == pytest.approx(report["books"]["challenger"]["sharpe"], abs=1e-9)
