"""Whether the landing folder can be read as a whole, and which file of it is damaged.

DuckDB passes over a folder that it may not list as if it were empty: a dataset would vanish from
the marts without a word.
"""

import os
from pathlib import Path

import duckdb

from grid_assessment.errors import ExitCode, GridError


def landing_dir(project: Path) -> Path:
    """Return the landing folder as dbt sees it: ``GRID_LANDING_DIR``, else ``data/landing``."""
    return project / (os.environ.get("GRID_LANDING_DIR") or "data/landing")


def check_readable(landing: Path) -> None:
    """Check that every folder and Parquet file of the landing folder can be read.

    A landing folder that is not there is left to dbt, which tells what it looked for; a folder with
    a leading dot is an ingest at work and no delivery yet.

    Raises:
        GridError: one cannot.
    """
    for folder, folders, names in os.walk(landing, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder, name)
            if path.suffix == ".parquet" and not os.access(path, os.R_OK) and path.exists():
                raise _unreadable(str(path), "Permission denied")


def blamed(landing: Path, error: GridError) -> GridError:
    """Return the error of a dbt that failed, with the damaged landing file where that is why.

    DuckDB names a file whose pages it cannot read, but not always one with a broken footer.
    """
    message = str(error)
    if error.exit_code == ExitCode.LOCKED:
        return error
    if "Invalid Input Error" in message and ".parquet" in message:
        return _damaged(message)
    with duckdb.connect() as connection:
        for path in sorted(landing.glob("*/month=*/*.parquet")):
            try:
                connection.execute("select count(*) from parquet_file_metadata(?)", [str(path)])
            except duckdb.Error as problem:
                return _damaged(f"{path}: its footer cannot be read: {problem}")
    return error


def _damaged(message: str) -> GridError:
    text = " ".join(message.split())
    return GridError(f"{text}; this file is damaged: land its delivery again, or withdraw it")


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise _unreadable(str(error.filename), str(error.strerror))


def _unreadable(path: str, problem: str) -> GridError:
    return GridError(
        f"{path}: {problem}; the build reads the whole landing folder: give its account the right"
        " to read this, or withdraw it"
    )
