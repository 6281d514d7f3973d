"""The facts of a version: one Parquet file a month, linked from the version before where equal.

A month is equal when its fingerprint is: of ``fct_cases`` what its rows are made of
(``int_month_inputs``), of the other facts a hash of the rows themselves. Columns, their types and
the version of DuckDB are part of every fingerprint, since they decide what a file looks like.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from grid_assessment.publishing.files import make_read_only
from grid_assessment.publishing.warehouse import Warehouse

LAYOUT = "1"
"""Number of the layout below; a new one makes every file anew."""

BY_INPUTS = "fct_cases"
"""The fact whose months are told apart by ``int_month_inputs``: hashing its rows takes too long."""

FactEntry = dict[str, Any]
"""Of a fact in the manifest: ``row_count`` and ``files`` (path, size, rows, fingerprint)."""


@dataclass(frozen=True)
class Column:
    """A column of a mart, with its comment."""

    name: str
    type: str
    comment: str | None


@dataclass(frozen=True)
class MonthFile:
    """A month of a fact as it is to be published; ``month`` is ``YYYY-MM-DD``."""

    fact: str
    month: str
    row_count: int
    fingerprint: str

    @property
    def path(self) -> Path:
        """The file inside its version; the folder's name lets a reader skip other months."""
        return Path("facts") / self.fact / f"assessment_month={self.month}" / "data.parquet"


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def name_quoted(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def is_fact(mart: str) -> bool:
    """Whether a mart is published by month."""
    return mart.startswith("fct_")


def month_inputs(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the fingerprint of what the case rows of each month are made of, by month."""
    rows = connection.execute(
        "select cast(assessment_month as varchar), fingerprint"
        " from private.intermediate.int_month_inputs where dataset = 'cases'"
        " and assessment_month is not null"
        " order by assessment_month"
    ).fetchall()
    return dict(rows)


def month_files(
    connection: duckdb.DuckDBPyConnection, fact: str, columns: list[Column]
) -> list[MonthFile]:
    """Return the months of a fact with their fingerprints, in order.

    Args:
        connection: with the private database attached as ``private``.
        fact: name of the mart.
        columns: its columns.
    """
    names = ", ".join(name_quoted(column.name) for column in columns)
    # The outer hash mixes: without it, values swapped between two rows could cancel out.
    row_hash = f"hash(hash({names}))"
    content = "''" if fact == BY_INPUTS else f"concat(bit_xor({row_hash}), ' ', sum({row_hash}))"
    rows = connection.execute(
        f"select cast(assessment_month as varchar), count(*), {content}"
        f" from private.marts.{name_quoted(fact)} group by 1 order by 1"
    ).fetchall()
    inputs = month_inputs(connection) if fact == BY_INPUTS else {}
    shape = [LAYOUT, duckdb.__version__, *(f"{column.name} {column.type}" for column in columns)]
    files = []
    for month, row_count, hashed in rows:
        # A month that int_month_inputs does not know equals nothing.
        made_of = (inputs.get(month) or os.urandom(16).hex()) if fact == BY_INPUTS else hashed
        text = "\n".join([*shape, str(row_count), made_of])
        files.append(MonthFile(fact, month, row_count, hashlib.sha256(text.encode()).hexdigest()))
    return files


def write_month_files(
    connection: duckdb.DuckDBPyConnection,
    files: list[MonthFile],
    folder: Path,
    linkable: Callable[[MonthFile], Path | None],
    written: Callable[[MonthFile], None],
) -> list[Path]:
    """Link or write the files of the facts; return those that were written.

    Args:
        connection: with the private database attached as ``private``.
        files: what to write.
        folder: the new version.
        linkable: returns the equal file of the version before, or None.
        written: called after each file.
    """
    new = []
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True)
        if not _linked(linkable(file), path):
            connection.execute(
                f"copy (select * from private.marts.{name_quoted(file.fact)}"
                f" where assessment_month = date {quoted(file.month)}) to {quoted(str(path))}"
                " (format parquet, parquet_version v1, compression zstd)"
            )
            make_read_only(path)
            new.append(path)
        written(file)
    return new


def linkable_files(
    connection: duckdb.DuckDBPyConnection, warehouse: Warehouse, manifest: dict[str, Any] | None
) -> Callable[[MonthFile], Path | None]:
    """Return what finds the equal, undamaged file of a version.

    Args:
        connection: reads the files' footers.
        warehouse: where the version is.
        manifest: of the version; None without one.
    """
    if manifest is None:
        return lambda file: None
    version = warehouse.published / manifest["build_id"]
    known = {
        (fact, month): entry
        for fact, told in manifest["facts"].items()
        for month, entry in told["files"].items()
    }

    def find(file: MonthFile) -> Path | None:
        entry = known.get((file.fact, file.month))
        if entry is None or entry["fingerprint"] != file.fingerprint:
            return None
        path: Path = version / entry["path"]
        if not path.is_file() or path.stat().st_size != entry["size"]:
            return None
        try:
            footer = connection.execute(
                "select num_rows from parquet_file_metadata(?)", [str(path)]
            ).fetchall()
        except duckdb.Error:
            return None
        return path if footer[0][0] == file.row_count else None

    return find


def fact_entries(files: list[MonthFile], facts: list[str], folder: Path) -> dict[str, FactEntry]:
    """Return what the manifest tells of the facts."""
    entries: dict[str, FactEntry] = {fact: {"row_count": 0, "files": {}} for fact in facts}
    for file in files:
        entry = entries[file.fact]
        entry["row_count"] += file.row_count
        entry["files"][file.month] = {
            "path": file.path.as_posix(),
            "size": (folder / file.path).stat().st_size,
            "row_count": file.row_count,
            "fingerprint": file.fingerprint,
        }
    return entries


def view_statements(
    fact: str, columns: list[Column], files: Sequence[MonthFile], version: Path
) -> Iterator[str]:
    """Yield what makes the view of a fact over its files, named one by one with absolute paths.

    A pattern would pass over a missing file in silence; a list does not.

    Args:
        fact: name of the mart.
        columns: its columns.
        files: its months.
        version: the folder that the version will have.
    """
    names = ", ".join(name_quoted(column.name) for column in columns)
    paths = [quoted(str(version / file.path)) for file in files if file.fact == fact]
    if paths:
        yield (
            f"create view {name_quoted(fact)} as select {names} from read_parquet("
            f"[{', '.join(paths)}], hive_partitioning = true,"
            " hive_types = {'assessment_month': date})"
        )
    else:
        yield (
            f"create table {name_quoted(fact)} as"
            f" select * from private.marts.{name_quoted(fact)} limit 0"
        )


def _linked(source: Path | None, path: Path) -> bool:
    if source is None:
        return False
    try:
        path.hardlink_to(source)
    except OSError:
        # A file system without links, or a file of another account: written anew.
        return False
    return True
