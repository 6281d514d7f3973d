"""Value maps that are read from a reference file instead of being copied into a mapping."""

import csv
import os
from pathlib import Path

from grid_assessment.errors import GridError
from grid_assessment.ingest.text import listed, quoted, shown
from grid_assessment.project import project_dir

# Joins the cells of a composite lookup key; no cell holds it, for cells are stripped of it.
KEY_SEPARATOR = "\x1f"


def reference_dir(given: Path | None) -> Path:
    """Return the folder of the reference files: given, GRID_REFERENCE_DIR or the project's own."""
    if given is not None:
        return given
    named = os.environ.get("GRID_REFERENCE_DIR")
    return Path(named) if named else project_dir() / "seeds" / "reference"


def read_lookup(
    mapping: Path, file: str, keys: list[str], target: str, reference: Path | None
) -> dict[str, str | None]:
    """Return a value map from a CSV file.

    Args:
        mapping: the mapping file, for messages and for paths relative to it.
        file: ``reference:<name>`` for a file of the reference folder, else a path.
        keys: the columns to look up by; their cells are joined by KEY_SEPARATOR.
        target: the column to return.
        reference: see reference_dir.

    Raises:
        GridError: no such file or column, or one key with two different targets.
    """
    scheme, _, name = file.partition(":")
    path = mapping.parent / file
    if scheme == "reference":
        path = reference_dir(reference) / f"{name}.csv"
    found: dict[str, str | None] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            header = rows.fieldnames or []
            lacking = [column for column in (*keys, target) if column not in header]
            if lacking:
                raise GridError(f"{shown(path)}: no column {listed(lacking)}, which"
                                f" {shown(mapping)} looks up")  # fmt: skip
            for row in rows:
                key = KEY_SEPARATOR.join((row[column] or "").strip() for column in keys)
                value = (row[target] or "").strip()
                if key and value and found.setdefault(key, value) != value:
                    raise GridError(
                        f"{shown(path)}: line {rows.line_num}: {quoted(key)} has two values of"
                        f" {target}; {shown(mapping)} must look up by more columns"
                    )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GridError(f"{shown(path)}: the lookup of {shown(mapping)} cannot be read:"
                        f" {shown(error)}") from None  # fmt: skip
    return found
