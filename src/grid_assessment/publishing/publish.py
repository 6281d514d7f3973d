"""Write a version of the marts, make it durable, and switch readers to it in one step."""

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.private_database import private_database
from grid_assessment.publishing.clock import now_text
from grid_assessment.publishing.files import make_read_only, sync
from grid_assessment.publishing.mart_database import NewVersion, read_columns, write_mart_database
from grid_assessment.publishing.month_files import (
    LAYOUT,
    fact_entries,
    is_fact,
    linkable_files,
    month_files,
    month_inputs,
    name_quoted,
    quoted,
    write_month_files,
)
from grid_assessment.publishing.records import BuildRecord, write_record
from grid_assessment.publishing.versions import (
    BUILDING,
    DATABASE,
    MANIFEST,
    current_id,
    current_version,
    switch,
)
from grid_assessment.publishing.warehouse import Warehouse

PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "grid-assessment")

Told = Callable[[int, int], None]
"""Called with the number of files done and of all files."""


def note_months(warehouse: Warehouse, record: BuildRecord) -> None:
    """Note in a record which months are new, differ from the current version, or are gone.

    Raises:
        GridError: the private database is in use.
    """
    with private_database(warehouse.database) as connection:
        months = month_inputs(connection)
    previous = _previous_manifest(warehouse)
    before: dict[str, str] = previous["months"] if previous else {}
    rebuilt = [month[:7] for month in months if months[month] != before.get(month)]
    record.month_count = len(months)
    record.rebuilt_month_count = len(rebuilt)
    record.rebuilt_months = ",".join(rebuilt) or "none"
    removed = [month[:7] for month in before if month not in months]
    record.removed_months = ",".join(removed) or "none"


def publish(
    warehouse: Warehouse,
    marts: Sequence[str],
    record: BuildRecord,
    enter: Callable[[str], None],
    told: Told,
) -> None:
    """Publish the marts of the private database as a new version and make it current.

    The record ends as ``published``. Whatever fails before the switch leaves ``current`` as it was.

    Args:
        warehouse: under the lock.
        marts: names of the marts, tables of the schema ``marts``.
        record: of the running build; with ``is_full_refresh`` no file of an earlier version is
            used again.
        enter: called with the name of each phase as it begins.
        told: called as files are done.

    Raises:
        GridError: the version could not be written (2), or the private database is in use (3).
    """
    sealed = dataclasses.replace(record, status_code="published", finished_at=now_text())
    building = warehouse.published / f"{BUILDING}{record.build_id}"
    final = warehouse.published / record.build_id
    try:
        enter("write")
        new = _write(warehouse, marts, sealed, building, told)
        enter("fsync")
        for path in (*new, *_folders(building)):
            sync(path)
        enter("rename")
        building.rename(final)
        sync(warehouse.published)
        enter("switch")
        switch(warehouse, record.build_id)
    except (duckdb.Error, OSError) as error:
        raise _not_published(warehouse, error) from None
    finally:
        if current_id(warehouse) != record.build_id:
            shutil.rmtree(building, ignore_errors=True)
            shutil.rmtree(final, ignore_errors=True)
    record.end(sealed.status_code)
    record.finished_at = sealed.finished_at
    # Written again, and the failure told, when the build ends.
    with suppress(OSError):
        write_record(warehouse, record)


def _write(
    warehouse: Warehouse,
    marts: Sequence[str],
    sealed: BuildRecord,
    building: Path,
    told: Told,
) -> list[Path]:
    """Write the files of a version; return those that are new on the disk."""
    building.mkdir()
    previous = _previous_manifest(warehouse)
    facts = [mart for mart in marts if is_fact(mart)]
    tables = [mart for mart in marts if not is_fact(mart)]
    with private_database(warehouse.database) as connection:
        connection.execute(f"set temp_directory = {quoted(f'{warehouse.database}.tmp')}")
        columns = read_columns(connection, marts)
        files = [file for fact in facts for file in month_files(connection, fact, columns[fact])]
        done = 0

        def one_more(_: object) -> None:
            nonlocal done
            done += 1
            told(done, len(files) + len(tables))

        linked_from = None if sealed.is_full_refresh else previous
        linkable = linkable_files(connection, warehouse, linked_from)
        new = write_month_files(connection, files, building, linkable, one_more)
        entries = fact_entries(files, facts, building)
        final = warehouse.published / sealed.build_id
        with _at_final_path(building, final):
            version = NewVersion(building, final, columns, files, sealed)
            row_counts = write_mart_database(connection, version, one_more)
            _check_counts(
                building / DATABASE,
                row_counts | {fact: entry["row_count"] for fact, entry in entries.items()},
            )
        months = month_inputs(connection)
    make_read_only(building / DATABASE)
    manifest = {
        "build_id": sealed.build_id,
        "layout": LAYOUT,
        "raw_source": warehouse.raw_source,
        "previous_build_id": previous and previous["build_id"],
        "build": dataclasses.asdict(sealed),
        "versions": {package: package_version(package) for package in PACKAGES},
        "months": months,
        "tables": row_counts,
        "facts": entries,
        "files": {DATABASE: (building / DATABASE).stat().st_size}
        | {
            file["path"]: file["size"]
            for entry in entries.values()
            for file in entry["files"].values()
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (building / MANIFEST).write_text(text, encoding="utf-8")
    make_read_only(building / MANIFEST)
    return [*new, building / DATABASE, building / MANIFEST]


@contextmanager
def _at_final_path(building: Path, final: Path) -> Iterator[None]:
    """Let the final path lead to the folder for a moment: DuckDB binds a view as it creates it."""
    final.symlink_to(building.name)
    try:
        yield
    finally:
        final.unlink()


def _check_counts(database: Path, row_counts: dict[str, int]) -> None:
    """Open the version as a reader does, and count its rows: a linked file may be damaged."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for mart, expected in row_counts.items():
            try:
                rows = connection.execute(f"select count(*) from {name_quoted(mart)}").fetchall()
            except duckdb.Error as error:
                raise _damaged(mart, str(error)) from None
            if rows[0][0] != expected:
                raise _damaged(mart, f"{rows[0][0]} rows, expected {expected}")


def _damaged(mart: str, problem: str) -> GridError:
    return GridError(
        f"the new version does not read back, nothing was published: {mart}:"
        f" {' '.join(problem.split())}; a file of the current version is damaged:"
        " grid build --full-refresh writes every file anew"
    )


def _folders(building: Path) -> list[Path]:
    return [*(path for path in building.rglob("*") if path.is_dir()), building]


def _previous_manifest(warehouse: Warehouse) -> dict[str, Any] | None:
    """Return the manifest of the current version; None without one, or when it is damaged."""
    try:
        version = current_version(warehouse)
        return version.manifest() if version else None
    except GridError:
        return None


def _not_published(warehouse: Warehouse, error: Exception) -> GridError:
    problem = " ".join(str(error).split())
    return GridError(
        f"{warehouse.published}: the new version could not be written: {problem}; nothing was"
        f" published, current stays {current_id(warehouse) or 'empty'}; check disk space and rights"
        " of the folder, then build again"
    )
