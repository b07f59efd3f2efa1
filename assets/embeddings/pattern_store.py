"""Pattern vectors in Milvus: kept equal to a table by idempotent upserts, searched strictly into the past. Knows nothing of Dagster."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.locks import exclusive
from feature_repo.transforms.patterns import DIMENSIONS
from trading_runtime.errors import ConfigurationError
from trading_runtime.files import storage_errors
from trading_runtime.settings import Settings

COLLECTION = "market_patterns_v1"
BATCH = 4000


@dataclass(frozen=True)
class Neighbour:
    """A past pattern: Euclidean `distance` from the query, 0 for the same vector."""

    symbol: str
    event_time: pd.Timestamp
    distance: float


@dataclass(frozen=True)
class Synced:
    """What one synchronization did, in rows."""

    written: int
    removed: int
    unchanged: int


def pattern_id(symbol: str, event_time_us: int) -> int:
    """Primary key of a pattern: 63 bits of the SHA-256 of symbol and time, the same in every run."""
    return int.from_bytes(hashlib.sha256(f"{symbol}|{event_time_us}".encode()).digest()[:8], "big") >> 1


def microseconds(times: "pd.Series[pd.Timestamp]") -> list[int]:
    """UTC stamps as whole microseconds since 1970."""
    return times.astype("datetime64[us, UTC]").astype("int64").tolist()


class PatternStore:
    """One collection of pattern vectors behind an open client. Use `open_patterns`."""

    def __init__(self, client: Any, collection: str = COLLECTION):
        self._client = client
        self._collection = collection
        if not client.has_collection(collection):
            self._create()
        client.load_collection(collection)

    def _create(self) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("symbol", DataType.VARCHAR, max_length=128)
        schema.add_field("event_time", DataType.INT64)
        schema.add_field("content", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=DIMENSIONS)
        index = self._client.prepare_index_params()
        # Exact search: at tens of thousands of vectors it costs milliseconds, and its answers do not depend on insertion order.
        index.add_index("vector", index_type="FLAT", metric_type="L2")
        self._client.create_collection(self._collection, schema=schema, index_params=index, consistency_level="Strong")

    def contents(self) -> dict[int, int]:
        """Primary key to content hash of everything stored."""
        # milvus-lite has no session timestamps, which the iterator warns of at every use; one process owns the folder anyway
        logging.getLogger("pymilvus.client.iterator.query_iterator").setLevel(logging.ERROR)
        iterator = self._client.query_iterator(
            self._collection, filter="id >= 0", output_fields=["id", "content"], batch_size=BATCH
        )
        found: dict[int, int] = {}
        try:
            while batch := iterator.next():
                found |= {row["id"]: row["content"] for row in batch}
        finally:
            iterator.close()
        return found

    def sync(self, patterns: pd.DataFrame) -> Synced:
        """Make the collection equal to `patterns` (`symbol, event_time, vector`): write what is new or changed, remove what is gone."""
        rows = [
            {"id": pattern_id(symbol, time), "symbol": symbol, "event_time": time, "vector": vector}
            for symbol, time, vector in zip(
                patterns["symbol"], microseconds(patterns["event_time"]), patterns["vector"], strict=True
            )
        ]
        for row in rows:
            digest = hashlib.sha256(np.asarray(row["vector"], dtype=np.float32).tobytes()).digest()
            row["content"] = int.from_bytes(digest[:8], "big") >> 1
        stored = self.contents()
        changed = [row for row in rows if stored.get(row["id"]) != row["content"]]
        gone = sorted(stored.keys() - {row["id"] for row in rows})
        for start in range(0, len(gone), BATCH):
            self._client.delete(self._collection, ids=gone[start : start + BATCH])
        for start in range(0, len(changed), BATCH):
            self._client.upsert(self._collection, changed[start : start + BATCH])
        if gone or changed:
            self._client.flush(self._collection)
        return Synced(len(changed), len(gone), len(rows) - len(changed))

    def search(self, vectors: NDArray[np.float32], before: pd.Timestamp, k: int) -> list[list[Neighbour]]:
        """The `k` nearest patterns of each row of `vectors` whose time is strictly before `before`, nearest first."""
        stamp = before.tz_convert("UTC").value // 1000
        found = self._client.search(
            self._collection,
            data=[np.asarray(vector, dtype=np.float32) for vector in vectors],
            anns_field="vector",
            filter=f"event_time < {stamp}",
            limit=k,
            output_fields=["symbol", "event_time"],
        )
        return [[_neighbour(hit) for hit in hits] for hits in found]


def _neighbour(hit: Any) -> Neighbour:
    entity = hit["entity"]
    time = pd.Timestamp(entity["event_time"], unit="us", tz="UTC")
    return Neighbour(entity["symbol"], time, float(np.sqrt(max(hit["distance"], 0.0))))


def similar_patterns(store: PatternStore, vector: Sequence[float], before: pd.Timestamp, k: int) -> list[Neighbour]:
    """The `k` patterns most like `vector` that were complete strictly before `before`: a decision never sees its own bar or a later one."""
    if k < 1:
        raise ValueError(f"k must be positive, got {k}")
    if before.tzinfo is None:
        raise ValueError(f"before must have a time zone, got {before}")
    return store.search(np.asarray([vector], dtype=np.float32), before, k)[0]


@contextmanager
def open_patterns(settings: Settings) -> Iterator[PatternStore]:
    """The pattern store of these settings: a Milvus server if one is configured, else the milvus-lite folder of the home.

    milvus-lite belongs to one process at a time; a second one gets a `ConfigurationError` that says so. On leaving, the
    embedded server is stopped and its folder free.
    """
    if settings.services.milvus_uri is not None:
        token = settings.services.milvus_token
        yield from _opened(settings.services.milvus_uri, token.get_secret_value() if token else "")
        return
    path = settings.paths.milvus
    busy = f"{path} is in use by another Leadline process: wait for it to end, or set LEADLINE_SERVICES__MILVUS_URI to a server"
    with exclusive(path.with_suffix(".lock"), busy):
        try:
            with storage_errors(path):
                yield from _opened(str(path), "")
        finally:
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(str(path))


def _opened(uri: str, token: str) -> Iterator[PatternStore]:
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    try:
        client = MilvusClient(uri=uri, token=token)
    except MilvusException as error:
        raise ConfigurationError(
            f"cannot open Milvus at {uri} ({' '.join(str(error.message).split())}): check LEADLINE_SERVICES__MILVUS_URI"
        ) from None
    try:
        yield PatternStore(client)
    finally:
        client.close()
