"""Where a warehouse keeps the files of one raw source."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from grid_assessment.errors import GridError

_GLOB_CHARACTERS = frozenset("*?[")
_ADDRESS_CHARACTERS = frozenset("?#")


@dataclass(frozen=True)
class Warehouse:
    """The files of one raw source; sample and production share none of them.

    ``folder`` is absolute: the views of a version name it.
    """

    folder: Path
    raw_source: str

    @property
    def database(self) -> Path:
        """The private database, which only dbt writes."""
        return self.folder / f"{self.raw_source}.duckdb"

    @property
    def published(self) -> Path:
        """The folder of the versions, with the link ``current``."""
        return self.folder / ("published" if self.raw_source == "landing" else "published-sample")

    @property
    def current(self) -> Path:
        """The link to the version that new readers open."""
        return self.published / "current"

    @property
    def records(self) -> Path:
        """The folder of the build records, read by the mart ``builds``."""
        return self.folder / "builds" / self.raw_source

    @property
    def target(self) -> Path:
        """The folder of dbt's artifacts of the latest build: two warehouses share none."""
        return self.folder / "target" / self.raw_source

    @property
    def lock_file(self) -> Path:
        """The file that a build or a rollback locks; its text tells who holds it."""
        return self.folder / f"{self.raw_source}.lock"

    @property
    def data_docs(self) -> Path:
        """The folder of the Data Docs of the latest build."""
        return self.folder / "data_docs" / self.raw_source


def find_warehouse(project: Path, raw_source: str) -> Warehouse:
    """Return the warehouse as dbt sees it: ``GRID_WAREHOUSE_DIR``, else ``warehouse``.

    A relative folder is one of the project.

    Args:
        project: the folder of ``dbt_project.yml``.
        raw_source: ``seed`` or ``landing``.

    Raises:
        GridError: DuckDB would read the path as a pattern, or dbt as an address.
    """
    named = os.environ.get("GRID_WAREHOUSE_DIR") or "warehouse"
    if _ADDRESS_CHARACTERS.intersection(named) or urlsplit(named).scheme:
        raise GridError(
            f"GRID_WAREHOUSE_DIR {named!r}: dbt reads ? and #, and a name before a colon, as parts"
            " of an address; give the folder another name"
        )
    folder = (project / named).absolute()
    found = "".join(sorted(_GLOB_CHARACTERS.intersection(str(folder))))
    if found:
        raise GridError(
            f"{folder}: DuckDB reads {found} in a path as a pattern; set GRID_WAREHOUSE_DIR to a"
            " folder without it"
        )
    return Warehouse(folder, raw_source)


def make_warehouse(project: Path, raw_source: str) -> Warehouse:
    """Return the warehouse, its folders made where they are missing.

    Args:
        project: the folder of ``dbt_project.yml``.
        raw_source: ``seed`` or ``landing``.

    Raises:
        GridError: a folder cannot be made.
    """
    warehouse = find_warehouse(project, raw_source)
    for folder in (warehouse.folder, warehouse.published, warehouse.records):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GridError(f"{folder}: {error.strerror}; set GRID_WAREHOUSE_DIR") from None
    return warehouse
