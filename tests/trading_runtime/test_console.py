import pytest

from trading_runtime.console import run_command
from trading_runtime.errors import LeadlineError
from trading_runtime.settings import Settings


def lines(capsys):
    return capsys.readouterr().err.strip().splitlines()


def test_error_on_purpose_is_one_line_with_its_exit_code(capsys):
    class Stop(LeadlineError):
        exit_code = 1

    with pytest.raises(SystemExit) as end, run_command():
        raise Stop("first\nsecond")
    assert end.value.code == 1
    assert lines(capsys) == ["leadline: first second"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LEADLINE_RISK__MAX_GROSS_LEVERAGE", "-1"),
        ("LEADLINE_PROFILE", "huge"),
        ("LEADLINE_TRADING__INITIAL_CASH", "much"),
    ],
)
def test_wrong_setting_is_one_line_that_names_the_variable_and_value(capsys, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as end, run_command():
        Settings()
    assert end.value.code == 2
    (line,) = lines(capsys)
    assert variable in line
    assert value in line


def test_setting_that_is_not_an_object_is_one_line(capsys, monkeypatch):
    monkeypatch.setenv("LEADLINE_RISK", "abc")
    with pytest.raises(SystemExit) as end, run_command():
        Settings()
    assert end.value.code == 2
    assert len(lines(capsys)) == 1


def test_secret_is_not_shown_in_a_settings_error(capsys, monkeypatch):
    monkeypatch.setenv("LEADLINE_SERVICES__MILVUS_TOKEN", "hunter2")
    monkeypatch.setenv("LEADLINE_PROFILE", "huge")
    with pytest.raises(SystemExit), run_command():
        Settings()
    assert "hunter2" not in lines(capsys)[0]


def test_fault_of_ours_stays_loud():
    with pytest.raises(ValueError, match="a fault"), run_command():
        raise ValueError("a fault")
