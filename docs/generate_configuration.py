"""Writes docs/configuration.md from the settings: `python docs/generate_configuration.py`. A test keeps the page current."""

import sys
from pathlib import Path

from pydantic import BaseModel, SecretStr

from trading_runtime.settings import Settings

HEAD = """# Configuration

Every choice, its default and its meaning. Set one in the environment; command-line options win over it. `leadline doctor` prints the
effective values. This page is generated from `trading_runtime/settings.py`.

| variable | default | meaning |
|---|---|---|
"""


def rows(model: type[BaseModel], prefix: str = "LEADLINE_") -> list[str]:
    """One table row a setting, nested groups flattened."""
    found = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        variable = prefix + name.upper()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found += rows(kind, variable + "__")
            continue
        secret = " Secret." if "SecretStr" in str(kind) or kind is SecretStr else ""
        default = "not set" if field.default is None else f"`{field.default}`"
        found.append(f"| `{variable}` | {default} | {field.description}{secret} |")
    return found


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(rows(Settings)) + "\n"


if __name__ == "__main__":
    target = Path(__file__).parent / "configuration.md"
    target.write_text(page())
    sys.stdout.write(f"wrote {target.name}\n")
