import json
from pathlib import Path

import pytest

from models.promotion_log import Promotion, PromotionLog
from trading_runtime.errors import StorageError


def line(action: str, version: str, before: str | None) -> Promotion:
    return Promotion(
        time="2026-01-01T00:00:00+00:00",
        action=action,
        from_version=before,
        to_version=before if action == "refuse" else version,
        version=version,
        digest=version * 4,
        reason="because",
        verdict="pass",
        override=False,
    )


def test_champions_are_a_stack_of_promotions_and_rollbacks(tmp_path: Path) -> None:
    log = PromotionLog(tmp_path / "deep" / "log.jsonl")
    assert log.champion() is None
    log.append(line("promote", "1", None))
    log.append(line("refuse", "2", "1"))
    log.append(line("promote", "3", "1"))
    assert (log.champion(), log.previous_champion()) == ("3", "1")
    log.append(line("rollback", "1", "3"))
    assert (log.champion(), log.previous_champion()) == ("1", None)


def test_a_line_cut_short_by_a_crash_never_happened_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    log = PromotionLog(tmp_path / "log.jsonl")
    log.append(line("promote", "1", None))
    with log.path.open("ab") as stream:
        stream.write(b'{"action":"promote","ver')
    assert log.champion() == "1"
    log.append(line("promote", "2", "1"))
    assert [json.loads(text)["version"] for text in log.path.read_text().splitlines()] == ["1", "2"]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    log = PromotionLog(tmp_path / "log.jsonl")
    log.append(line("promote", "1", None))
    log.path.write_text("rubbish\n" + log.path.read_text())
    with pytest.raises(StorageError, match="line 1"):
        log.read()
