"""The Feast assets: registering views and services, and filling the online store."""

import contextlib
import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import dagster as dg
import pandas as pd

from assets.features.inputs import GROUP, TAGS, source_version
from assets.metadata import OWNER, preview, settings_version
from assets.resources import LeadlineResource
from feature_repo.catalogue import FAMILIES, FEATURE_NAMES, features_of
from trading_runtime.files import canonical_json, sha256_text
from trading_runtime.settings import ServiceSettings, Settings

TABLES = [f"{family}_features" for family in FAMILIES]


def redis_place(services: ServiceSettings) -> str:
    """Where Redis is, for a code version: `-<short hash of host, port and database>`, or nothing without Redis."""
    if services.redis_url is None:
        return ""
    parts = urlsplit(services.redis_url.get_secret_value())
    return "-" + settings_version(parts.hostname, parts.port, parts.path)


def open_configured(leadline: LeadlineResource) -> Any:
    """Feast's store of the home folder; on Redis under the universe's own name, because homes may share a server."""
    from feature_repo.store import open_store

    settings, redis = leadline.settings, leadline.settings.services.redis_url
    tables = leadline.lake.root / "features"
    if redis is None:
        return open_store(settings.paths.feast, tables)
    return open_store(settings.paths.feast, tables, redis.get_secret_value(), project=settings.model_name)


REDIS_PLACE = redis_place(Settings().services)


@dg.asset(
    group_name=GROUP,
    kinds={"feast", "duckdb"},
    owners=[OWNER],
    tags=TAGS,
    code_version=source_version("feature_store.yaml", "entities.py", "services.py", "views/*.py", "catalogue.py")
    + REDIS_PLACE,
    deps=TABLES,
)
def feature_store(leadline: LeadlineResource) -> dg.MaterializeResult:
    """Feast's registry: the entities instrument and market, one view a family and the service `policy_features`.

    What `feast apply` registers, from the declarations in feature_repo. Offline reads go through a point-in-time join on
    DuckDB that also filters on known-at. Used by the training frame and the online store.
    """
    from feature_repo.store import apply

    registered = apply(open_configured(leadline))
    schema = {f"{family}_features": [spec.name for spec in features_of(family)] for family in FAMILIES}
    lines = [f"- `{view}`: {', '.join(names)}" for view, names in schema.items()]
    return dg.MaterializeResult(
        metadata={
            "views": dg.MetadataValue.md("\n".join(lines)),
            "services": "policy_features",
            "registered": len(registered),
            "features": len(FEATURE_NAMES),
        },
        data_version=dg.DataVersion(sha256_text(canonical_json([registered, schema]))),
    )


@dg.asset(
    group_name=GROUP,
    kinds={"feast", "sqlite"},
    owners=[OWNER],
    tags=TAGS,
    code_version=source_version("store.py", "offline_store.py", "point_in_time.py") + REDIS_PLACE,
    deps=["feature_store", *TABLES],
    check_specs=[
        dg.AssetCheckSpec(
            "online_equals_offline",
            asset="online_features",
            description="What the online store answers is, value for value, the newest row of the feature tables.",
        )
    ],
)
def online_features(leadline: LeadlineResource) -> dg.MaterializeResult:
    """The newest feature values of every instrument in Feast's online store (SQLite; Redis when configured).

    Materialized up to the last bar, then read back. One row an instrument and view. For looking up current features by
    symbol; the runtime itself computes its own, bit by bit the same.
    """
    from feature_repo.transforms.macro import MARKET

    lake = leadline.lake
    store = open_configured(leadline)
    keys = lake.read("features", "trend_features", columns=["symbol", "event_time"])
    first, last = keys["event_time"].min(), keys["event_time"].max()
    symbols = sorted(keys["symbol"].unique())
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        store.materialize(start_date=(first - timedelta(days=1)).to_pydatetime(), end_date=last.to_pydatetime())
        service = store.get_feature_service("policy_features")
        rows = [{"symbol": symbol, "market": MARKET} for symbol in symbols]
        online = store.get_online_features(features=service, entity_rows=rows).to_df()
        # as of the last bar: an instrument that no longer trades keeps the features of its own last one, on both sides
        asked = pd.DataFrame({"symbol": symbols, "market": MARKET, "event_timestamp": last})
        offline = store.get_historical_features(entity_df=asked, features=service).to_df()
    left = online.set_index("symbol").loc[symbols, list(FEATURE_NAMES)].astype(float)
    right = offline.set_index("symbol").loc[symbols, list(FEATURE_NAMES)].astype(float)
    differing = left.columns[~((left == right) | (left.isna() & right.isna())).all().to_numpy()].tolist()
    return dg.MaterializeResult(
        metadata={
            "instruments": len(symbols),
            "features": len(FEATURE_NAMES),
            "last_bar": str(last),
            "preview": preview(left.reset_index().iloc[:, :8]),
        },
        data_version=dg.DataVersion(
            sha256_text(canonical_json([left.index.tolist(), left.astype(str).values.tolist()]))
        ),
        check_results=[
            dg.AssetCheckResult(
                check_name="online_equals_offline",
                passed=not differing,
                metadata={"values": int(left.size), "differing_features": ", ".join(differing) or "none"},
            )
        ],
    )
