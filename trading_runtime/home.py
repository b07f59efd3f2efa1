"""The layout of the home folder: the one place that knows where things lie on disk."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """Paths below `root` (absolute). Nothing is created here; writers create what they write."""

    root: Path

    @property
    def lake(self) -> Path:
        """Parquet zones: raw, rejected, validated, marts, features, learning."""
        return self.root / "lake"

    def zone(self, zone: str) -> Path:
        """One zone of the lake."""
        return self.lake / zone

    @property
    def warehouse(self) -> Path:
        """DuckDB file that only dbt opens."""
        return self.root / "warehouse" / "leadline.duckdb"

    @property
    def dbt_target(self) -> Path:
        """dbt's compiled project and manifest."""
        return self.root / "warehouse" / "target"

    @property
    def marts(self) -> Path:
        """External Parquet marts that dbt writes and everybody else reads."""
        return self.zone("marts")

    @property
    def feast(self) -> Path:
        """Feast's registry and SQLite online store."""
        return self.root / "feast"

    @property
    def milvus(self) -> Path:
        """The milvus-lite file."""
        return self.root / "milvus" / "leadline.db"

    @property
    def mlflow(self) -> Path:
        """MLflow's SQLite file and artifacts."""
        return self.root / "mlflow"

    @property
    def registry(self) -> Path:
        """Champion and challenger pointers, one JSON file a model name, and the promotion log."""
        return self.root / "registry"

    def pointer(self, model_name: str) -> Path:
        """Pointer file of one registered model: aliases with version, digest and bundle folder."""
        return self.registry / f"{model_name}.json"

    def promotion_log(self, model_name: str) -> Path:
        """Append-only log of every change of `champion`, one JSON object a line."""
        return self.registry / f"{model_name}.promotions.jsonl"

    @property
    def sessions(self) -> Path:
        """One folder a trading session: journal, report, pictures."""
        return self.root / "sessions"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: instance settings, run history, event log."""
        return self.root / "dagster"
