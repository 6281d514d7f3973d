"""The case rows of one month, as text columns of the raw contract."""

from typing import Any

import numpy as np

from grid_assessment.synthesis.calibration import Cell, Plan
from grid_assessment.synthesis.categories import Constraints, deal_categories
from grid_assessment.synthesis.clock import NO_TIME
from grid_assessment.synthesis.reference import Categories, City
from grid_assessment.synthesis.streams import Bools, Ints, keyed_hash
from grid_assessment.synthesis.timelines import (
    CLOSED_NO_DEADLINE,
    LATE,
    OPEN_NO_DEADLINE,
    OVERDUE,
    STATES,
    MonthClock,
    Timeline,
    draw_timeline,
    place_moments,
    time_texts,
)

Table = dict[str, list[str]]
_STREETS, _COMMUNITIES, _GRIDS = 8, 6, 5
_DEPARTMENTS = ("CG", "SW", "HB", "ZJ", "JT", "GA")


def _column(cells: list[Cell], counts: list[int], name: str) -> list[str]:
    return [
        str(getattr(cell, name))
        for cell, count in zip(cells, counts, strict=True)
        for _ in range(count)
    ]


def _base_counts(cells: list[Cell], rng: np.random.Generator) -> Ints:
    """Spread each cell's units over its cases: every case one, the rest unevenly."""
    spread = []
    for cell in cells:
        extra = cell.base_case_count - cell.case_count
        first, second = (rng.integers(1, 1001, extra) for _ in range(2))
        places = cell.case_count * first * second // 1_000_001
        spread.append(1 + np.bincount(places, minlength=cell.case_count))
    return np.concatenate(spread).astype(np.int64)


def _blank(values: list[str], blank: Bools) -> list[str]:
    return ["" if empty else value for value, empty in zip(values, blank.tolist(), strict=True)]


def _flags(values: Bools) -> list[str]:
    return ["true" if value else "false" for value in values.tolist()]


def _constraints(cells: list[Cell], expand: Any, states: Ints, districts: list[str]) -> Constraints:
    street_order = {None: -1, False: 0, True: 1}
    columns = {
        "district": [districts.index(cell.district_code) for cell in cells],
        "is_key": [cell.is_key for cell in cells],
        "is_complaint": [cell.is_complaint_response for cell in cells],
        "is_district_tier": [cell.source_code == "district_supervisor" for cell in cells],
        "is_open": [cell.state_code.startswith("open") for cell in cells],
        "street_order": [street_order[cell.is_street_order] for cell in cells],
    }
    expanded = {name: expand(values) for name, values in columns.items()}
    expanded["is_early"] = np.isin(states, [LATE, OVERDUE]).astype(np.int64)
    expanded["is_unlimited"] = np.isin(states, [CLOSED_NO_DEADLINE, OPEN_NO_DEADLINE]).astype(
        np.int64
    )
    return Constraints(expanded)


def build_cases(
    plan: Plan,
    city: City,
    month: MonthClock,
    moments: list[dict[str, Any]],
    rng: np.random.Generator,
) -> Table:
    """Return the accepted case rows of a month, ordered by registration.

    Args:
        plan: the cells of the month.
        city: the catalogue with the category mix, and what the districts must report.
        month: bounds, cutoff and working clock.
        moments: registration times that some cases must have (``place_moments``).
        rng: the stream of the month's cases.

    """
    cells, categories, required_categories = plan.cells, city.categories, city.required_categories
    counts = [cell.case_count for cell in cells]
    districts = sorted(required_categories)

    def expand(values: list[int]) -> Ints:
        return np.repeat(np.array(values, dtype=np.int64), counts)

    states = expand([STATES.index(cell.state_code) for cell in cells])
    constraints = _constraints(cells, expand, states, districts)
    required = np.array([required_categories[code] for code in districts], dtype=np.int64)
    category = deal_categories(
        constraints, categories, month.short_limits(categories), required, rng
    )
    line = draw_timeline(states, category, categories, month, rng)
    place_moments(line, category, categories, month, moments)
    order = np.lexsort((rng.permutation(len(states)), line.registered))
    table = _texts(plan, _base_counts(cells, rng), category, categories, line, rng)
    ordered = {name: [values[i] for i in order.tolist()] for name, values in table.items()}
    prefix = f"KM{plan.month:%Y%m}"
    return {
        "case_id": [f"{prefix}-{number:06d}" for number in range(1, len(states) + 1)],
        **ordered,
    }


