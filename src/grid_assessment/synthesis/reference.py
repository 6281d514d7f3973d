"""Reference data that the generator reads: districts, categories, assessed indicators."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from grid_assessment.errors import GridError
from grid_assessment.synthesis.clock import WorkingClock
from grid_assessment.synthesis.streams import Bools, Ints


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, all text.

    Raises:
        GridError: the file is missing.

    """
    if not path.is_file():
        raise GridError(f"{path}: missing; synthesis needs it")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Categories:
    """The category catalogue as columns, with the case mix of the calibration beside it.

    ``pools`` has the case counts by (is_key, is_complaint_response) at scale 1; limits are in
    seconds of their own kind of time, 0 for none.
    """

    codes: list[str]
    class_codes: list[str]
    limit_units: list[str]
    is_key: Bools
    is_street_order: Bools
    limits: Ints
    is_working_limit: Bools
    pools: dict[tuple[bool, bool], Ints]


@dataclass(frozen=True)
class City:
    """The catalogue, and how many distinct categories each district's supervisors must report."""

    categories: Categories
    required_categories: dict[str, int]


@dataclass(frozen=True)
class Indicator:
    """An assessed indicator in force; marks in hundredths."""

    code: str
    full_marks: int
    bonus_cap: int


def read_categories(reference_dir: Path, calibration_dir: Path, clock: WorkingClock) -> Categories:
    """Read the catalogue and the category mix.

    Raises:
        GridError: a file is missing, or the mix has a category that the catalogue has not.

    """
    rows = read_rows(reference_dir / "case_categories.csv")
    mix_path = calibration_dir / "category_mix.csv"
    mix = {row["category_code"]: row for row in read_rows(mix_path)}
    unknown = sorted(set(mix) - {row["category_code"] for row in rows})
    if unknown:
        raise GridError(f"{mix_path}: category {unknown[0]} is not in case_categories.csv")
    names = {
        (True, False): "key_count",
        (False, False): "routine_count",
        (True, True): "complaint_key_count",
        (False, True): "complaint_routine_count",
    }
    pools = {
        key: np.array(
            [int(mix.get(row["category_code"], {}).get(name, 0)) for row in rows], dtype=np.int64
        )
        for key, name in names.items()
    }
    return Categories(
        codes=[row["category_code"] for row in rows],
        class_codes=[row["class_code"] for row in rows],
        limit_units=[row["limit_unit"] for row in rows],
        is_key=np.array([row["is_key"] == "true" for row in rows]),
        is_street_order=np.array([row["is_street_order"] == "true" for row in rows]),
        limits=np.array(
            [clock.limit_seconds(row["limit_value"], row["limit_unit"]) for row in rows],
            dtype=np.int64,
        ),
        is_working_limit=np.array([row["limit_unit"].startswith("working") for row in rows]),
        pools=pools,
    )


def read_required_categories(reference_dir: Path) -> dict[str, int]:
    """Return how many distinct categories each district's supervisors have to report."""
    rows = read_rows(reference_dir / "districts.csv")
    return {row["district_code"]: int(row["required_category_count"] or 0) for row in rows}


def hundredths(text: str) -> int:
    """Return a decimal text in hundredths; an empty text is 0."""
    return int(Decimal(text or "0") * 100)


def read_assessed_indicators(reference_dir: Path, month: date) -> list[Indicator]:
    """Return the assessed indicators in force on the first day of ``month``, in file order."""
    return [
        Indicator(
            row["indicator_code"], hundredths(row["full_marks"]), hundredths(row["bonus_cap"])
        )
        for row in read_rows(reference_dir / "indicators.csv")
        if row["scoring_method"] == "assessed"
        and date.fromisoformat(row["effective_from"]) <= month
        and (not row["effective_to"] or month <= date.fromisoformat(row["effective_to"]))
    ]
