"""Raw rows from sample seeds or from landing files, each cell typed or marked unparsable."""

import csv
import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from .cells import as_text, parsed
from .contract import Column, Dataset, raw_contract


@dataclass(slots=True)
class LandedRow:
    """One raw row; ``cells`` are typed and in the contract's order."""

    dataset: Dataset
    load_id: str
    row_number: int
    folder_month: date | None
    cells: tuple[Any, ...]
    unparsable: dict[str, str]

    def __getitem__(self, column_name: str) -> Any:
        """Return the typed cell of a column."""
        return self.cells[self.dataset.positions[column_name]]

    def natural_key(self) -> tuple[Any, ...]:
        """Return the typed key."""
        return tuple(self[name] for name in self.dataset.key)

    def natural_key_text(self) -> str:
        """Return the key as the audit marts write it."""
        return "|".join(as_text(value) for value in self.natural_key())


def _check_columns(dataset: Dataset, found: set[str], path: Path) -> None:
    for column in dataset.columns:
        if not column.is_optional and column.name not in found:
            raise ValueError(f"{dataset.name}: {path.name} has no column {column.name}")


def _typed(text: str | None, column: Column, unparsable: dict[str, str]) -> Any:
    if not text:
        return None
    try:
        value = parsed(text, column.type_name)
    except ValueError:
        unparsable[column.name] = text
        return None
    return sys.intern(value) if isinstance(value, str) else value


def _seed_rows(dataset: Dataset, path: Path) -> list[LandedRow]:
    rows = []
    numbers: Counter[str] = Counter()
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        _check_columns(dataset, set(reader.fieldnames or ()), path)
        for record in reader:
            load_id = record["load_id"]
            numbers[load_id] += 1
            unparsable: dict[str, str] = {}
            cells = tuple(
                _typed(record.get(column.name), column, unparsable) for column in dataset.columns
            )
            rows.append(LandedRow(dataset, load_id, numbers[load_id], None, cells, unparsable))
    return rows


def read_seeds(folder: Path) -> dict[str, list[LandedRow]]:
    """Read the sample seeds of a folder; a dataset without a file is empty."""
    landed = {}
    for name, dataset in raw_contract().items():
        paths = [folder / f"{name}.csv", folder / f"raw_{name}.csv"]
        rows = [row for path in paths if path.is_file() for row in _seed_rows(dataset, path)]
        if dataset.must_have_rows and not rows:
            raise ValueError(f"{name}: no rows in {folder.name}")
        landed[name] = rows
    return landed


def _landing_rows(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path
) -> list[LandedRow]:
    folder_month = date.fromisoformat(path.parent.name.removeprefix("month=") + "-01")
    result = connection.execute(
        "select * from read_parquet(?, hive_partitioning = false)", [str(path)]
    )
    names = [description[0] for description in result.description or ()]
    records = result.fetchall()
    _check_columns(dataset, set(names), path)
    places = {name: place for place, name in enumerate(names)}
    wanted = [places.get(column.name) for column in dataset.columns]
    rows = []
    for number, record in enumerate(records, start=1):
        text = record[places["unparsed"]] if "unparsed" in places else None
        unparsable = json.loads(text) if text else {}
        cells = tuple(None if place is None else record[place] for place in wanted)
        rows.append(LandedRow(dataset, path.stem, number, folder_month, cells, unparsable))
    return rows


def read_landing(folder: Path) -> dict[str, list[LandedRow]]:
    """Read the Parquet files of a landing folder; a dataset without a file is empty."""
    landed = {}
    with duckdb.connect() as connection:
        for name, dataset in raw_contract().items():
            paths = sorted((folder / name).glob("month=*/*.parquet"))
            if dataset.must_have_rows and not paths:
                raise ValueError(f"{name}: no file in {folder.name}")
            landed[name] = [
                row for path in paths for row in _landing_rows(connection, dataset, path)
            ]
    return landed
