"""Feast's offline store on DuckDB's ASOF JOIN: Feast's interface, thirty times its own stores' speed, and no look-ahead.

Unlike Feast's own stores it always filters on known-at (the source's `created_timestamp_column`) and keeps duplicate entity
rows. It reads; the lake's assets write.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from feast.data_source import DataSource
from feast.feature_view import FeatureView
from feast.infra.offline_stores.file_source import FileSource, SavedDatasetFileStorage
from feast.infra.offline_stores.offline_store import OfflineStore, RetrievalJob, RetrievalMetadata
from feast.infra.offline_stores.offline_utils import infer_event_timestamp_from_entity_df
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.repo_config import FeastConfigBaseModel, RepoConfig
from feast.saved_dataset import SavedDatasetStorage

from feature_repo.point_in_time import Source, all_rows, connect, latest_rows, point_in_time_join


class AsOfOfflineStoreConfig(FeastConfigBaseModel):
    """`lake` is the folder that relative source paths start from."""

    type: Literal["feature_repo.offline_store.AsOfOfflineStore"] = "feature_repo.offline_store.AsOfOfflineStore"
    lake: str = "."


class AsOfRetrievalJob(RetrievalJob):
    """A query that runs when its result is asked for."""

    def __init__(
        self,
        run: Callable[[], pa.Table],
        full_feature_names: bool = False,
        on_demand: list[OnDemandFeatureView] | None = None,
        metadata: RetrievalMetadata | None = None,
    ):
        self._run = run
        self._full_feature_names = full_feature_names
        self._on_demand = on_demand or []
        self._metadata = metadata

    @property
    def full_feature_names(self) -> bool:
        return self._full_feature_names

    @property
    def on_demand_feature_views(self) -> list[OnDemandFeatureView]:
        return self._on_demand

    @property
    def metadata(self) -> RetrievalMetadata | None:
        return self._metadata

    def _to_df_internal(self, timeout: int | None = None) -> pd.DataFrame:
        return self._run().to_pandas()

    def _to_arrow_internal(self, timeout: int | None = None) -> pa.Table:
        return self._run()

    def persist(
        self, storage: SavedDatasetStorage, allow_overwrite: bool | None = False, timeout: int | None = None
    ) -> None:
        """Write the result as one Parquet file."""
        if not isinstance(storage, SavedDatasetFileStorage):
            raise TypeError(f"only file storage is supported, got {type(storage).__name__}")
        path = Path(storage.file_options.uri)
        if path.exists() and not allow_overwrite:
            raise FileExistsError(f"{path} exists: pass allow_overwrite=True to replace it")
        pq.write_table(self.to_arrow(), path)


class AsOfOfflineStore(OfflineStore):
    """Reads Parquet file sources of the lake."""

    supports_filter_by_created_timestamp = True

    @staticmethod
    def get_historical_features(
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame | str | None,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = True,
        **kwargs: Any,
    ) -> RetrievalJob:
        """Features of each entity row as known at its event timestamp; rows keep their order and duplicates.

        `entity_df` is a frame, or a query that DuckDB runs. Known-at is always filtered on, whatever the flag says.
        """
        asked = _asked_rows(entity_df)
        schema = dict(zip(asked.column_names, asked.slice(0, 0).to_pandas().dtypes, strict=True))
        time = infer_event_timestamp_from_entity_df(schema)
        sources = [_view_source(config, view, feature_refs, full_feature_names) for view in feature_views]
        bounds = asked[time].to_pandas()
        return AsOfRetrievalJob(
            lambda: point_in_time_join(asked, time, sources),
            full_feature_names,
            OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry),
            RetrievalMetadata(feature_refs, [c for c in asked.column_names if c != time], bounds.min(), bounds.max()),
        )

    @staticmethod
    def pull_latest_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None,
        start_date: datetime,
        end_date: datetime,
    ) -> RetrievalJob:
        """Each entity's newest row between two times, known by the second: what goes to the online store."""
        source = _source(
            config, data_source, join_key_columns, feature_name_columns, timestamp_field, created_timestamp_column
        )
        query = latest_rows(source, _iso(start_date), _iso(end_date))
        return AsOfRetrievalJob(lambda: _query(query))

    @staticmethod
    def pull_all_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None = None,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> RetrievalJob:
        """Every row between two times."""
        source = _source(
            config, data_source, join_key_columns, feature_name_columns, timestamp_field, created_timestamp_column
        )
        query = all_rows(source, _iso(start_date) if start_date else None, _iso(end_date) if end_date else None)
        return AsOfRetrievalJob(lambda: _query(query))

    def validate_data_source(self, config: RepoConfig, data_source: DataSource) -> None:
        """Raises `FileNotFoundError` if the source's file is not in the lake."""
        path = Path(_path(config, data_source))
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: materialize the asset {path.parent.name} first")

    def get_table_column_names_and_types_from_data_source(
        self, config: RepoConfig, data_source: DataSource
    ) -> list[tuple[str, str]]:
        """Columns and Arrow types of the source's file."""
        return [(field.name, str(field.type)) for field in pq.read_schema(_path(config, data_source))]


def _asked_rows(entity_df: pd.DataFrame | str | None) -> pa.Table:
    if entity_df is None:
        raise ValueError("entity_df is needed: a frame of entity keys and event_timestamp, or a query for one")
    if isinstance(entity_df, str):
        return _query(entity_df)
    return pa.Table.from_pandas(entity_df, preserve_index=False).replace_schema_metadata(None)


def _view_source(config: RepoConfig, view: FeatureView, refs: list[str], full_names: bool) -> Source:
    if view.batch_source is None:
        raise ValueError(f"feature view {view.name} has no batch source")
    name = view.projection.name_to_use()
    wanted = [ref.split(":", 1)[1] for ref in refs if ref.split(":", 1)[0] == name]
    original = {new: old for old, new in (view.batch_source.field_mapping or {}).items()}
    keys = view.projection.join_key_map or {column.name: column.name for column in view.entity_columns}
    prefix = f"{view.projection.name_alias or view.name}__" if full_names else ""
    return Source(
        path=_path(config, view.batch_source),
        time=view.batch_source.timestamp_field,
        known_at=view.batch_source.created_timestamp_column or None,
        keys={original.get(column, column): asked for column, asked in keys.items()},
        features={original.get(feature, feature): prefix + feature for feature in wanted},
        ttl_microseconds=int(view.ttl.total_seconds() * 1_000_000) if view.ttl else 0,
    )


def _source(
    config: RepoConfig, source: DataSource, keys: list[str], features: list[str], time: str, known_at: str | None
) -> Source:
    return Source(_path(config, source), time, known_at or None, dict.fromkeys(keys, ""), dict.fromkeys(features, ""))


def _path(config: RepoConfig, source: DataSource) -> str:
    if not isinstance(source, FileSource):
        raise TypeError(f"{source.name} is a {type(source).__name__}; only Parquet file sources are supported")
    return str(Path(config.offline_store.lake) / source.path)


def _query(query: str) -> pa.Table:
    with connect() as connection:
        return connection.sql(query).to_arrow_table()


def _iso(time: datetime) -> str:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
