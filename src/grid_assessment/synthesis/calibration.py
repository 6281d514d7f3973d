"""How many cases of which kind a month has: from calibration files, or in proportion to them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from grid_assessment.synthesis.cities import FIRST_CITY, SyntheticCity
from grid_assessment.synthesis.reference import read_rows
from grid_assessment.synthesis.streams import largest_remainder

CALIBRATION_DIR = Path(__file__).parent / "calibration"
_MINIMUM_CHECKS = 5


@dataclass(frozen=True)
class Cell:
    """``case_count`` cases that agree in everything that a figure of the bulletin depends on.

    The category is ``category_code``, or any of ``class_code`` and ``is_street_order``; a cell
    without both of them takes what is left. ``base_case_count`` is the units of all.
    """

    district_code: str
    source_code: str
    platform_code: str
    dispatch_target_code: str
    category_code: str
    class_code: str
    is_street_order: bool | None
    is_key: bool
    is_complaint_response: bool
    is_grid_member: bool
    state_code: str
    is_reworked: bool
    case_count: int
    base_case_count: int


@dataclass(frozen=True)
class Plan:
    """What one month is made of.

    ``inspections`` has one row of counts a district (area in tenths of a square metre);
    ``awards`` one row (district_code, indicator_code, awarded_score) an assessed score;
    ``is_exact`` tells whether the counts were calibrated for this month and scale; the codes of
    districts are those of ``city``.
    """

    month: date
    cells: list[Cell]
    inspections: dict[str, dict[str, int]]
    awards: list[dict[str, str]]
    is_exact: bool
    city: SyntheticCity = FIRST_CITY


@cache
def read_yaml(name: str) -> dict[str, Any]:
    """Return a YAML file of the calibration folder."""
    with (CALIBRATION_DIR / name).open(encoding="utf-8") as stream:
        content: dict[str, Any] = yaml.safe_load(stream)
    return content


def _flag(text: str) -> bool | None:
    return None if not text else text == "true"


def _read_cells(path: Path) -> list[Cell]:
    return [
        Cell(
            district_code=row["district_code"],
            source_code=row["source_code"],
            platform_code=row["platform_code"],
            dispatch_target_code=row["dispatch_target_code"],
            category_code=row["category_code"],
            class_code=row["class_code"],
            state_code=row["state_code"],
            is_complaint_response=bool(_flag(row["is_complaint_response"])),
            is_key=bool(_flag(row["is_key"])),
            is_street_order=_flag(row["is_street_order"]),
            is_grid_member=bool(_flag(row["is_grid_member"])),
            is_reworked=bool(_flag(row["is_reworked"])),
            case_count=int(row["case_count"]),
            base_case_count=int(row["base_case_count"]),
        )
        for row in read_rows(path)
    ]


def read_inspections(path: Path) -> dict[str, dict[str, int]]:
    """Return the counts of an inspections file by district."""
    return {
        row["district_code"]: {
            name: int(value) for name, value in row.items() if name != "district_code"
        }
        for row in read_rows(path)
    }


def month_volume(month: date, volumes: Mapping[str, Any]) -> int:
    """Return a month's cases at scale 1: calibrated, or the year's cases by season."""
    known: Mapping[str, int] = volumes["months"]
    name = month.strftime("%Y-%m")
    if name in known:
        return known[name]
    years: Mapping[int, int] = volumes["years"]
    nearest = min(years, key=lambda year: (abs(year - month.year), year))
    return largest_remainder(years[nearest], volumes["month_weights"])[month.month - 1]


def _scaled_cells(
    cells: list[Cell], total: int, percents: Mapping[str, int], rng: np.random.Generator
) -> list[Cell]:
    """Spread ``total`` cases over the cells, weights varied by district, state and cell."""

    def factors(percent: int, names: list[str]) -> dict[str, int]:
        drawn = rng.integers(100 - percent, 101 + percent, len(names)).tolist()
        return dict(zip(names, drawn, strict=True))

    by_district = factors(percents["district"], sorted({cell.district_code for cell in cells}))
    by_state = {
        district: factors(percents["state"], sorted({cell.state_code for cell in cells}))
        for district in by_district
    }
    own = rng.integers(100 - percents["cell"], 101 + percents["cell"], len(cells)).tolist()
    weights = [
        cell.case_count
        * factor
        * by_district[cell.district_code]
        * by_state[cell.district_code][cell.state_code]
        for cell, factor in zip(cells, own, strict=True)
    ]
    return [
        replace(
            cell,
            case_count=count,
            base_case_count=max(count, cell.base_case_count * count // cell.case_count),
        )
        for cell, count in zip(cells, largest_remainder(total, weights), strict=True)
        if count
    ]


def _scaled_inspections(
    row: Mapping[str, int], scale: Decimal, percent: int, rng: np.random.Generator
) -> dict[str, int]:
    """Scale one district's counts, vary them, and keep parts within their wholes."""
    factors = rng.integers(100 - percent, 101 + percent, len(row)).tolist()
    scaled = {
        name: int(
            (scale * value * (100 if "grid" in name else factor) / 100).quantize(
                Decimal(1), ROUND_HALF_UP
            )
        )
        for (name, value), factor in zip(row.items(), factors, strict=True)
    }
    scaled["key_checked_count"] = max(scaled["key_checked_count"], _MINIMUM_CHECKS)
    scaled["patrol_grid_count"] = max(scaled["patrol_grid_count"], 1)
    for part, whole in (
        ("key_omitted_count", "key_checked_count"),
        ("routine_omitted_count", "routine_checked_count"),
        ("unchecked_finding_count", "finding_count"),
    ):
        scaled[part] = min(scaled[part], scaled[whole])
    checked = scaled["finding_count"] - scaled["unchecked_finding_count"]
    scaled["unhandled_finding_count"] = min(scaled["unhandled_finding_count"], checked)
    return scaled


def load_plan(
    month: date, scale: Decimal, rng: np.random.Generator, city: SyntheticCity = FIRST_CITY
) -> Plan:
    """Return the plan of a month: its own calibration, or a stand-in's in proportion.

    Args:
        month: first day of the month.
        scale: 1 for the real number of cases.
        rng: the stream of the month's calibration; used only where a month has none of its own.
        city: the first city alone has months of its own calibration.

    """
    volumes = read_yaml("volumes.yml")
    scale_name = format(scale.normalize(), "f")
    name = f"{month:%Y-%m}_{scale_name}.csv"
    is_exact = city == FIRST_CITY and (CALIBRATION_DIR / "cells" / name).is_file()
    source = name if is_exact else f"{volumes['stand_in_month']}_1.csv"
    cells = _read_cells(CALIBRATION_DIR / "cells" / source)
    inspections = read_inspections(CALIBRATION_DIR / "inspections" / source)
    if not is_exact:
        wanted = (scale * month_volume(month, volumes)).quantize(Decimal(1), ROUND_HALF_UP)
        percents = volumes["variation_percent"]
        cells = _scaled_cells(cells, max(1, int(wanted)), percents, rng)
        inspections = {
            district: _scaled_inspections(row, scale, percents["inspection"], rng)
            for district, row in inspections.items()
        }
    awards = CALIBRATION_DIR / "awards" / name
    return Plan(
        month=month,
        cells=[replace(cell, district_code=city.district(cell.district_code)) for cell in cells],
        inspections={city.district(code): counts for code, counts in inspections.items()},
        awards=read_rows(awards) if city == FIRST_CITY and awards.is_file() else [],
        is_exact=is_exact,
        city=city,
    )
