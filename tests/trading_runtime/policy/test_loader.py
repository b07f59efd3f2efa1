import pytest
from support.home import ready_home

from trading_runtime.errors import BundleIntegrityError, ConfigurationError
from trading_runtime.policy.loader import LAST_GOOD, load_policy
from trading_runtime.policy.pointer import read_pointers, write_pointers
from trading_runtime.settings import Settings


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    settings = Settings()
    ready_home(settings, bars=70)
    return settings


def damage(settings, version="v1"):
    path = settings.paths.root / "mlflow" / "bundles" / version / "policy.onnx"
    path.write_bytes(path.read_bytes() + b"x")


def test_accepted_bundle_is_kept_as_last_known_good_and_used_when_the_registered_one_breaks(settings):
    first = load_policy(settings, "champion")
    damage(settings)
    second = load_policy(settings, "champion")
    assert second.entry == first.entry
    assert "policy.onnx" in second.fallback_reason
    assert first.fallback_reason is None


def test_without_a_last_known_good_bundle_or_with_fallback_off_the_error_stands(settings):
    damage(settings)
    with pytest.raises(BundleIntegrityError):
        load_policy(settings, "champion")
    load_policy(settings, "challenger")
    damage(settings, "v2")
    with pytest.raises(BundleIntegrityError):
        load_policy(settings, "challenger", fallback=False)


def test_last_known_good_bundle_is_itself_verified(settings):
    loaded = load_policy(settings, "champion")
    damage(settings)
    copy = settings.paths.registry / LAST_GOOD / settings.model_name / "champion" / loaded.entry.digest / "policy.onnx"
    copy.write_bytes(b"x")
    with pytest.raises(BundleIntegrityError, match="last_good"):
        load_policy(settings, "champion")


def test_only_the_newest_accepted_bundle_is_kept(settings):
    load_policy(settings, "champion")
    path = settings.paths.pointer(settings.model_name)
    pointers = read_pointers(path)
    write_pointers(path, pointers.model_copy(update={"champion": pointers.challenger}))
    loaded = load_policy(settings, "champion")
    store = settings.paths.registry / LAST_GOOD / settings.model_name / "champion"
    assert {item.name for item in store.iterdir()} == {"pointer.json", loaded.entry.digest}


def test_alias_that_names_nothing_gives_no_policy(settings):
    path = settings.paths.pointer(settings.model_name)
    write_pointers(path, read_pointers(path).model_copy(update={"challenger": None}))
    assert load_policy(settings, "challenger") is None


def test_bundle_of_another_universe_is_refused(settings, tmp_path, monkeypatch):
    other = settings.model_copy(update={"data": settings.data.model_copy(update={"bars_dir": tmp_path / "mine"})})
    write_pointers(other.paths.pointer(other.model_name), read_pointers(settings.paths.pointer(settings.model_name)))
    with pytest.raises(ConfigurationError, match="universe"):
        load_policy(other, "champion")
