"""The point-in-time join in DuckDB: for each asked row, the newest feature row that was known by then.

DuckDB's ASOF JOIN takes one inequality, but there are two conditions (event time and known-at time). A feature row can be
seen from the later of the two on. Ordered by that, a row whose event time lies before one seen earlier can never be the
newest again, so it is left out, and one inequality on the rest is exact: a late correction is seen only once it was known,
and a correction of an old period never hides a newer row.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

ROW = "__row"


@dataclass(frozen=True)
class Source:
    """One feature table to join: a Parquet path, its columns, and how they are named in the result."""

    path: str
    time: str
    known_at: str | None
    keys: dict[str, str]  # column in the table -> column in the asked rows
    features: dict[str, str]  # column in the table -> column in the result
    ttl_microseconds: int = 0  # 0: no limit


def connect() -> duckdb.DuckDBPyConnection:
    """An in-memory connection that speaks UTC."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def point_in_time_join(asked: pa.Table, time: str, sources: list[Source]) -> pa.Table:
    """The asked rows, in their order and with their duplicates, and beside them each source's features (null: unknown)."""
    with connect() as connection:
        connection.register("asked_rows", asked.append_column(ROW, pa.array(range(len(asked)), pa.int64())))
        connection.execute("CREATE TEMP TABLE asked AS SELECT * FROM asked_rows")
        joins, columns = [], [f"asked.{_name(column)}" for column in asked.column_names]
        for number, source in enumerate(sources):
            connection.execute(f"CREATE TEMP TABLE match_{number} AS {_match(source, time)}")
            wide = ", ".join(_name(column) for column in source.features)
            joins.append(
                f"LEFT JOIN match_{number} USING ({ROW}) LEFT JOIN "
                f"(SELECT file_row_number, {wide} FROM {_table(source)}) AS source_{number} "
                f"ON source_{number}.file_row_number = match_{number}.line"
            )
            columns += [f"source_{number}.{_name(old)} AS {_name(new)}" for old, new in source.features.items()]
        return connection.sql(
            f"SELECT {', '.join(columns)} FROM asked {' '.join(joins)} ORDER BY asked.{ROW}"
        ).to_arrow_table()


def _match(source: Source, time: str) -> str:
    """SQL for `row, line`: which line of the table answers which asked row."""
    keys = ", ".join(_name(key) for key in source.keys)
    event = _utc(source.time)
    known = _utc(source.known_at) if source.known_at else event
    on = " AND ".join(f"asked.{_name(right)} = seen.{_name(left)}" for left, right in source.keys.items())
    asked_time = f"asked.{_name(time)}::TIMESTAMPTZ"
    alive = (
        f"epoch_us({asked_time}) - epoch_us(seen.event) <= {source.ttl_microseconds}"
        if source.ttl_microseconds
        else "true"
    )
    return f"""
        WITH lines AS (
            SELECT {keys}, {event} AS event, {known} AS known, file_row_number AS line FROM {_table(source)}
        ), ordered AS (
            SELECT *, greatest(event, known) AS visible, max(event) OVER (
                PARTITION BY {keys} ORDER BY greatest(event, known), event, known, line
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS newest
            FROM lines
        ), seen AS (
            SELECT * FROM ordered WHERE event = newest
            QUALIFY row_number() OVER (PARTITION BY {keys}, visible ORDER BY event DESC, known DESC, line DESC) = 1
        )
        SELECT asked.{ROW}, seen.line FROM asked ASOF JOIN seen ON {on} AND {asked_time} >= seen.visible
        WHERE {alive}
    """


def latest_rows(source: Source, start: str, end: str) -> str:
    """SQL for each key's newest row between two times that was known by the second; columns keep their names."""
    keys = ", ".join(_name(key) for key in source.keys)
    known = _utc(source.known_at) if source.known_at else _utc(source.time)
    return (
        f"{all_rows(source, start, end)} AND {known} <= TIMESTAMPTZ {_text(end)} QUALIFY row_number() OVER "
        f"(PARTITION BY {keys} ORDER BY {_utc(source.time)} DESC, {known} DESC, file_row_number DESC) = 1"
    )


def all_rows(source: Source, start: str | None, end: str | None) -> str:
    """SQL for every row between two times, both included."""
    columns = [*source.keys, *source.features, source.time, *([source.known_at] if source.known_at else [])]
    event = _utc(source.time)
    bounds = ["true"]
    bounds += [f"{event} >= TIMESTAMPTZ {_text(start)}"] if start else []
    bounds += [f"{event} <= TIMESTAMPTZ {_text(end)}"] if end else []
    return f"SELECT {', '.join(map(_name, columns))} FROM {_table(source)} WHERE {' AND '.join(bounds)}"


def _table(source: Source) -> str:
    return f"read_parquet({_text(source.path)}, file_row_number = true)"


def _utc(column: str) -> str:
    return f"{_name(column)}::TIMESTAMPTZ"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
