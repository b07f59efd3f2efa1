"""dbt's manifest, the description of its project that the asset graph is built from. Kept in the home, never in the repository."""

import json
from pathlib import Path
from typing import Any

from assets.locks import exclusive
from assets.transformations.environment import dbt_environment, dbt_target
from dbt_project import PROJECT_DIR
from trading_runtime.files import atomic_write_bytes, canonical_json, sha256_text
from trading_runtime.settings import Settings

MANIFEST = "leadline_manifest.json"


def _project_stamp(settings: Settings) -> str:
    """Hash of everything that the manifest depends on: the project's files, dbt's variables and dbt itself."""
    from importlib.metadata import version

    files = sorted(path for suffix in ("*.sql", "*.yml") for path in PROJECT_DIR.rglob(suffix))
    content = {str(path.relative_to(PROJECT_DIR)): path.read_text() for path in files}
    return sha256_text(canonical_json([content, dbt_environment(settings), version("dbt-core"), version("dbt-duckdb")]))


def ensure_manifest(settings: Settings) -> dict[str, Any]:
    """The manifest of the current project and home; parsed by dbt (seconds) only if the kept one is missing or out of date.

    Safe to call from several processes at once: one parses, the others wait for its result.
    """
    path = dbt_target(settings) / MANIFEST
    stamp = _project_stamp(settings)
    kept = _read(path, stamp)
    if kept is not None:
        return kept
    with exclusive(path.with_suffix(".lock")):
        kept = _read(path, stamp)
        if kept is not None:
            return kept
        from assets.transformations.runner import run_dbt

        run_dbt(settings, ["parse"])
        manifest = json.loads((path.parent / "manifest.json").read_text())
        atomic_write_bytes(path, json.dumps({"stamp": stamp, "manifest": _trim(manifest)}).encode())
        return _trim(manifest)


def _read(path: Path, stamp: str) -> dict[str, Any] | None:
    """The kept manifest if it was made from `stamp`."""
    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return kept["manifest"] if kept.get("stamp") == stamp else None


def _trim(manifest: dict[str, Any]) -> dict[str, Any]:
    """Without dbt's own five hundred macros, most of the file, which the asset graph does not use."""
    own = {key: macro for key, macro in manifest["macros"].items() if macro["package_name"] == "leadline"}
    return manifest | {"macros": own}
