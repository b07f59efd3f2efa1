"""Which yearly partitions of the raw tables are out of date. Asked before every run, so it imports no dagster and writes nothing."""

from assets.lake import Lake
from assets.market_data.sources.base import BarSource
from assets.market_data.sources.registry import BUNDLED, source_of
from assets.market_data.tables import TABLES
from assets.market_data.years import fingerprint, split_by_year
from trading_runtime.settings import Settings


def stale_tables(settings: Settings, lake: Lake) -> dict[str, list[str]]:
    """Raw table to the years in which `lake` differs from its source, sorted; tables that stand are left out.

    The user's bars: years whose content was changed, added or removed, and the year after one whose last bars changed, because its
    validation looks back at them. Bundled sources: years that were never ingested, or from another version of the package.
    Raises UserDataError for a folder that cannot be read.
    """
    stale = {source.table: stale_bundled(source, lake) for source in BUNDLED}
    stale["user_bars"] = stale_user(source_of("user_bars", settings), lake)
    return {table: years for table, years in stale.items() if years}


def partition_versions(source: BarSource) -> dict[str, dict[str, str]]:
    """Year to {content, tail}: hashes of what an ingest of `source` would write (see years.fingerprint)."""
    key = TABLES[source.table].key
    return {year: fingerprint(rows, key) for year, rows in split_by_year(source.read(), key).items()}


def stale_user(source: BarSource, lake: Lake) -> list[str]:
    """Years of the user's bars whose content differs from the lake's."""
    wanted, held = partition_versions(source), lake.manifest("raw", source.table)
    changed = {
        year for year in wanted.keys() | held.keys() if _part(wanted, year, "content") != _part(held, year, "content")
    }
    ends = {year for year in changed if _part(wanted, year, "tail") != _part(held, year, "tail")}
    after = {str(int(year) + 1) for year in ends}
    return sorted(changed | (after & wanted.keys()))


def stale_bundled(source: BarSource, lake: Lake) -> list[str]:
    """Years of a bundled source that the lake lacks or holds from another version of the package."""
    held = lake.manifest("raw", source.table)
    if held and all(entry.get("origin") == source.origin for entry in held.values()) and _complete(held):
        return []
    years = split_by_year(source.read(), TABLES[source.table].key)
    return sorted(
        {year for year in years if held.get(year, {}).get("origin") != source.origin} | (held.keys() - years.keys())
    )


def _complete(held: dict[str, dict]) -> bool:
    """Whether every year that the source had when a partition was written is held (each entry names them)."""
    return all(set(entry.get("source_years", ["?"])) == held.keys() for entry in held.values())


def _part(versions: dict[str, dict], year: str, name: str) -> str | None:
    return versions.get(year, {}).get(name)
