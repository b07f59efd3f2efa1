"""dbt's manifest, and the asset graph derived from it. Kept in the home, never in the repository; made again when out of date."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.locks import exclusive
from assets.transformations.environment import dbt_environment, dbt_target, dbt_universe
from assets.transformations.graph import Graph, describe
from dbt_project import PROJECT_DIR
from trading_runtime.files import atomic_write_bytes, canonical_json, sha256_text
from trading_runtime.settings import Settings

KEPT = "leadline_manifest.json"


@dataclass(frozen=True)
class ParsedProject:
    """What dbt and dagster-dbt say about the project: `manifest` without dbt's own macros, and the asset graph."""

    manifest: dict[str, Any]
    graph: Graph


def _stamp(settings: Settings) -> str:
    """Hash of everything that the kept file depends on: the project, dbt's variables, the packages, how models become assets."""
    from importlib.metadata import version

    files = sorted(path for suffix in ("*.sql", "*.yml") for path in PROJECT_DIR.rglob(suffix))
    files += [Path(__file__).with_name(name) for name in ("graph.py", "manifest.py", "translator.py")]
    content = {path.name: path.read_text() for path in files}
    packages = [version(name) for name in ("dbt-core", "dbt-duckdb", "dagster-dbt")]
    return sha256_text(canonical_json([content, dbt_environment(settings), packages]))


def ensure_manifest(settings: Settings) -> ParsedProject:
    """The parsed project for these settings; dbt parses (seconds) only if the kept file is missing or out of date.

    Safe to call from several processes at once: one parses, the others wait for its result.
    """
    path, stamp = dbt_target(settings) / KEPT, _stamp(settings)
    kept = _read(path, stamp)
    if kept is not None:
        return kept
    with exclusive(path.with_suffix(".lock")):
        kept = _read(path, stamp)
        if kept is not None:
            return kept
        parsed = _parse(settings)
        content = {"stamp": stamp, "manifest": parsed.manifest, "graph": parsed.graph}
        atomic_write_bytes(path, json.dumps(content).encode())
        return parsed


def _parse(settings: Settings) -> ParsedProject:
    from assets.transformations.runner import run_dbt

    run_dbt(settings, ["parse"])
    manifest = json.loads((dbt_target(settings) / "manifest.json").read_text())
    # dbt's own five hundred macros are most of the file, and the asset graph does not use them
    own = {
        key: macro
        for key, macro in manifest["macros"].items()
        if macro["package_name"] == manifest["metadata"]["project_name"]
    }
    manifest |= {"macros": own}
    return ParsedProject(manifest, describe(manifest, dbt_universe(settings)))


def _read(path: Path, stamp: str) -> ParsedProject | None:
    """What was kept, if it was made from `stamp`."""
    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return ParsedProject(kept["manifest"], kept["graph"]) if kept.get("stamp") == stamp else None
