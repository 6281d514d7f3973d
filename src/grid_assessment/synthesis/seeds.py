"""Writing deliveries as sample seeds: one CSV file a dataset."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from grid_assessment.errors import GridError
from grid_assessment.synthesis.awkward import Delivery

Values = tuple[str, ...]


def _rows(delivery: Delivery, columns: list[str]) -> Iterator[tuple[str, Values]]:
    """Yield (load_id, values) of a delivery: full load, rows beside it, correction."""
    full, correction = delivery.load_id("full"), delivery.load_id("correction")
    tables = [(full, table) for table in (delivery.table, *delivery.further)]
    for load_id, table in (*tables, *((correction, table) for table in delivery.late)):
        replaced = delivery.replaced if table is delivery.table else {}
        rows = zip(*(table[name].texts() for name in columns), strict=True)
        for place, values in enumerate(rows):
            row = replaced.get(place)
            yield load_id, values if row is None else tuple(row[name] for name in columns)
    for load_id, rows_beside in ((full, delivery.extra), (correction, delivery.correction)):
        for row in rows_beside:
            yield load_id, tuple(row[name] for name in columns)


def _write_csv(path: Path, header: list[str], rows: Iterable[Values]) -> None:
    """Write a CSV file under a temporary name and rename it."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    partial.replace(path)


def make_folder(folder: Path) -> None:
    """Create the output folder.

    Raises:
        GridError: it is a file, or cannot be created.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GridError(
            f"--out {folder}: {error.strerror}; name a folder that can be written"
        ) from error


def write_seeds(
    folder: Path, deliveries: list[Delivery], contract: dict[str, Any]
) -> dict[str, int]:
    """Write one CSV file a dataset, all months together, ``load_id`` first, all text.

    Returns:
        Rows written by dataset.

    """
    written = {}
    for dataset, definition in contract.items():
        columns = list(definition["columns"])
        rows = [
            (load_id, *values)
            for delivery in deliveries
            if delivery.dataset == dataset
            for load_id, values in _rows(delivery, columns)
        ]
        _write_csv(folder / f"{dataset}.csv", ["load_id", *columns], rows)
        written[dataset] = len(rows)
    return written
