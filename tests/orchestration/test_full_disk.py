"""A disk that fills up in the middle of a run, on a real small file system."""

import os
import subprocess
from dataclasses import replace

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("needs the right to mount a small file system: run the tests as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_ends_in_one_line_and_the_run_goes_on_after_there_is_room(
    leadline, small_disk, write_user_bars, tmp_path
):
    bars = write_user_bars(tmp_path / "bars", rows=300)
    full = replace(leadline, home=small_disk / "home")
    line = full.refused("run", "--quick", "--bars", str(bars))
    assert "no space left" in line
    assert "free some space" in line
    subprocess.run(["mount", "-o", "remount,size=1g", str(small_disk)], check=True)
    assert full.json("run", "--quick", "--bars", str(bars))["checks"]["failed"] == 0
