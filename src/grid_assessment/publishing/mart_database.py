"""``marts.duckdb`` of a version: small marts as tables, facts as views, with their comments.

They stand in the schema ``main``. DuckDB names a database by its file, ``marts``, so that
``marts.fct_cases`` means the same here and in the private database; a schema ``marts`` inside a
database ``marts`` would make every such name ambiguous.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from grid_assessment.publishing.month_files import (
    Column,
    MonthFile,
    is_fact,
    name_quoted,
    quoted,
    view_statements,
)
from grid_assessment.publishing.records import BuildRecord
from grid_assessment.publishing.versions import DATABASE

STORAGE_VERSION = "v1.0.0"
"""Clients from this version of DuckDB on can read the file."""

BUILDS = "builds"

_COLUMNS = """
    select table_name, column_name, data_type, comment
    from duckdb_columns()
    where database_name = 'private' and schema_name = 'marts'
    order by table_name, column_index
"""
_COMMENTS = """
    select table_name, comment from duckdb_tables()
    where database_name = 'private' and schema_name = 'marts'
    union all
    select view_name, comment from duckdb_views()
    where database_name = 'private' and schema_name = 'marts'
"""


def read_columns(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[str]
) -> dict[str, list[Column]]:
    """Return the marts of the private database with their columns in order."""
    columns: dict[str, list[Column]] = {mart: [] for mart in marts}
    for mart, *described in connection.execute(_COLUMNS).fetchall():
        if mart in columns:
            columns[mart].append(Column(*described))
    return columns


@dataclass(frozen=True)
class NewVersion:
    """A version as it is being written in the folder ``building``; it will be at ``final``.

    ``columns`` has the marts with their columns, ``files`` the months of the facts; ``record`` is
    that of its build as it will have ended.
    """

    building: Path
    final: Path
    columns: Mapping[str, list[Column]]
    files: Sequence[MonthFile]
    record: BuildRecord


def write_mart_database(
    connection: duckdb.DuckDBPyConnection,
    new: NewVersion,
    written: Callable[[str], None],
) -> dict[str, int]:
    """Write the database of a version.

    Args:
        connection: with the private database attached as ``private``.
        new: the version; ``final`` leads to its files.
        written: called with each table's name.

    Returns:
        The number of rows of each table.
    """
    path = quoted(str(new.building / DATABASE))
    connection.execute(f"attach {path} as new_version (storage_version '{STORAGE_VERSION}')")
    connection.execute("use new_version.main")
    # One transaction: hundreds of comments by themselves take seconds.
    connection.execute("begin")
    row_counts = {}
    for mart, mart_columns in new.columns.items():
        if is_fact(mart):
            for statement in view_statements(mart, mart_columns, new.files, new.final):
                connection.execute(statement)
        else:
            name = name_quoted(mart)
            connection.execute(
                f"create table {name} as select * from private.marts.{name} order by all"
            )
            if mart == BUILDS:
                _put_record(connection, new.record)
            counted = connection.execute(f"select count(*) from {name}").fetchall()
            row_counts[mart] = counted[0][0]
            written(mart)
    _comment(connection, new)
    connection.execute("commit")
    connection.execute("use memory.main")
    connection.execute("detach new_version")
    return row_counts


def _put_record(connection: duckdb.DuckDBPyConnection, record: BuildRecord) -> None:
    """Let ``builds`` say of this build what will be true once readers see it."""
    row = dataclasses.asdict(record) | {"is_current": True}
    connection.execute(f"delete from {BUILDS} where build_id = ?", [record.build_id])
    connection.execute(f"update {BUILDS} set is_current = false")
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {BUILDS} ({', '.join(row)}) values ({marks})", list(row.values())
    )


def _comment(connection: duckdb.DuckDBPyConnection, new: NewVersion) -> None:
    """Give the marts and their columns the comments that dbt gave them."""
    views = {file.fact for file in new.files}
    told = [
        (f"{'view' if mart in views else 'table'} {name_quoted(mart)}", comment)
        for mart, comment in connection.execute(_COMMENTS).fetchall()
        if mart in new.columns
    ]
    told += [
        (f"column {name_quoted(mart)}.{name_quoted(column.name)}", column.comment)
        for mart, columns in new.columns.items()
        for column in columns
    ]
    for what, comment in told:
        if comment:
            connection.execute(f"comment on {what} is {quoted(comment)}")
