"""What dbt is told about this home: the variables that profiles.yml and the models read. Nothing else passes settings to dbt."""

from pathlib import Path

from trading_runtime.settings import Settings


def dbt_universe(settings: Settings) -> str:
    """Which bars are the tradable universe: `user` when the user brings bars, else `equity`."""
    return "equity" if settings.data.bars_dir is None else "user"


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment variables of every dbt invocation; paths are absolute."""
    return {
        "LEADLINE_DBT_LAKE": str(settings.paths.lake),
        "LEADLINE_DBT_MARTS": str(settings.paths.marts),
        "LEADLINE_DBT_WAREHOUSE": str(settings.paths.warehouse),
        "LEADLINE_DBT_UNIVERSE": dbt_universe(settings),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "true",
    }


def dbt_target(settings: Settings) -> Path:
    """dbt's working folder, one a universe: switching between them parses nothing again."""
    return settings.paths.dbt_target / dbt_universe(settings)
