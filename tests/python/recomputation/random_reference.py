"""A small random reference folder, made of the project's own with changed rows."""

import csv
import random
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from .contract import PROJECT_DIR, reference_contract
from .reference import next_month

SEED_DIR = PROJECT_DIR / "seeds" / "reference"
CATEGORY_COUNT = 9
LIMITS = (
    ("0", "working_hours"),
    ("0.5", "working_hours"),
    ("3.5", "working_hours"),
    ("4", "working_hours"),
    ("1", "working_days"),
    ("2.25", "working_days"),
    ("7", "working_days"),
    ("6", "calendar_hours"),
    ("1.5", "calendar_days"),
    ("", ""),
)
UNRANKED_DISTRICT = "530181"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(path: Path, rows: list[dict[str, str]], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _columns(name: str) -> list[str]:
    return [column.name for column in reference_contract()[name].columns]


def _districts(rng: random.Random) -> list[dict[str, str]]:
    rows = _read(SEED_DIR / "districts.csv")[: rng.randint(3, 5)]
    for row in rows:
        row["required_category_count"] = str(rng.randint(2, CATEGORY_COUNT + 1))
    # The first two may have equal rows; then they tie.
    rows[1]["required_category_count"] = rows[0]["required_category_count"]
    if rng.random() < 0.5:
        rows[-1]["assessment_group_code"] = "outer"
    rows.append(
        {
            "district_code": UNRANKED_DISTRICT,
            "district_name": "某市",
            "assessment_group_code": "",
            "is_ranked": "false",
            "required_category_count": "",
        }
    )
    # The outer group may be another city, or the only one that the pack names no city of.
    drawn = random.Random(str(rows))
    cities = drawn.choice([("", ""), ("inner_city", "outer_city"), ("inner_city", "")])
    for row in rows:
        row["city_code"] = cities[row["assessment_group_code"] == "outer"]
    return rows


def _categories(rng: random.Random) -> list[dict[str, str]]:
    """Choose categories of both classes, key and routine, of street order and not."""
    rows = _read(SEED_DIR / "case_categories.csv")
    chosen = []
    for is_street_order, class_code in (
        ("true", "event"),
        ("false", "event"),
        ("false", "component"),
    ):
        fitting = [
            row
            for row in rows
            if (row["is_street_order"], row["class_code"]) == (is_street_order, class_code)
        ]
        chosen.extend(rng.sample(fitting, min(len(fitting), CATEGORY_COUNT // 3)))
    limits = rng.sample(LIMITS, CATEGORY_COUNT)
    for row, (value, unit) in zip(chosen, limits, strict=False):
        row["limit_value"], row["limit_unit"] = value, unit
        row["is_key"] = rng.choice(["true", "true", "false"])
    return chosen


def _indicators(rng: random.Random) -> list[dict[str, str]]:
    rows = _read(SEED_DIR / "indicators.csv")
    leniency = rng.choice([0.0, 0.3, 0.8])
    for row in rows:
        if rng.random() < leniency:
            row["when_no_data"] = rng.choice(["full_marks", "zero"])
    return rows


def random_months(rng: random.Random) -> list[date]:
    """Return two to four months around a revision of the rules, sometimes with a gap."""
    month = date(2021, rng.randint(7, 10), 1)
    months = []
    for _ in range(rng.randint(2, 4)):
        months.append(month)
        month = next_month(month)
        if rng.random() < 0.2:
            month = next_month(month)
    return months


def _periods(rng: random.Random, months: list[date]) -> list[dict[str, str]]:
    """Give one month a cutoff inside itself and perhaps another one a late cutoff."""
    cutoffs = {}
    if rng.random() < 0.5:
        late = rng.choice(months)
        cutoffs[late] = datetime.combine(next_month(late), datetime.min.time()) + timedelta(
            days=rng.randint(0, 40), seconds=rng.randint(0, 86399)
        )
    early = rng.choice(months)
    cutoffs[early] = datetime(early.year, early.month, rng.randint(15, 27), 15, 30)
    return [
        {"assessment_month": str(month), "cutoff_at": str(cutoffs[month])}
        for month in sorted(cutoffs)
    ]


def write_random_reference(folder: Path, rng: random.Random, months: list[date]) -> None:
    """Write all reference files of a random city."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in reference_contract():
        shutil.copyfile(SEED_DIR / f"{name}.csv", folder / f"{name}.csv")
    changed = {
        "districts": _districts(rng),
        "case_categories": _categories(rng),
        "indicators": _indicators(rng),
        "assessment_periods": _periods(rng, months),
    }
    for name, rows in changed.items():
        _write(folder / f"{name}.csv", rows, _columns(name))
