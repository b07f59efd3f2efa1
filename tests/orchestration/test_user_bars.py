"""The main job on a folder of the user's own files; one more day; a kill in the middle."""

import subprocess

import pandas as pd
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory, write_user_bars):
    return write_user_bars(tmp_path_factory.mktemp("user") / "bars", held_back=1)


def test_a_users_folder_ends_with_everything_and_one_more_day_trains_nothing(leadline, tmp_path, write_user_bars):
    bars = write_user_bars(tmp_path / "bars", held_back=1)
    first = leadline.json("run", "--quick", "--bars", str(bars))
    assert first["champion"]["name"] == "leadline_user_bars"
    assert first["challenger"] is not None
    assert first["session"]["orders"] > 0
    assert leadline("why", first["session"]["order_ids"][0]).returncode == 0

    write_user_bars(bars, rows=901)
    second = leadline.json("run", "--quick", "--bars", str(bars))
    assert second["assets"]["materialized"] > 0
    assert second["session"]["bars"] == first["session"]["bars"] + 3, "one bar more of each of three symbols"
    assert second["challenger"] == first["challenger"], "one day must not retrain"
    assert second["gate"] == first["gate"]

    spoiled = pd.read_csv(bars / "AAPL.csv").astype(object)
    spoiled.loc[10, "close"] = "n/a?"
    spoiled.to_csv(bars / "AAPL.csv", index=False)
    third = leadline.json("run", "--quick", "--bars", str(bars))
    assert third["rejected_rows"] == second["rejected_rows"] + 1


def test_a_run_killed_in_every_phase_is_resumed_by_running_it_again(leadline, folder):
    """SIGKILL each run as soon as a further phase has announced itself, then run to the end."""
    arguments = ("run", "--quick", "--bars", str(folder))
    for moment in ("Data", "Learning", "Trading"):
        process = subprocess.Popen(
            leadline.command(*arguments),
            env=leadline.environment(),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith(moment) and "nothing new" not in line:
                break
        else:
            pytest.fail(f"the run ended before {moment}: {''.join(said)[-2000:]}")
        process.kill()
        process.wait()
    done = leadline.json(*arguments)
    assert done["champion"]
    assert done["challenger"]
    assert done["session"]["fills"] > 0
    assert done["checks"]["failed"] == 0
