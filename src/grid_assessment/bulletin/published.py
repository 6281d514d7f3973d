"""Which months and assessment groups the current published version can make a bulletin of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.ingest.lookup import reference_dir
from grid_assessment.project import project_dir
from grid_assessment.publishing.versions import DATABASE, current_version
from grid_assessment.publishing.warehouse import find_warehouse

_GROUPS = """
    select assessment_group_code
    from marts.bulletin_figures_monthly
    where assessment_month = ?
    group by assessment_group_code
    order by assessment_group_code
"""
_MONTHS = """
    select strftime(assessment_month, '%Y-%m') as month
    from marts.bulletin_figures_monthly
    group by month
    order by month
"""


@contextmanager
def open_current(raw_source: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the version that readers see now; it stays the same while it is open.

    Raises:
        GridError: there is none, or its database is damaged.
    """
    warehouse = find_warehouse(project_dir(), raw_source)
    version = current_version(warehouse)
    if version is None:
        raise GridError(f"{warehouse.published}: no version yet; run grid build")
    path = version.path / DATABASE
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise GridError(
            f"{path}: not readable ({error}); this version is damaged, use another (grid rollback)"
        ) from None
    with connection:
        yield connection


def groups_of_month(connection: duckdb.DuckDBPyConnection, month: date) -> list[str]:
    """Return the assessment groups with figures of a month.

    Raises:
        GridError: the month is not published.
    """
    groups = [row[0] for row in connection.execute(_GROUPS, [month]).fetchall()]
    if not groups:
        months = ", ".join(row[0] for row in connection.execute(_MONTHS).fetchall())
        raise GridError(f"month {month:%Y-%m} is not published; there are: {months or 'none yet'}")
    return groups


def city_pack(raw_source: str) -> Path:
    """Return the folder of the city pack that a build of the raw source reads."""
    if raw_source == "seed":
        return project_dir() / "seeds" / "reference"
    return reference_dir(None)
