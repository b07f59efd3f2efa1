"""SQL models over the lake. This package only says where the dbt project lies; nothing else may spell that path."""

from pathlib import Path

PROJECT_DIR = Path(__file__).parent
