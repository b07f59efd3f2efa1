from assets.training.agents import train_agents
from assets.training.progress import step_log

KEYS = {"hyperparameters", "momentum_agent", "mean_reversion_agent", "meta_agent"}


class Recorder:
    """Takes log lines as a logger does."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, line: str) -> None:
        self.lines.append(line)


def test_the_step_makes_the_four_assets_from_frame_and_splits() -> None:
    assert {key.to_user_string() for key in train_agents.keys} == KEYS
    for spec in train_agents.specs:
        assert {dep.asset_key.to_user_string() for dep in spec.deps} == {"training_frame", "dataset_splits"}
        assert spec.group_name == "training"
        assert spec.owners
        assert spec.tags["layer"]
        assert spec.code_version
        assert spec.description


def test_progress_is_one_line_a_quarter_of_each_part() -> None:
    recorder = Recorder()
    report = step_log(recorder)  # type: ignore[arg-type]
    for done in range(0, 41_000, 1_000):
        report("momentum", min(done, 40_000), 40_000)
    report("meta", 40_000, 40_000)
    assert recorder.lines == [
        "momentum: 10,000 of 40,000",
        "momentum: 20,000 of 40,000",
        "momentum: 30,000 of 40,000",
        "momentum: 40,000 of 40,000",
        "meta: 40,000 of 40,000",
    ]
