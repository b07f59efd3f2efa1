"""Every foreseen mistake of a user ends in one line that names the thing and the remedy, exit code 2, and leaves nothing behind."""

import gzip
from dataclasses import replace

import pytest

HEADER = "date,open,high,low,close,volume\n"
ROWS = "".join(f"2020-01-{day:02d},10,11,9,10.5,1000\n" for day in range(2, 31))


def folder(tmp_path, **files):
    made = tmp_path / "bars"
    made.mkdir()
    for name, content in files.items():
        (made / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return made


CASES = {
    "a missing column": ({"AAPL.csv": "date,open,high,low,volume\n2020-01-02,1,2,1,5\n"}, ["AAPL.csv", "close"]),
    "a file with no good row left": ({"AAPL.csv": HEADER + "x,1,2,1,1,5\nnever,1,2,1,1,5\n"}, ["AAPL.csv"]),
    "an empty file": ({"AAPL.csv": ""}, ["AAPL.csv"]),
    "a header and nothing else": ({"AAPL.csv": HEADER}, ["AAPL.csv"]),
    "a single bar": ({"AAPL.csv": HEADER + "2020-01-02,10,11,9,10,100\n"}, ["AAPL.csv"]),
    "a future date": ({"AAPL.csv": HEADER + ROWS + "2199-01-02,10,11,9,10,100\n"}, ["AAPL.csv", "2199"]),
    "two files of one symbol": (
        {"AAPL.csv": HEADER + ROWS, "aapl.csv.gz": gzip.compress((HEADER + ROWS).encode())},
        ["AAPL.csv", "aapl.csv.gz"],
    ),
    "a symbol with a path in its name": ({"..\\evil.csv": HEADER + ROWS}, ["evil.csv"]),
    "a broken gzip": ({"AAPL.csv.gz": b"\\x1f\\x8bnot really"}, ["AAPL.csv.gz"]),
    "a broken Parquet file": ({"AAPL.parquet": b"PAR1 no"}, ["AAPL.parquet"]),
    "no bar file at all": ({"README.txt": "hello"}, ["bars"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_folder_is_refused_in_one_line_before_anything_is_written(case, leadline, tmp_path):
    files, named = CASES[case]
    line = leadline.refused("run", "--bars", str(folder(tmp_path, **files)))
    for word in named:
        assert word in line
    assert not (leadline.home / "lake").exists()


def test_a_folder_that_does_not_exist_is_named(leadline, tmp_path):
    assert "nowhere" in leadline.refused("run", "--bars", str(tmp_path / "nowhere"))


def test_a_bad_setting_is_named_by_its_variable(leadline):
    bad = replace(leadline, extra={"LEADLINE_RISK__MAX_DRAWDOWN": "7"})
    assert "LEADLINE_RISK__MAX_DRAWDOWN" in bad.refused("doctor")


@pytest.mark.parametrize("variable", ["LEADLINE_RISK__MAX_DRAWDWN", "LEADLINE_RIKS__MAX_DRAWDOWN", "LEADLINE_HOMES"])
def test_a_misspelled_setting_is_refused_and_not_ignored(variable, leadline):
    assert variable in replace(leadline, extra={variable: "0.1"}).refused("doctor")


def test_a_home_that_cannot_be_made_is_named(leadline, tmp_path):
    (tmp_path / "file").write_text("in the way")
    blocked = replace(leadline, home=tmp_path / "file" / "home")
    assert "LEADLINE_HOME" in blocked.refused("run")


def test_trading_before_there_is_a_policy_says_what_to_run(leadline):
    assert "leadline run" in leadline.refused("trade", "--broker", "paper", "--feed", "replay")


def test_an_order_nobody_made_is_named(leadline):
    assert "ORDER-1" in leadline.refused("why", "ORDER-1")


@pytest.mark.parametrize("service", ["MLFLOW_URI", "MILVUS_URI"])
def test_a_server_that_does_not_answer_is_named_before_any_work_is_done(service, leadline):
    broken = replace(leadline, extra={f"LEADLINE_SERVICES__{service}": "http://127.0.0.1:9"})
    line = broken.refused("run", "--quick")
    assert "127.0.0.1:9" in line
    assert service.split("_")[0].lower() in line
    assert not (leadline.home / "lake").exists()
