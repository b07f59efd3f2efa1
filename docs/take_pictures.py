"""Takes the README's pictures from a finished home: `python docs/take_pictures.py` (needs Chromium; LEADLINE_HOME names the home).

The asset graph comes from the real Dagster UI in a headless browser, the report from the latest paper session.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from orchestration.jobs import DATA_GROUPS, LEARNING_GROUPS, TRADING_GROUPS

PICTURES = Path(__file__).parent / "pictures"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 60_000


@contextmanager
def served(dagster_port: int, mlflow_port: int, environment: dict[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """`leadline ui` while the block runs; yields the two addresses that it printed."""
    command = [
        sys.executable,
        "-m",
        "orchestration.cli",
        "ui",
        "--dagster-port",
        str(dagster_port),
        "--mlflow-port",
        str(mlflow_port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment or dict(os.environ))
    try:
        assert process.stdout is not None
        addresses = [process.stdout.readline().split()[-1] for _ in range(2)]
        yield addresses[0], addresses[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


@contextmanager
def browser_page(width: int = 2600, height: int = 2760) -> Iterator[Any]:
    """A page of headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


def open_asset_graph(page: Any, address: str) -> None:
    """Open the global asset graph with every group expanded, and wait until its last assets are drawn (it culls what is out of view)."""
    expanded = ",".join(f"global@global:{group}" for group in (*DATA_GROUPS, *LEARNING_GROUPS, *TRADING_GROUPS))
    page.goto(f"{address}/asset-groups?expanded={quote(expanded)}")
    for asset in ("equity_bars", "training_frame", "paper_session"):
        page.get_by_text(asset, exact=True).filter(visible=True).first.wait_for(timeout=WAIT_MS)


def main() -> None:
    """Write the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with served(3017, 5017) as (dagster, _), browser_page() as page:
        open_asset_graph(page, dagster)
        page.wait_for_timeout(5000)  # the colours of the nodes come after the nodes
        page.screenshot(path=PICTURES / "asset_graph.png")
    sessions = Path(os.environ.get("LEADLINE_HOME", ".leadline")) / "sessions"
    latest = json.loads((sessions / "latest.json").read_text())["session_id"]
    shutil.copy(sessions / latest / "equity.png", PICTURES / "report.png")


if __name__ == "__main__":
    main()
