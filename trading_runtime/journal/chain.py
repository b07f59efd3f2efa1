"""The hash chain: every entry's hash covers the entry before it, so that a changed, removed or inserted row shows."""

from trading_runtime.files import sha256_text

GENESIS = "0" * 64


def entry_hash(seq: int, time: str, session: str, book: str, kind: str, payload: str, previous: str) -> str:
    """Hex SHA-256 over all fields, a line each (none of them can hold a line break: payload is canonical JSON)."""
    return sha256_text(f"{seq}\n{time}\n{session}\n{book}\n{kind}\n{payload}\n{previous}")
