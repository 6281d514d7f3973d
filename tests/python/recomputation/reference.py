"""The reference files of a city, typed, and what is in force on a day."""

import csv
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from .cells import parsed
from .contract import Dataset, reference_contract

Row = dict[str, Any]
NO_GROUP = "none"
NO_CITY = "none"


def first_of_month(day: date) -> date:
    """Return the first day of the month of a date or timestamp."""
    return date(day.year, day.month, 1)


def next_month(month: date) -> date:
    """Return the first day of the following month."""
    return first_of_month(month + timedelta(days=31))


def previous_month(month: date) -> date:
    """Return the first day of the preceding month."""
    return first_of_month(month - timedelta(days=1))


def _read(file: Dataset, path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {
                column.name: (
                    parsed(record[column.name], column.type_name)
                    if record.get(column.name)
                    else None
                )
                for column in file.columns
            }
            for record in csv.DictReader(stream)
        ]


@dataclass
class Reference:
    """All reference rows of a city, by their codes."""

    districts: dict[str, Row]
    case_sources: dict[str, Row]
    case_categories: dict[str, Row]
    mechanisms: list[Row]
    indicators: list[Row]
    cutoffs: dict[date, datetime]
    working_periods: list[tuple[int, int]]
    working_days: dict[date, bool]

    def known_codes(self, file_name: str) -> frozenset[str]:
        """Return the codes that a raw column may hold."""
        if file_name == "indicators":
            return frozenset(row["indicator_code"] for row in self.indicators)
        codes: dict[str, Row] = getattr(self, file_name)
        return frozenset(codes)

    def cutoff_at(self, month: date) -> datetime:
        """Return the instant to which events of a month count."""
        following = next_month(month)
        return self.cutoffs.get(month, datetime(following.year, following.month, 6))

    def group_of(self, district_code: str) -> str:
        """Return the assessment group of a district, ``none`` where it has none."""
        return self.districts[district_code]["assessment_group_code"] or NO_GROUP

    def city_of(self, district_code: str) -> str:
        """Return the city of a district, ``none`` where the pack names none."""
        return self.districts[district_code]["city_code"] or NO_CITY

    def cities(self) -> list[str]:
        """Return the cities that have districts."""
        return sorted({self.city_of(code) for code in self.districts})

    def of_city(self, city: str) -> "Reference":
        """Return the reference with the districts of one city alone."""
        own = {code: row for code, row in self.districts.items() if self.city_of(code) == city}
        return replace(self, districts=own)

    def ranked_districts(self) -> list[str]:
        """Return the districts that are scored."""
        return [code for code, row in self.districts.items() if row["is_ranked"]]

    def indicators_in_force(self, day: date) -> list[Row]:
        """Return the indicator rows in force on a day."""
        return [row for row in self.indicators if _in_force(row, day)]

    def mechanisms_in_force(self, day: date) -> list[Row]:
        """Return the mechanism rows in force on a day."""
        return [row for row in self.mechanisms if _in_force(row, day)]


def _in_force(row: Row, day: date) -> bool:
    end = row["effective_to"]
    return bool(row["effective_from"] <= day and (end is None or day <= end))


def read_reference(folder: Path) -> Reference:
    """Read the CSV files of a reference folder."""
    rows = {
        name: _read(file, folder / f"{name}.csv") for name, file in reference_contract().items()
    }
    hours = sorted(rows["working_hours"], key=lambda row: row["start_time"])
    return Reference(
        districts={row["district_code"]: row for row in rows["districts"]},
        case_sources={row["source_code"]: row for row in rows["case_sources"]},
        case_categories={row["category_code"]: row for row in rows["case_categories"]},
        mechanisms=rows["mechanisms"],
        indicators=rows["indicators"],
        cutoffs={row["assessment_month"]: row["cutoff_at"] for row in rows["assessment_periods"]},
        working_periods=[(row["start_time"], row["end_time"]) for row in hours],
        working_days={
            row["calendar_date"]: row["is_working_day"] for row in rows["working_calendar"]
        },
    )
