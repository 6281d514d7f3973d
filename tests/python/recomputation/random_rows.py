"""Small random landing folders by the contract: good rows, versions, duplicates, bad rows."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from .contract import Column, Dataset, raw_contract
from .random_reference import random_months, write_random_reference
from .random_values import RowMaker, Values
from .reference import next_month, read_reference

LOADS = ("2021-09-05", "2021-10-05", "9", "10", "B", "b", "a-1")
# What a second row of the same load changes to be in conflict.
CONFLICTING_COLUMN = {
    "cases": "rework_count",
    "omission_checks": "is_omitted",
    "patrols": "completed_pass_count",
    "satellite_findings": "area_m2",
    "whistles": "answered_at",
    "indicator_assessments": "awarded_score",
    "indicator_deductions": "reason",
}
ROWS_PER_DISTRICT = {
    "cases": (5, 45),
    "omission_checks": (0, 12),
    "patrols": (0, 10),
    "satellite_findings": (0, 4),
    "whistles": (0, 6),
}


@dataclass
class Landing:
    """One row and the file in which it lands."""

    dataset: Dataset
    load_id: str
    folder_month: date
    values: Values
    unparsed: dict[str, str] = field(default_factory=dict)

    def changed(self, **values: Any) -> "Landing":
        """Return a copy of its own with other values."""
        return replace(self, values={**self.values, **values}, unparsed=dict(self.unparsed))


def _good_rows(maker: RowMaker, months: list[date], loads: list[str]) -> list[Landing]:
    rng, contract = maker.rng, raw_contract()
    makers = {
        "cases": maker.case,
        "omission_checks": maker.omission_check,
        "patrols": maker.patrol,
        "satellite_findings": maker.satellite_finding,
        "whistles": maker.whistle,
    }
    rows: list[Landing] = []

    def land(name: str, month: date, values: Values) -> None:
        rows.append(Landing(contract[name], rng.choice(loads), month, values))

    # The month after the last has rows of the small datasets but no case: it does not exist.
    for month in [*months, next_month(months[-1])]:
        for district in maker.reference.districts:
            for name, (least, most) in ROWS_PER_DISTRICT.items():
                if name == "cases" and month not in months:
                    continue
                for _ in range(rng.randint(least, most)):
                    land(name, month, makers[name](month, district))
            for award in maker.awards(month, district):
                land("indicator_assessments", month, award)
                for deduction in maker.deductions(award):
                    land("indicator_deductions", month, deduction)
    return rows


def _twins(rows: list[Landing], first: str, second: str) -> list[Landing]:
    """Give the second district the rows of the first, so that their totals tie."""
    twins = []
    for row in rows:
        if row.values["district_code"] == second:
            continue
        twins.append(row)
        if row.values["district_code"] == first:
            key = row.dataset.key[0]
            own = (
                {} if key in {"district_code", "assessment_month"} else {key: f"{row.values[key]}t"}
            )
            twins.append(row.changed(district_code=second, **own))
    return twins


def _later_versions(rng: random.Random, rows: list[Landing], loads: list[str]) -> list[Landing]:
    """Return newer versions, stale ones, equal ones of another load and plain duplicates."""
    versions = []
    for row in rows:
        if rng.random() > 0.12:
            continue
        changed = row.changed()
        if rng.random() < 0.7:
            changed.load_id = rng.choice(loads)
        if changed.load_id == row.load_id:
            versions.extend([changed] * rng.randint(1, 2))
            continue
        column = CONFLICTING_COLUMN[row.dataset.name]
        changed.values[column] = _other_value(row, column)
        if row.dataset.name == "cases":
            hours = timedelta(hours=rng.choice([-3, 0, 0, 5]))
            changed.values["updated_at"] = row.values["updated_at"] + hours
        versions.append(changed)
    return versions


def _other_value(row: Landing, column: str) -> Any:
    value = row.values[column]
    if column == "answered_at":
        return row.values["blown_at"] + timedelta(seconds=7) if value is None else None
    if column == "is_omitted":
        return not value
    if column == "awarded_score":
        return value - Decimal("0.01") if value else value + Decimal("0.01")
    if column == "reason":
        return f"{value}。"
    return (value or 0) + 1


def _bad_cell(rng: random.Random, row: Landing, column: Column) -> Landing | None:
    """Spoil one cell in a way that its column allows, or return None."""
    kinds = []
    if not (column.is_optional or column.is_nullable):
        kinds.append("missing")
    if column.type_name != "varchar":
        kinds.append("unparsable")
    if column.codes or column.reference:
        kinds.append("unknown")
    if column.minimum is not None:
        kinds.append("low")
    if not kinds:
        return None
    kind = rng.choice(kinds)
    if kind == "unknown":
        return row.changed(**{column.name: "unheard_of"})
    if kind == "low" and column.minimum is not None:
        return row.changed(**{column.name: column.minimum - 1})
    bad = row.changed(**{column.name: None})
    if kind == "unparsable":
        bad.unparsed[column.name] = "31/02/2021"
    return bad


def _bad_case(rng: random.Random, row: Landing, months: list[date]) -> Landing:
    registered_at: datetime = row.values["registered_at"]
    before = registered_at - timedelta(seconds=rng.choice([1, 90000]))
    month = rng.choice(months)
    moved_at = registered_at.replace(year=month.year, month=month.month, day=2)
    spoilt: list[Values] = [
        {"closed_at": before},
        {"handled_at": before},
        {"closed_at": before, "handled_at": before, "base_case_count": 0},
        {"platform_code": "municipal", "dispatch_target_code": None},
        {"platform_code": "municipal", "dispatch_target_code": "moon"},
        {"platform_code": "district", "dispatch_target_code": "moon"},
        {"platform_code": "moon", "dispatch_target_code": None},
        # The same case in another month, in that month's folder.
        {"registered_at": moved_at, "closed_at": None, "handled_at": None},
        {"registered_at": moved_at, "closed_at": None, "handled_at": None},
    ]
    bad = row.changed(**rng.choice(spoilt))
    if bad.values["registered_at"] == moved_at:
        bad.folder_month = month
        hours = timedelta(hours=rng.choice([-2000, 2000]))
        bad.values["updated_at"] = row.values["updated_at"] + hours
    else:
        bad.values["case_id"] += "x"
    return bad


def _bad_rows(
    rng: random.Random, rows: list[Landing], months: list[date], loads: list[str]
) -> list[Landing]:
    by_dataset = defaultdict(list)
    for row in rows:
        by_dataset[row.dataset.name].append(row)
    bad_rows: list[Landing] = []
    for name, own in by_dataset.items():
        for _ in range(rng.randint(15, 40) if name == "cases" else rng.randint(3, 10)):
            row = rng.choice(own).changed()
            row.load_id = rng.choice(loads)
            kind = rng.choice(["cell", "cell", "cells", "folder", "conflict", "own"])
            if kind in {"cell", "cells"}:
                for column in rng.sample(row.dataset.columns, 2 if kind == "cells" else 1):
                    row = _bad_cell(rng, row, column) or row
            elif kind == "folder":
                row.folder_month = rng.choice([*months, next_month(row.folder_month)])
            elif kind == "conflict":
                column_name = CONFLICTING_COLUMN[name]
                bad_rows.append(row.changed(**{column_name: _other_value(row, column_name)}))
            elif name == "cases":
                row = _bad_case(rng, row, months)
            elif name == "indicator_assessments":
                score = rng.choice(["-0.01", "5.51", "99.00"])
                row.values["awarded_score"] = Decimal(score)
            if name.startswith("indicator_") and rng.random() < 0.2:
                own_month = row.values["assessment_month"]
                if own_month is not None:
                    row.values["assessment_month"] = own_month.replace(day=15)
            bad_rows.append(row)
    return bad_rows


def _duck_type(type_name: str) -> str:
    return type_name.upper()


def _write_file(
    rng: random.Random, connection: duckdb.DuckDBPyConnection, path: Path, rows: list[Landing]
) -> None:
    """Write one file; some lack an optional column or have one beyond the contract."""
    dataset = rows[0].dataset
    columns = [c for c in dataset.columns if not (c.is_optional and rng.random() < 0.02)]
    rng.shuffle(columns)
    types = [f"{column.name} {_duck_type(column.type_name)}" for column in columns]
    records = [[row.values[column.name] for column in columns] for row in rows]
    if any(row.unparsed for row in rows) or rng.random() < 0.2:
        types.append("unparsed JSON")
        for record, row in zip(records, rows, strict=True):
            record.append(json.dumps(row.unparsed, ensure_ascii=False) if row.unparsed else None)
    if rng.random() < 0.2:
        types.append("remark VARCHAR")
        for record in records:
            record.append("?")
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"create or replace table landed ({', '.join(types)})")
    marks = ", ".join("?" for _ in types)
    connection.executemany(f"insert into landed values ({marks})", records)
    connection.execute(f"copy landed to '{path}' (format parquet)")


def write_random_city(
    folder: Path, seed: int, months: list[date] | None = None
) -> tuple[Path, Path]:
    """Write a random landing folder and its reference folder; return both paths.

    Args:
        folder: where both folders are made.
        seed: another seed makes another city.
        months: months with cases; by default a few around a revision of the rules.
    """
    rng = random.Random(seed)
    months = months or random_months(rng)
    landing_dir, reference_dir = folder / "landing", folder / "reference"
    write_random_reference(reference_dir, rng, months)
    reference = read_reference(reference_dir)
    maker = RowMaker(rng, reference)
    loads = rng.sample(LOADS, rng.randint(2, 4))

    rows = _good_rows(maker, months, loads)
    rows += _later_versions(rng, rows, loads)
    if rng.random() < 0.6:
        first, second, *_ = reference.ranked_districts()
        rows = _twins(rows, first, second)
    rows += _bad_rows(rng, rows, months, loads)
    rng.shuffle(rows)

    files = defaultdict(list)
    for row in rows:
        files[(row.dataset.name, row.folder_month, row.load_id)].append(row)
    with duckdb.connect() as connection:
        for (name, month, load_id), landed in files.items():
            path = landing_dir / name / f"month={month:%Y-%m}" / f"{load_id}.parquet"
            _write_file(rng, connection, path, landed)
    return landing_dir, reference_dir
