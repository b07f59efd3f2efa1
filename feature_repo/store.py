"""Opening the feature store of one home folder."""

import json
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from feast import FeatureStore
from feast.repo_config import RepoConfig

SETTINGS = Path(__file__).with_name("feature_store.yaml")


def open_store(
    home_feast: Path, lake_features: Path, redis_url: str | None = None, project: str | None = None
) -> FeatureStore:
    """The store whose registry and online database lie in `home_feast` and whose tables lie in `lake_features`.

    With `redis_url` (`redis[s]://[[user]:password@]host[:port][/db]`) the online store is Redis. `project` is part of every key
    there, so that universes that share a server do not read each other's values; by default `leadline`. Nothing is read from
    the environment.
    """
    home = home_feast.resolve()
    home.mkdir(parents=True, exist_ok=True)
    text = Template(SETTINGS.read_text()).substitute(LEADLINE_HOME=home.parent)
    raw = yaml.safe_load(text)
    raw["registry"] = str(home / "registry.db")
    raw["offline_store"]["lake"] = str(lake_features.resolve())
    raw["online_store"]["path"] = str(home / "online.db")
    if redis_url:
        # skip_dedup: otherwise Feast keeps the old values of a bar that is written again corrected, unlike on SQLite.
        # It is safe with one writer, and rows come in the order of time, one an entity.
        raw["online_store"] = {"type": "redis", "connection_string": _redis(redis_url), "skip_dedup": True}
    if project:
        raw["project"] = project
    return FeatureStore(config=RepoConfig(**raw))


def apply(store: FeatureStore) -> list[str]:
    """Register entities, views and services; views no longer declared are removed. Returns the names registered."""
    from feature_repo.services import REPO_OBJECTS

    names = [item.name for item in REPO_OBJECTS]
    gone: list[Any] = [view for view in store.list_feature_views() if view.name not in names]
    store.apply(REPO_OBJECTS, objects_to_delete=gone, partial=False)
    return names


def _redis(url: str) -> str:
    """Feast's form of a Redis address: `host:port,password="...",db=...`."""
    parts = urlsplit(url)
    extra = [f"password={_quoted(parts.password)}"] if parts.password else []
    extra += [f"username={_quoted(parts.username)}"] if parts.username else []
    extra += [f"db={parts.path.strip('/')}"] if parts.path.strip("/") else []
    extra += ["ssl=true"] if parts.scheme == "rediss" else []
    return ",".join([f"{parts.hostname}:{parts.port or 6379}", *extra])


def _quoted(part: str) -> str:
    """A part of an address as a JSON string without commas: Feast splits at commas, and reads `0123` or `true` as JSON."""
    return json.dumps(unquote(part)).replace(",", "\\u002c")
