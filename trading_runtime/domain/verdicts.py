"""What a risk rule says of an intended order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Action(StrEnum):
    """Let it pass, make it smaller, or refuse it."""

    ALLOW = "allow"
    RESIZE = "resize"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's word: its `code`, the numbers it looked at, the limit, and the quantity it lets through (positive)."""

    action: Action
    code: str
    quantity: Decimal
    limit: Decimal
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
