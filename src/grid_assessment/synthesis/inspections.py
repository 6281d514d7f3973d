"""Omission checks, patrols, satellite findings and whistles of one month."""

import numpy as np

from grid_assessment.synthesis.calibration import Plan
from grid_assessment.synthesis.columns import (
    Column,
    Table,
    codes,
    concatenated,
    flags,
    numbers,
    of_texts,
    serials,
    take,
    times,
)
from grid_assessment.synthesis.reference import Categories
from grid_assessment.synthesis.streams import largest_remainder, weighted
from grid_assessment.synthesis.timelines import MonthClock, day_text

_LEVELS = ("district", "street", "community")
_HOUR, _DAY = 3600, 86400


def grid_codes(district_code: str, count: int) -> list[str]:
    """Return the codes of ``count`` management grids of a district, in the form that cases use."""
    return [
        f"{district_code}{number // 30 % 8 + 1:03d}{number // 5 % 6 + 1:03d}G{number % 5 + 1:02d}"
        if number < 240
        else f"{district_code}{number // 30 + 1:03d}{number // 5 % 6 + 1:03d}G{number % 5 + 1:02d}"
        for number in range(count)
    ]


def _numbered(parts: list[Table], key: str, prefix: str, order_by: str, width: int) -> Table:
    """Join the districts' rows, order them by a time column and give them running numbers."""
    table = concatenated(parts)
    order = np.argsort(table[order_by].values, kind="stable")
    return {key: serials({prefix: width, f"{prefix}R": 5}, len(order)), **take(table, order)}


def _same(text: str, labels: list[str], size: int) -> Column:
    """Return a column that holds one code throughout."""
    return codes(labels, np.full(size, labels.index(text), dtype=np.int64))


def build_omission_checks(
    plan: Plan, categories: Categories, month: MonthClock, rng: np.random.Generator
) -> Table:
    """Return the municipal supervisors' checks, so many omitted by district and case type."""
    parts: list[Table] = []
    districts = list(plan.inspections)
    grid_labels = {
        district: grid_codes(district, counts["patrol_grid_count"])
        for district, counts in plan.inspections.items()
    }
    labels = [grid for grids in grid_labels.values() for grid in grids]
    for district, counts in plan.inspections.items():
        for case_type, is_key in (("key", True), ("routine", False)):
            size = counts[f"{case_type}_checked_count"]
            omitted = np.arange(size) < counts[f"{case_type}_omitted_count"]
            drawn = weighted(rng, categories.pools[(is_key, False)].tolist(), size)
            grids = grid_labels[district]
            blanks = rng.integers(0, 20, size)
            unflagged = blanks < (0 if is_key else 2)
            checked = month.draw_times(rng, size)
            grid = labels.index(grids[0]) + rng.integers(0, len(grids), size)
            parts.append(
                {
                    "checked_at": times(checked),
                    "district_code": _same(district, districts, size),
                    "category_code": codes(categories.codes, drawn),
                    "grid_code": codes(labels, grid).emptied(blanks == 0),
                    "is_key": flags(np.full(size, is_key)).emptied(unflagged),
                    "is_omitted": flags(omitted).emptied(~omitted & (blanks == 1)),
                }
            )
    return _numbered(parts, "check_id", plan.city.key_prefix("OC", plan.month), "checked_at", 5)


def build_patrols(plan: Plan, month: MonthClock, rng: np.random.Generator) -> Table:
    """Return one row a grid and day; rest days need no pass, uncovered ones lack one."""
    parts: list[Table] = []
    days = [day_text(plan.month, day) for day in range(month.day_count)]
    districts = list(plan.inspections)
    labels = [
        grid
        for district, counts in plan.inspections.items()
        for grid in grid_codes(district, counts["patrol_grid_count"])
    ]
    for district, counts in plan.inspections.items():
        grids = grid_codes(district, counts["patrol_grid_count"])
        size = len(grids) * len(days)
        mixed = rng.permutation(size)
        rest = min(counts["rest_grid_day_count"], size - 1)
        uncovered = min(counts["uncovered_grid_day_count"], size - rest - 1)
        required = rng.integers(2, 4, size)
        completed = required + (rng.integers(0, 8, size) == 0)
        required[mixed[:rest]] = 0
        completed[mixed[:rest]] = 0
        completed[mixed[rest : rest + uncovered]] = required[mixed[rest : rest + uncovered]] - 1
        row = np.arange(size)
        parts.append(
            {
                "district_code": _same(district, districts, size),
                "grid_code": codes(labels, labels.index(grids[0]) + row // len(days)),
                "patrol_date": codes(days, row % len(days)),
                "required_pass_count": numbers(required),
                "completed_pass_count": numbers(completed),
            }
        )
    return concatenated(parts)


def build_satellite_findings(plan: Plan, month: MonthClock, rng: np.random.Generator) -> Table:
    """Return the findings: the first of a district unhandled, the last unchecked."""
    parts: list[Table] = []
    areas_of: list[str] = []
    districts = list(plan.inspections)
    for district, counts in plan.inspections.items():
        size = counts["finding_count"]
        checked = size - counts["unchecked_finding_count"]
        shares = rng.integers(20, 200, size).tolist()
        areas = largest_remainder(counts["finding_area_tenths"] if size else 0, shares)
        place = np.arange(size)
        areas_of += [f"{area // 10}.{area % 10}" for area in areas]
        parts.append(
            {
                "found_at": times(month.draw_times(rng, size)),
                "district_code": _same(district, districts, size),
                "is_checked": flags(place < checked),
                "is_handled": flags(place >= counts["unhandled_finding_count"]).emptied(
                    place >= checked
                ),
            }
        )
    parts = [{**concatenated(parts), "area_m2": of_texts(areas_of)}]
    return _numbered(parts, "finding_id", plan.city.key_prefix("SF", plan.month), "found_at", 4)


def build_whistles(plan: Plan, month: MonthClock, rng: np.random.Generator) -> Table:
    """Return the whistles by district and level; few are unanswered, some unresolved."""
    parts: list[Table] = []
    districts = list(plan.inspections)
    for district, counts in plan.inspections.items():
        level = np.repeat(
            np.arange(len(_LEVELS)), [counts[f"{level}_whistle_count"] for level in _LEVELS]
        )
        size = len(level)
        blown = month.draw_times(rng, size)
        is_answered = rng.integers(0, 30, size) > 0
        is_resolved = is_answered & (rng.integers(0, 12, size) > 0)
        answered = blown + rng.integers(300, 4 * _HOUR, size)
        resolved = answered + rng.integers(_HOUR, 4 * _DAY, size)
        parts.append(
            {
                "blown_at": times(blown),
                "district_code": _same(district, districts, size),
                "level_code": codes(_LEVELS, level),
                "answered_at": times(answered).emptied(~is_answered),
                "resolved_at": times(resolved).emptied(~is_resolved),
            }
        )
    return _numbered(parts, "whistle_id", plan.city.key_prefix("WB", plan.month), "blown_at", 4)
