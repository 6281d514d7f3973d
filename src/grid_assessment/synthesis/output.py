"""Writing deliveries: sample seeds as CSV, or a landing folder as typed Parquet."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.synthesis.awkward import Delivery

Values = tuple[str, ...]


def _rows(delivery: Delivery, columns: list[str]) -> Iterator[tuple[str, Values]]:
    """Yield (load_id, values) of a delivery: full load, rows beside it, correction."""
    full, correction = delivery.load_id("full"), delivery.load_id("correction")
    for values in zip(*(delivery.table[name] for name in columns), strict=True):
        yield full, values
    for load_id, rows in ((full, delivery.extra), (correction, delivery.correction)):
        for row in rows:
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


def _own_month(text: str, default: date) -> date:
    """Return the month of a date or timestamp text, or the delivery's where it is none."""
    try:
        return datetime.fromisoformat(text).date().replace(day=1)
    except ValueError:
        return default


def _typed_select(columns: dict[str, Any], has_unparsed: bool) -> str:
    """Return the select list: text cast to the contract's types, failures in ``unparsed``."""
    parts = [
        f'try_cast("{name}" as {column["type"]}) as "{name}"' for name, column in columns.items()
    ]
    if has_unparsed:
        cells = [
            f"case when {_fails(name, column)}"
            f""" then json_object('{name}', "{name}") else '{{}}' end"""
            for name, column in columns.items()
        ]
        parts.append(
            f"nullif(json_merge_patch({', '.join(cells)})::varchar, '{{}}')::json as unparsed"
        )
    return ", ".join(parts)


def _fails(name: str, column: dict[str, Any]) -> str:
    return f'("{name}" is not null and try_cast("{name}" as {column["type"]}) is null)'


def _write_parquet(path: Path, rows: list[Values], columns: dict[str, Any]) -> None:
    """Write one landing file: text to typed Parquet through DuckDB, renamed when complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        text = Path(folder) / "rows.csv"
        _write_csv(text, list(columns), rows)
        connection.execute("set threads = 1")
        names = ", ".join(f"'{name}': 'varchar'" for name in columns)
        connection.execute(
            "create table landed as from read_csv("
            f"?, header = true, delim = ',', quote = '\"', escape = '\"', "
            f"auto_detect = false, columns = {{{names}}})",
            [str(text)],
        )
        failing = " or ".join(_fails(name, column) for name, column in columns.items())
        found = connection.execute(f"select count(*) from landed where {failing}").fetchone()
        select = _typed_select(columns, has_unparsed=bool(found and found[0]))
        target = str(partial).replace("'", "''")
        connection.execute(f"copy (select {select} from landed) to '{target}' (format parquet)")
    partial.replace(path)


def write_landing(
    folder: Path, deliveries: Iterable[Delivery], contract: dict[str, Any]
) -> dict[str, int]:
    """Write ``<folder>/<dataset>/month=YYYY-MM/<load_id>.parquet``.

    A row lies in the folder of its own month.

    Returns:
        Rows written by dataset.

    """
    written = dict.fromkeys(contract, 0)
    for delivery in deliveries:
        definition = contract[delivery.dataset]
        columns: dict[str, Any] = definition["columns"]
        place = list(columns).index(definition["month_of"])
        files: dict[tuple[date, str], list[Values]] = {}
        for load_id, values in _rows(delivery, list(columns)):
            month = _own_month(values[place], delivery.month)
            files.setdefault((month, load_id), []).append(values)
        for (month, load_id), rows in files.items():
            target = folder / delivery.dataset / f"month={month:%Y-%m}" / f"{load_id}.parquet"
            _write_parquet(target, rows, columns)
            written[delivery.dataset] += len(rows)
    return written
