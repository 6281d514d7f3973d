"""Omission checks, patrols, satellite findings and whistles of one month."""

import numpy as np

from grid_assessment.synthesis.calibration import Plan
from grid_assessment.synthesis.cases import Table
from grid_assessment.synthesis.clock import NO_TIME
from grid_assessment.synthesis.reference import Categories
from grid_assessment.synthesis.streams import Ints, largest_remainder, weighted
from grid_assessment.synthesis.timelines import MonthClock, day_text, time_texts

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


def _renumbered(table: Table, key: str, prefix: str, order_by: str, width: int) -> Table:
    """Order rows by a time column and give them running numbers."""
    order = sorted(range(len(table[order_by])), key=lambda i: (table[order_by][i], i))
    ordered = {name: [values[i] for i in order] for name, values in table.items()}
    return {key: [f"{prefix}-{n:0{width}d}" for n in range(1, len(order) + 1)], **ordered}


def build_omission_checks(
    plan: Plan, categories: Categories, month: MonthClock, rng: np.random.Generator
) -> Table:
    """Return the municipal supervisors' checks, so many omitted by district and case type."""
    table: Table = {
        name: []
        for name in (
            "checked_at",
            "district_code",
            "category_code",
            "grid_code",
            "is_key",
            "is_omitted",
        )
    }
    for district, counts in plan.inspections.items():
        for case_type, is_key in (("key", True), ("routine", False)):
            size = counts[f"{case_type}_checked_count"]
            omitted = counts[f"{case_type}_omitted_count"]
            drawn = weighted(rng, categories.pools[(is_key, False)].tolist(), size)
            grids = grid_codes(district, counts["patrol_grid_count"])
            blanks = rng.integers(0, 20, size).tolist()
            table["checked_at"] += time_texts(month.draw_times(rng, size))
            table["district_code"] += [district] * size
            table["category_code"] += [categories.codes[i] for i in drawn.tolist()]
            table["grid_code"] += [
                grids[i] if blank else ""
                for i, blank in zip(rng.integers(0, len(grids), size).tolist(), blanks, strict=True)
            ]
            table["is_key"] += [
                "true" if is_key else "false" if blank > 1 else "" for blank in blanks
            ]
            table["is_omitted"] += [
                "true" if i < omitted else "" if blank == 1 else "false"
                for i, blank in enumerate(blanks)
            ]
    return _renumbered(table, "check_id", f"OC{plan.month:%Y%m}", "checked_at", 5)


def build_patrols(plan: Plan, month: MonthClock, rng: np.random.Generator) -> Table:
    """Return one row a grid and day; rest days need no pass, uncovered ones lack one."""
    table: Table = {
        name: []
        for name in (
            "district_code",
            "grid_code",
            "patrol_date",
            "required_pass_count",
            "completed_pass_count",
        )
    }
    days = [day_text(plan.month, day) for day in range(month.day_count)]
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
        table["district_code"] += [district] * size
        table["grid_code"] += [grid for grid in grids for _ in days]
        table["patrol_date"] += days * len(grids)
        table["required_pass_count"] += [str(n) for n in required.tolist()]
        table["completed_pass_count"] += [str(n) for n in completed.tolist()]
    return table


def build_satellite_findings(plan: Plan, month: MonthClock, rng: np.random.Generator) -> Table:
    """Return the findings: the first of a district unhandled, the last unchecked."""
    table: Table = {
        name: [] for name in ("found_at", "district_code", "area_m2", "is_checked", "is_handled")
    }
    for district, counts in plan.inspections.items():
        size = counts["finding_count"]
        checked = size - counts["unchecked_finding_count"]
        unhandled = counts["unhandled_finding_count"]
        shares = rng.integers(20, 200, size).tolist()
        areas = largest_remainder(counts["finding_area_tenths"] if size else 0, shares)
        table["found_at"] += time_texts(month.draw_times(rng, size))
        table["district_code"] += [district] * size
        table["area_m2"] += [f"{area // 10}.{area % 10}" for area in areas]
        table["is_checked"] += ["true" if i < checked else "false" for i in range(size)]
        table["is_handled"] += [
            "" if i >= checked else "false" if i < unhandled else "true" for i in range(size)
        ]
    return _renumbered(table, "finding_id", f"SF{plan.month:%Y%m}", "found_at", 4)


def _later(times: Ints, seconds: Ints, keep: Ints) -> Ints:
    return np.where(keep == 1, times + seconds, NO_TIME)


def build_whistles(plan: Plan, month: MonthClock, rng: np.random.Generator) -> Table:
    """Return the whistles by district and level; few are unanswered, some unresolved."""
    table: Table = {
        name: []
        for name in ("blown_at", "district_code", "level_code", "answered_at", "resolved_at")
    }
    for district, counts in plan.inspections.items():
        levels = [level for level in _LEVELS for _ in range(counts[f"{level}_whistle_count"])]
        size = len(levels)
        blown = month.draw_times(rng, size)
        answered = (rng.integers(0, 30, size) > 0).astype(np.int64)
        resolved = answered * (rng.integers(0, 12, size) > 0)
        reply = rng.integers(300, 4 * _HOUR, size)
        table["blown_at"] += time_texts(blown)
        table["district_code"] += [district] * size
        table["level_code"] += levels
        table["answered_at"] += time_texts(_later(blown, reply, answered))
        table["resolved_at"] += time_texts(
            _later(blown, reply + rng.integers(_HOUR, 4 * _DAY, size), resolved)
        )
    return _renumbered(table, "whistle_id", f"WB{plan.month:%Y%m}", "blown_at", 4)