def _texts(  # noqa: PLR0913, PLR0917 - one parameter for each column dealt
    plan: Plan,
    base: Ints,
    category: Ints,
    categories: Categories,
    line: Timeline,
    rng: np.random.Generator,
) -> Table:
    """Return all columns but case_id in cell order."""
    cells, size = plan.cells, len(category)
    counts = [cell.case_count for cell in cells]

    def chance(percent: int) -> Bools:
        return rng.integers(0, 100, size) < percent

    is_key = np.repeat(np.array([cell.is_key for cell in cells]), counts)
    is_complaint = np.repeat(np.array([cell.is_complaint_response for cell in cells]), counts)
    is_reworked = np.repeat(np.array([cell.is_reworked for cell in cells]), counts)
    is_member = np.repeat(np.array([cell.is_grid_member for cell in cells]), counts)
    district, source = (
        _column(cells, counts, "district_code"),
        _column(cells, counts, "source_code"),
    )
    platform, target = (
        _column(cells, counts, "platform_code"),
        _column(cells, counts, "dispatch_target_code"),
    )
    street = rng.integers(1, _STREETS + 1, size).tolist()
    community = rng.integers(1, _COMMUNITIES + 1, size).tolist()
    grid = rng.integers(1, _GRIDS + 1, size).tolist()
    streets = [f"{code}{number:03d}" for code, number in zip(district, street, strict=True)]
    communities = [f"{code}{number:03d}" for code, number in zip(streets, community, strict=True)]
    grids = [f"{code}G{number:02d}" for code, number in zip(communities, grid, strict=True)]
    person = [
        int(d) * 100 + n for d, n in zip(district, rng.integers(0, 40, size).tolist(), strict=True)
    ]
    reporter = [
        int(d) * 10000 + n
        for d, n in zip(district, rng.integers(0, 9000, size).tolist(), strict=True)
    ]
    is_reported = np.array([code in {"hotline", "social_media"} for code in source])
    on_district = np.array([code == "district" for code in platform])
    latest = np.maximum(np.maximum(line.registered, line.handled), line.closed)
    rework = np.where(is_reworked, 1 + (rng.integers(0, 10, size) == 0), 0)
    department = [_DEPARTMENTS[n] for n in rng.integers(0, len(_DEPARTMENTS), size).tolist()]
    roles = np.where(rng.integers(0, 100, size) < 62, "sanitation_worker", "enforcement_officer")
    return {
        "updated_at": time_texts(latest + rng.integers(60, 7200, size)),
        "registered_at": time_texts(line.registered),
        "source_code": source,
        "platform_code": platform,
        "dispatch_target_code": _blank(target, on_district & chance(50)),
        "department_code": _blank(
            [f"{d}{n}" for d, n in zip(district, department, strict=True)], chance(4)
        ),
        "district_code": district,
        "street_code": _blank(streets, chance(1)),
        "community_code": _blank(communities, chance(2)),
        "grid_code": _blank(grids, chance(2)),
        "category_code": [categories.codes[i] for i in category.tolist()],
        "is_complaint_response": _blank(_flags(is_complaint), ~is_complaint & chance(30)),
        "is_key": _blank(_flags(is_key), (categories.is_key[category] == is_key) & chance(70)),
        "base_case_count": _blank([str(n) for n in base.tolist()], (base == 1) & chance(10)),
        "due_at": time_texts(line.due),
        "extended_due_at": time_texts(line.extended),
        "deferred_until": time_texts(line.deferred),
        "handled_at": _blank(time_texts(line.handled), chance(1) & (line.handled != NO_TIME)),
        "closed_at": time_texts(line.closed),
        "rework_count": _blank([str(n) for n in rework.tolist()], ~is_reworked & chance(5)),
        "handler_role_code": _blank(roles.tolist(), ~is_member),
        "supervisor_code": _blank(keyed_hash("supervisor", person), is_reported),
        "reporter_key": _blank(keyed_hash("reporter", reporter), ~is_reported),
        "is_void": _blank(["false"] * size, chance(20)),
    }
