"""MLflow's tracking and registry client: SQLite in the home folder, or a server. Reached quickly or refused in one line."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trading_runtime.errors import ConfigurationError
from trading_runtime.files import storage_errors
from trading_runtime.settings import Settings

EXPERIMENT = "leadline"
PROBE_SECONDS = 3.0
PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306, "mssql": 1433}
"""Databases too: left to itself, MLflow tries one that is not there again for 100 s."""

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""No telemetry, no words of MLflow's own on stdout, and no minutes of retries against a server that is not there."""


def tracking_uri(settings: Settings) -> str:
    """The configured server, or SQLite below the home folder."""
    return settings.services.mlflow_uri or f"sqlite:///{settings.paths.mlflow / 'mlflow.db'}"


def shown(uri: str) -> str:
    """An address for a message: without its password."""
    password = urlsplit(uri).password
    return uri.replace(f":{password}@", ":********@") if password else uri


def open_client(settings: Settings) -> Any:
    """An `MlflowClient`. Raises `ConfigurationError` naming the address if it cannot be reached, within seconds."""
    uri = tracking_uri(settings)
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    _probe(uri)
    from mlflow.tracking import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with mlflow_errors(settings):
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        _experiment(client, settings)
    return client


@contextmanager
def mlflow_errors(settings: Settings) -> Iterator[None]:
    """Turn MLflow's word on a store that cannot be used into one line that names the address."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError) as error:
        uri = tracking_uri(settings)
        first = str(error).splitlines()[0].replace(uri, shown(uri))
        raise ConfigurationError(
            f"MLflow at {shown(uri)} cannot be used ({first}): check LEADLINE_SERVICES__MLFLOW_URI"
        ) from None


def experiment_id(client: Any, settings: Settings) -> str:
    """The experiment that all runs belong to."""
    return _experiment(client, settings)


def _experiment(client: Any, settings: Settings) -> str:
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    embedded = settings.services.mlflow_uri is None
    location = (settings.paths.mlflow / "artifacts").as_uri() if embedded else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=location))


def _probe(uri: str) -> None:
    parts = urlsplit(uri)
    port = parts.port or PORTS.get(parts.scheme.partition("+")[0])
    if parts.hostname and port:
        try:
            socket.create_connection((parts.hostname, port), timeout=PROBE_SECONDS).close()
        except OSError as error:
            raise ConfigurationError(
                f"MLflow at {shown(uri)} is unreachable ({error.strerror or error}): start it, or unset LEADLINE_SERVICES__MLFLOW_URI"
            ) from None
    elif parts.scheme == "sqlite":
        folder = Path(uri.removeprefix("sqlite:///")).parent
        with storage_errors(folder):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, FileNotFoundError, NotADirectoryError):
                raise ConfigurationError(
                    f"MLflow at {shown(uri)} is unreachable: {folder} cannot be a folder: check LEADLINE_SERVICES__MLFLOW_URI"
                ) from None
