"""Dagster's instance on a real PostgreSQL: chosen by LEADLINE_SERVICES__DAGSTER_POSTGRES_URL alone."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dagster as dg
import psycopg2
import pytest

from orchestration.environment import prepare
from orchestration.staleness import Staleness
from trading_runtime.settings import Settings

ADDRESS = os.environ.get("LEADLINE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")
PASSWORD = "hunter2,%2F"


def ask(url: str, statement: str) -> list[Any]:
    """Run one statement in a connection of its own and return its rows."""
    connection = psycopg2.connect(url, connect_timeout=3)
    connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a database of this test's own, dropped at the end."""
    name = f"leadline_test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    try:
        ask(ADDRESS, f"CREATE DATABASE {name}")
    except psycopg2.OperationalError as error:
        first = str(error).splitlines()[0]
        pytest.skip(f"no PostgreSQL ({first}): start one, or set LEADLINE_TEST_POSTGRES_URL")
    yield urlunsplit(urlsplit(ADDRESS)._replace(path=f"/{name}"))
    ask(ADDRESS, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def with_password(url: str) -> str:
    """The address with a password, which a server that trusts its host does not ask for; a real one is kept."""
    parts = urlsplit(url)
    if parts.password:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or 'postgres'}:{PASSWORD}@{host}"))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> Settings:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADLINE_SERVICES__DAGSTER_POSTGRES_URL", with_password(database))
    for name in ("DAGSTER_HOME", "DAGSTER_POSTGRES_URL"):
        monkeypatch.setenv(name, "")  # prepare sets them; this puts them back afterwards
    made = Settings()
    prepare(made)
    return made


@dg.asset(code_version="1", group_name="small")
def source_table() -> dg.MaterializeResult:
    return dg.MaterializeResult(data_version=dg.DataVersion("a"))


@dg.asset_check(asset="source_table", blocking=True)
def holds() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


@dg.asset(deps=["source_table"], code_version="1", group_name="small")
def next_table() -> dg.MaterializeResult:
    return dg.MaterializeResult(data_version=dg.DataVersion("b"))


DEFS = dg.Definitions(assets=[source_table, next_table], asset_checks=[holds], jobs=[dg.define_asset_job("small_job")])


def test_a_run_stands_in_postgresql_and_staleness_is_read_from_it(settings: Settings, database: str) -> None:
    graph = DEFS.resolve_asset_graph()
    with dg.DagsterInstance.get() as instance:
        assert list(Staleness(instance, graph).stale(["small"])) == [
            dg.AssetKey("source_table"),
            dg.AssetKey("next_table"),
        ]
        assert DEFS.resolve_job_def("small_job").execute_in_process(instance=instance).success
    with dg.DagsterInstance.get() as instance:
        assert Staleness(instance, graph).stale(["small"]) == {}
        assert Staleness(instance, graph).check_counts() == {"passed": 1, "warned": 0, "failed": 0}
        instance.report_runless_asset_event(
            dg.AssetMaterialization("source_table", tags={"dagster/data_version": "other", "dagster/code_version": "1"})
        )
        reasons = Staleness(instance, graph).stale(["small"])
        assert reasons[dg.AssetKey("next_table")] == ["source_table changed"]
    assert ask(database, "SELECT pipeline_name, status FROM runs") == [("small_job", "SUCCESS")]
    keys = [row[0] for row in ask(database, "SELECT asset_key FROM asset_keys ORDER BY asset_key")]
    assert keys == ['["next_table"]', '["source_table"]']
    assert list(settings.paths.root.rglob("*.db")) == [], "nothing of the instance stays in SQLite"


def test_the_password_is_in_no_file_of_the_home_folder(settings: Settings) -> None:
    text = (settings.paths.dagster / "dagster.yaml").read_text()
    assert "postgres" in text
    secret = urlsplit(os.environ["LEADLINE_SERVICES__DAGSTER_POSTGRES_URL"]).password
    assert secret
    with dg.DagsterInstance.get() as instance:
        assert DEFS.resolve_job_def("small_job").execute_in_process(instance=instance).success
    holding = [
        path for path in settings.paths.root.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
    ]
    assert holding == []


def test_without_the_setting_the_instance_is_sqlite_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADLINE_SERVICES__DAGSTER_POSTGRES_URL")
    prepare(Settings())
    assert "postgres" not in (settings.paths.dagster / "dagster.yaml").read_text()
    with dg.DagsterInstance.get() as instance:
        assert instance.get_runs() == []
    assert list(settings.paths.dagster.rglob("runs.db"))


def test_the_short_scheme_that_hosts_hand_out_works_too(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LEADLINE_SERVICES__DAGSTER_POSTGRES_URL", database.replace("postgresql://", "postgres://"))
    for name in ("DAGSTER_HOME", "DAGSTER_POSTGRES_URL"):
        monkeypatch.setenv(name, "")
    prepare(Settings())
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.get_runs(), list)
