"""From an alias to a policy that may trade, with the last known good bundle to fall back on.

Every bundle that was accepted is copied to <home>/registry/last_good/<model>/<alias>/<digest>/, and `pointer.json` beside it
names it; the copy is in place before the pointer, so a kill leaves the old one or the new one.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from trading_runtime.errors import BundleIntegrityError, ConfigurationError
from trading_runtime.files import storage_errors, write_json
from trading_runtime.policy.bundle import BundleSpec, read_bundle
from trading_runtime.policy.pointer import PointerEntry, read_pointers
from trading_runtime.policy.runner import OnnxPolicy
from trading_runtime.settings import Settings

Alias = Literal["champion", "challenger"]
LAST_GOOD = "last_good"


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy with its papers. `fallback_reason` says why it is not the one that the registry points to."""

    alias: Alias
    entry: PointerEntry
    spec: BundleSpec
    policy: OnnxPolicy
    fallback_reason: str | None = None


def load_policy(settings: Settings, alias: Alias, fallback: bool = True) -> LoadedPolicy | None:
    """The policy behind an alias; None if the alias names none.

    Raises `ConfigurationError` if there is no registry yet, and `BundleIntegrityError` if the bundle is not what was
    registered and there is no last known good one (or `fallback` is off).
    """
    entry: PointerEntry | None = getattr(read_pointers(settings.paths.pointer(settings.model_name)), alias)
    if entry is None:
        return None
    try:
        loaded = _load(alias, settings.paths.root / entry.path, entry, settings)
    except BundleIntegrityError as error:
        good = _last_good(settings, alias) if fallback else None
        if good is None:
            raise
        folder, old = good
        return _load(alias, folder, old, settings, fallback_reason=str(error))
    _keep(settings, loaded)
    return loaded


def _load(
    alias: Alias, folder: Path, entry: PointerEntry, settings: Settings, fallback_reason: str | None = None
) -> LoadedPolicy:
    spec = read_bundle(folder, entry.digest)
    if spec.universe != settings.universe:
        raise ConfigurationError(
            f"{folder}: field universe is {spec.universe!r}, the settings say {settings.universe!r}: set LEADLINE_DATA__BARS_DIR to match"
        )
    return LoadedPolicy(alias, entry, spec, OnnxPolicy(folder, spec), fallback_reason)


def _store(settings: Settings, alias: Alias) -> Path:
    return settings.paths.registry / LAST_GOOD / settings.model_name / alias


def _last_good(settings: Settings, alias: Alias) -> tuple[Path, PointerEntry] | None:
    store = _store(settings, alias)
    try:
        entry = PointerEntry.model_validate(json.loads((store / "pointer.json").read_text()))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError, ValidationError):
        return None
    return store / entry.digest, entry


def _keep(settings: Settings, loaded: LoadedPolicy) -> None:
    store = _store(settings, loaded.alias)
    copy = store / loaded.entry.digest
    known = _last_good(settings, loaded.alias)
    if known is not None and known[1] == loaded.entry and copy.is_dir():
        return
    with storage_errors(store):
        if not copy.is_dir():
            partial = store / f".{loaded.entry.digest}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(settings.paths.root / loaded.entry.path, partial)
            partial.rename(copy)
        write_json(store / "pointer.json", loaded.entry.model_dump(mode="json"))
        for other in store.iterdir():
            if other.is_dir() and other != copy:
                shutil.rmtree(other, ignore_errors=True)
