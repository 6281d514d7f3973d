"""Reading the private database, which a build of plain dbt may hold at any time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from grid_assessment.errors import ExitCode, GridError


@contextmanager
def private_database(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private database for reading, as the catalog ``private``, which is in use.

    Raises:
        GridError: another process writes it (exit code 3), or it cannot be read (2).
    """
    with duckdb.connect() as connection:
        path = str(database).replace("'", "''")
        try:
            connection.execute(f"attach '{path}' as private (read_only)")
        except duckdb.Error as error:
            if is_in_use(str(error)):
                raise in_use_error() from None
            problem = " ".join(str(error).split())
            raise GridError(f"{database}: cannot be read: {problem}; build it anew") from None
        connection.execute("use private.main")
        yield connection


def is_in_use(message: str) -> bool:
    """Whether DuckDB says with this that another process holds the database."""
    return "Could not set lock on file" in message


def in_use_error() -> GridError:
    """Return the error of a database that another process holds."""
    return GridError(
        "the database is in use by another process; end it or wait, then build again",
        ExitCode.LOCKED,
    )
