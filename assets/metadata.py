"""Metadata that every asset shows in the UI, built the same way everywhere."""

from typing import Any

import dagster as dg
import pandas as pd

from trading_runtime.files import canonical_json, sha256_text

OWNER = "team:leadline"


def preview(frame: pd.DataFrame, rows: int = 10) -> dg.MarkdownMetadataValue:
    """The last rows of a frame as a Markdown table."""
    tail = frame.tail(rows)
    header = "| " + " | ".join(map(str, tail.columns)) + " |\n|" + "---|" * len(tail.columns)
    lines = ["| " + " | ".join(_cell(value) for value in record) + " |" for record in tail.itertuples(index=False)]
    return dg.MetadataValue.md("\n".join([header, *lines]))


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value).replace("|", "\\|")


def frame_metadata(frame: pd.DataFrame, time: str = "event_time") -> dict[str, Any]:
    """Row count, date range, symbols and a ten-row preview of a frame."""
    result: dict[str, Any] = {"dagster/row_count": len(frame), "preview": preview(frame)}
    if time in frame and len(frame):
        result |= {"first": str(frame[time].min()), "last": str(frame[time].max())}
    if "symbol" in frame:
        result["symbols"] = int(frame["symbol"].nunique())
    return result


def picture(png: bytes) -> dg.MarkdownMetadataValue:
    """A PNG shown inline in the UI."""
    from base64 import b64encode

    return dg.MetadataValue.md(f"![picture](data:image/png;base64,{b64encode(png).decode()})")


def settings_version(*parts: Any) -> str:
    """Short hash of settings (pydantic models or plain values) for use in a `code_version`: a changed setting makes the asset stale."""
    values = [part.model_dump(mode="json") if hasattr(part, "model_dump") else str(part) for part in parts]
    return sha256_text(canonical_json(values))[:10]
