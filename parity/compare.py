"""The marts of two warehouses, row by row and column by column."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from grid_assessment.publishing.month_files import name_quoted, quoted

SHOWN_ROWS = 3
"""Of the rows that only one engine has."""


@dataclass(frozen=True)
class Comparison:
    """What two engines made of one mart.

    ``duckdb_rows`` and ``spark_rows`` are counts of rows; ``only_duckdb`` and ``only_spark``
    count rows that the other has not, each as often as it stands there; ``examples`` are some of
    them as text; ``shape`` says how the columns differ, empty when they do not.
    """

    mart: str
    duckdb_rows: int
    spark_rows: int
    only_duckdb: int
    only_spark: int
    shape: str
    examples: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every row and every column is the same."""
        return not self.shape and self.only_duckdb == self.only_spark == 0


def compare_marts(database: Path, spark_marts: Path) -> list[Comparison]:
    """Compare every mart of a DuckDB database with the table of Spark of that name.

    Values are equal when they are not distinct: NULL is like NULL only, and a decimal, a date
    and a text like the same one; nothing is rounded and no type is converted.

    Args:
        database: the private database of a build.
        spark_marts: the folder of the schema `marts` in Spark's warehouse, a folder of Parquet
            files a table.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set preserve_insertion_order = false")
        marts = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
        ).fetchall()
        return [_compare(connection, mart, spark_marts / mart) for (mart,) in marts]


def _compare(connection: duckdb.DuckDBPyConnection, mart: str, folder: Path) -> Comparison:
    """Compare one mart with its folder of Parquet files."""
    ours = f"marts.{name_quoted(mart)}"
    if not any(folder.rglob("*.parquet")):
        count = _number(connection, f"select count(*) from {ours}")
        # A partitioned table without rows is a folder without files.
        shape = "" if folder.is_dir() else "no table on Spark"
        return Comparison(mart, count, 0, count, 0, shape, ())
    # The month of a partition stands in the name of its folder.
    months = ", hive_types = {'assessment_month': date}" if any(folder.glob("*=*")) else ""
    theirs = f"read_parquet({quoted(f'{folder}/**/*.parquet')}{months})"
    shape = _shape_difference(connection, ours, theirs)
    ours_count, theirs_count = (
        _number(connection, f"select count(*) from {rows}") for rows in (ours, theirs)
    )
    if shape:
        return Comparison(mart, ours_count, theirs_count, ours_count, theirs_count, shape, ())
    columns = ", ".join(name_quoted(name) for name in _columns(connection, ours))
    only_ours = f"(select {columns} from {ours} except all select {columns} from {theirs})"
    only_theirs = f"(select {columns} from {theirs} except all select {columns} from {ours})"
    examples = [
        f"only {engine}: {row}"
        for engine, rows in (("DuckDB", only_ours), ("Spark", only_theirs))
        for (row,) in connection.execute(
            f"select cast(differing as varchar) from {rows} as differing"
            f" order by 1 limit {SHOWN_ROWS}"
        ).fetchall()
    ]
    return Comparison(
        mart,
        ours_count,
        theirs_count,
        _number(connection, f"select count(*) from {only_ours}"),
        _number(connection, f"select count(*) from {only_theirs}"),
        "",
        tuple(examples),
    )


def _columns(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, str]:
    """Return name and type of the columns of a relation."""
    return {
        name: kind
        for name, kind, *_ in connection.execute(f"describe select * from {rows}").fetchall()
    }


def _shape_difference(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> str:
    """Say which columns are missing or of another type; empty when none are."""
    left, right = _columns(connection, ours), _columns(connection, theirs)
    return "; ".join(
        f"{name}: {left.get(name, 'missing')} on DuckDB, {right.get(name, 'missing')} on Spark"
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    )


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return the one number of a query."""
    ((number,),) = connection.execute(sql).fetchall()
    return int(number)
