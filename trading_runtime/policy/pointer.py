"""The pointer file: which bundle each alias names. Written atomically by promotion, read by the runtime without mlflow."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from trading_runtime.errors import ConfigurationError
from trading_runtime.files import write_json


class PointerEntry(BaseModel):
    """One registered version: `path` is the bundle folder, relative to the home folder; `run_id` its MLflow run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    digest: str
    path: str
    run_id: str


class Pointers(BaseModel):
    """Aliases of one registered model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    champion: PointerEntry | None = None
    challenger: PointerEntry | None = None


def read_pointers(path: Path) -> Pointers:
    """Read a pointer file. Raises `ConfigurationError` if there is none yet or it is damaged."""
    try:
        return Pointers.model_validate(json.loads(path.read_text()))
    except FileNotFoundError:
        raise ConfigurationError(f"no approved policy yet ({path} does not exist): run `leadline run` first") from None
    except (json.JSONDecodeError, UnicodeDecodeError, ValidationError):
        raise ConfigurationError(f"{path} is damaged: run `leadline models rollback` to write it again") from None


def write_pointers(path: Path, pointers: Pointers) -> None:
    """Replace the pointer file atomically."""
    write_json(path, pointers.model_dump(mode="json"))
