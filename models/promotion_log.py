"""The promotion log: one JSON object a line, appended and flushed to disk, never rewritten."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trading_runtime.errors import StorageError
from trading_runtime.files import canonical_json, storage_errors


@dataclass(frozen=True)
class Promotion:
    """One line. `action` is promote, rollback or refuse; for a refusal `from` and `to` are the champion that stays."""

    time: str
    action: str
    from_version: str | None
    to_version: str | None
    version: str
    digest: str
    reason: str
    verdict: str
    override: bool

    def as_dict(self) -> dict[str, Any]:
        """The line as written."""
        renamed = {"from_version": "from", "to_version": "to"}
        return {renamed.get(name, name): value for name, value in vars(self).items()}


class PromotionLog:
    """The log of one model."""

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> list[dict[str, Any]]:
        """All lines, oldest first. A last line that a crash cut short never happened.

        Raises `StorageError` naming the line if one before it is damaged.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")
        result = []
        for number, line in enumerate(lines[:-1], start=1):
            try:
                result.append(json.loads(line))
            except ValueError:
                raise StorageError(f"{self.path} line {number} is damaged: restore the file from a backup") from None
        return result

    def append(self, promotion: Promotion) -> None:
        """Append one line and flush it to disk; what a crash left of a line is cut off first."""
        with storage_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as stream:
                stream.seek(0)
                content = stream.read()
                stream.truncate(content.rfind(b"\n") + 1)
                stream.write((canonical_json(promotion.as_dict()) + "\n").encode())
                stream.flush()
                os.fsync(stream.fileno())

    def champions(self) -> list[str]:
        """Versions in the order in which they would be rolled back to; the last one is champion."""
        stack: list[str] = []
        for line in self.read():
            if line["action"] == "promote":
                stack.append(line["to"])
            elif line["action"] == "rollback" and len(stack) > 1:
                stack.pop()
        return stack

    def champion(self) -> str | None:
        """The present champion's version."""
        stack = self.champions()
        return stack[-1] if stack else None

    def previous_champion(self) -> str | None:
        """The version a rollback returns to."""
        stack = self.champions()
        return stack[-2] if len(stack) > 1 else None
