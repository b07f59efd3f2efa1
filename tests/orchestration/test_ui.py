"""`leadline ui` in a real browser: the whole graph, the checks, the runs, the experiments."""

import shutil
import socket
import urllib.request

import pytest
from support.scripts import docs_script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium: apt-get install chromium"),
]
pictures = docs_script("take_pictures")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def see(page, text):
    page.get_by_text(text).filter(visible=True).first.wait_for(timeout=pictures.WAIT_MS)


@pytest.fixture(scope="module")
def addresses(finished):
    with pictures.served(free_port(), free_port(), finished.leadline.environment()) as pair:
        yield pair


@pytest.fixture(scope="module")
def page(addresses):
    with pictures.browser_page() as page:
        yield page


def test_the_graph_shows_every_asset_of_every_group(page, addresses):
    pictures.open_asset_graph(page, addresses[0])
    shown = page.content()
    for name in (
        "equity_bars",
        "corporate_actions",
        "adjusted_bars",
        "trend_features",
        "market_patterns",
        "meta_agent",
        "champion",
        "paper_session",
    ):
        assert name in shown, name


def test_the_checks_of_the_bitcoin_bars_are_shown_with_their_results(page, addresses):
    page.goto(f"{addresses[0]}/assets/validated_crypto_bars?view=checks")
    see(page, "no_duplicate_or_backwards_stamps")
    see(page, "Succeeded")


def test_the_verdict_of_the_gate_is_shown_on_the_policy(page, addresses, finished):
    page.goto(f"{addresses[0]}/assets/registered_policy")
    see(page, "verdict")
    assert finished.summary["gate"]["verdict"] in page.content()


def test_the_runs_started_by_the_command_are_in_the_history(page, addresses):
    page.goto(f"{addresses[0]}/runs")
    for job in ("data_job", "learning_job", "trading_job"):
        see(page, job)


def test_mlflow_shows_the_registered_model(page, addresses):
    page.goto(f"{addresses[1]}/#/models/leadline_bundled")
    see(page, "Version 2")


def test_a_port_in_use_is_refused_in_one_line(finished, addresses):
    port = addresses[0].rsplit(":", 1)[1]
    assert f"port {port} is in use" in finished.leadline.refused("ui", "--dagster-port", port)
    with urllib.request.urlopen(addresses[0], timeout=10) as answer:
        assert answer.status == 200
