"""What the doctor says of servers, against real ones and real closed ports."""

import socket
from collections.abc import Iterator

import pytest

from orchestration.doctor import effective_values, require_services, services
from trading_runtime.errors import ConfigurationError
from trading_runtime.settings import Settings


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of something that accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that is held, so that nobody takes it, but that nothing listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


ADDRESSES = {
    "mlflow_uri": ("mlflow", "http://someone:hunter2@127.0.0.1:{}"),
    "milvus_uri": ("milvus", "http://127.0.0.1:{}"),
    "redis_url": ("online store", "redis://:hunter2@127.0.0.1:{}/15"),
    "dagster_postgres_url": ("dagster storage", "postgresql://postgres:hunter2@127.0.0.1:{}/test"),
    "ray_address": ("ray", "ray://127.0.0.1:{}"),
}


def found(name: str, address: str) -> tuple[str, str]:
    topic = ADDRESSES[name][0]
    finding = next(f for f in services(Settings(services={name: address})) if f.topic == topic)
    return finding.state, finding.words


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_server_that_answers_is_ok_and_one_that_does_not_is_a_fault_that_names_it(
    name: str, listening: int, closed: int
) -> None:
    address = ADDRESSES[name][1]
    assert found(name, address.format(listening)) == ("ok", f"127.0.0.1:{listening} answers")
    state, words = found(name, address.format(closed))
    assert state == "fault"
    assert f"127.0.0.1:{closed} does not answer" in words
    assert "hunter2" not in words


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("address", ["http://someone:hunter2@127.0.0.1:no/", "redis://:hunter2@", "nonsense://:1"])
def test_an_address_that_is_none_is_a_fault_and_no_traceback(name: str, address: str) -> None:
    state, words = found(name, address)
    assert state == "fault"
    assert "scheme://host:port" in words
    assert "hunter2" not in words


@pytest.mark.parametrize(
    ("name", "address", "port"),
    [
        ("mlflow_uri", "http://localhost", 80),
        ("milvus_uri", "http://localhost", 19530),
        ("redis_url", "rediss://localhost", 6379),
        ("dagster_postgres_url", "postgres://localhost/test", 5432),
        ("dagster_postgres_url", "postgresql+psycopg2://localhost/test", 5432),
        ("ray_address", "ray://localhost", 10001),
    ],
)
def test_an_address_without_a_port_is_tried_at_its_services_own(name: str, address: str, port: int) -> None:
    assert f"localhost:{port} " in found(name, address)[1]


def test_a_run_is_refused_in_one_line_before_any_work_when_a_server_does_not_answer(closed: int) -> None:
    with pytest.raises(ConfigurationError, match=rf"online store: 127\.0\.0\.1:{closed} does not answer"):
        require_services(Settings(services={"redis_url": f"redis://:hunter2@127.0.0.1:{closed}"}))


def test_no_secret_is_among_the_effective_values() -> None:
    every = {name: address.format(1) for name, (_, address) in ADDRESSES.items()}
    told = dict(effective_values(Settings(services=every | {"milvus_token": "hunter2"})))
    assert "hunter2" not in str(told)
    assert told["services.mlflow_uri"] == "http://someone:********@127.0.0.1:1"
