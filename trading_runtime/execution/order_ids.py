"""Client order ids, derived from the decision: asking twice gives the same id, so a retry cannot make a second order."""

import hashlib
from datetime import datetime


def client_order_id(session_id: str, book: str, symbol: str, decided_at: datetime) -> str:
    """`ll-` and 24 hex digits (96 bits) of a hash; inside the 32 to 48 characters that venues allow."""
    text = f"{session_id}\n{book}\n{symbol}\n{decided_at.isoformat()}"
    return f"ll-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
