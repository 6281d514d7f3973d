"""The case rows of one month, as coded columns of the raw contract."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grid_assessment.synthesis.calibration import Cell, Plan
from grid_assessment.synthesis.categories import Constraints, deal_categories
from grid_assessment.synthesis.clock import NO_TIME
from grid_assessment.synthesis.columns import (
    Column,
    Table,
    codes,
    flags,
    numbers,
    serials,
    take,
    times,
)
from grid_assessment.synthesis.reference import Categories, City
from grid_assessment.synthesis.streams import Bools, Ints, keyed_hashes
from grid_assessment.synthesis.timelines import (
    EARLY,
    STATES,
    UNLIMITED,
    MonthClock,
    Timeline,
    draw_timeline,
    place_moments,
)

CASE_ID_DIGITS = 6
_STREETS, _COMMUNITIES, _GRIDS = 8, 6, 5
_DEPARTMENTS = ("CG", "SW", "HB", "ZJ", "JT", "GA")
_ROLES = ("sanitation_worker", "enforcement_officer")
# People of a district: how many there are, and the step between districts in their numbers.
_SUPERVISORS, _REPORTERS = (40, 100), (9000, 10000)


class _Expanded:
    """The cells of a month laid out case by case."""

    def __init__(self, cells: list[Cell]) -> None:
        self._cells = cells
        self.counts = np.array([cell.case_count for cell in cells], dtype=np.int64)

    def values(self, values: list[int]) -> Ints:
        """Return one value a cell as one value a case."""
        return np.repeat(np.array(values, dtype=np.int64), self.counts)

    def flag(self, name: str) -> Bools:
        """Return a flag of the cells, case by case."""
        found: Bools = self.values([int(getattr(cell, name)) for cell in self._cells]) == 1
        return found

    def code(self, name: str) -> Column:
        """Return a code of the cells as a column."""
        texts = [str(getattr(cell, name)) for cell in self._cells]
        labels = sorted(set(texts))
        return codes(labels, self.values([labels.index(text) for text in texts]))


def _base_counts(cells: list[Cell], rng: np.random.Generator) -> Ints:
    """Spread each cell's units over its cases: every case one, the rest unevenly."""
    spread = []
    for cell in cells:
        extra = cell.base_case_count - cell.case_count
        first, second = (rng.integers(1, 1001, extra) for _ in range(2))
        places = cell.case_count * first * second // 1_000_001
        spread.append(1 + np.bincount(places, minlength=cell.case_count))
    return np.concatenate(spread).astype(np.int64)


def _constraints(
    cells: list[Cell], cases: _Expanded, categories: Categories, districts: list[str]
) -> Constraints:
    groups: dict[tuple[bool | str | None, ...], int] = {}

    def group(cell: Cell) -> int:
        key = (
            cell.class_code, cell.is_street_order, cell.is_key, cell.is_complaint_response,
            cell.state_code in UNLIMITED,
        )  # fmt: skip
        has_group = bool(cell.class_code and not cell.category_code)
        return groups.setdefault(key, len(groups)) if has_group else -1

    columns: dict[str, list[int]] = {
        "district": [districts.index(cell.district_code) for cell in cells],
        "is_key": [cell.is_key for cell in cells],
        "is_complaint": [cell.is_complaint_response for cell in cells],
        "is_district_tier": [cell.source_code == "district_supervisor" for cell in cells],
        "is_open": [cell.state_code.startswith("open") for cell in cells],
        "is_early": [cell.state_code in EARLY for cell in cells],
        "is_unlimited": [cell.state_code in UNLIMITED for cell in cells],
        "street_order": [
            -1 if cell.is_street_order is None else int(cell.is_street_order) for cell in cells
        ],
        "is_component": [cell.class_code == "component" for cell in cells],
        "category": [
            categories.codes.index(cell.category_code) if cell.category_code else -1
            for cell in cells
        ],
        "group": [group(cell) for cell in cells],
    }
    return Constraints({name: cases.values(values) for name, values in columns.items()})


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
    cases = _Expanded(cells)
    districts = sorted(required_categories)
    states = cases.values([STATES.index(cell.state_code) for cell in cells])
    constraints = _constraints(cells, cases, categories, districts)
    required = np.array([required_categories[code] for code in districts], dtype=np.int64)
    category = deal_categories(
        constraints, categories, month.short_limits(categories), required, rng
    )
    line = draw_timeline(states, category, categories, month, rng)
    place_moments(line, category, categories, month, moments)
    order = np.lexsort((rng.permutation(len(states)), line.registered))
    dealt = _Dealt(_base_counts(cells, rng), category, line)
    table = {
        **_columns(cases, dealt, categories, rng),
        "is_void": flags(np.zeros(len(states), dtype=np.bool_)).emptied(
            rng.integers(0, 100, len(states)) < 20
        ),
    }
    prefix = plan.city.key_prefix("KM", plan.month)
    prefixes = {
        prefix: CASE_ID_DIGITS,
        f"{prefix}V": CASE_ID_DIGITS - 1,
        f"{prefix}R": CASE_ID_DIGITS - 1,
    }
    return {"case_id": serials(prefixes, len(states)), **take(table, order)}


def _places(districts: Column, rng: np.random.Generator) -> tuple[Column, Column, Column]:
    """Draw the street, community and grid of every case."""
    size = len(districts.values)
    labels, values = list(districts.labels), districts.values
    columns = []
    for count, form in ((_STREETS, "{:03d}"), (_COMMUNITIES, "{:03d}"), (_GRIDS, "G{:02d}")):
        values = values * count + rng.integers(1, count + 1, size) - 1
        labels = [label + form.format(n) for label in labels for n in range(1, count + 1)]
        columns.append(codes(labels, values))
    street, community, grid = columns
    return street, community, grid


def _people(
    kind: str, districts: Column, people: tuple[int, int], has_one: Bools, rng: np.random.Generator
) -> Column:
    """Draw the pseudonym of one of so many people of each case's district."""
    count, step = people
    first = np.array([int(code) * step for code in districts.labels], dtype=np.int64)
    person = first[districts.values] + rng.integers(0, count, len(has_one))
    known, places = np.unique(person[has_one], return_inverse=True)
    values = np.full(len(has_one), NO_TIME, dtype=np.int64)
    values[has_one] = places
    return codes(keyed_hashes(kind, known.tolist()), values)


@dataclass(frozen=True)
class _Dealt:
    """What was dealt to the cases: units, category (a place in the catalogue) and times."""

    base: Ints
    category: Ints
    line: Timeline


def _columns(
    cases: _Expanded, dealt: _Dealt, categories: Categories, rng: np.random.Generator
) -> Table:
    """Return all columns but case_id and is_void in cell order."""
    base, category, line = dealt.base, dealt.category, dealt.line
    size = len(category)

    def chance(percent: int) -> Bools:
        return rng.integers(0, 100, size) < percent

    is_key, is_complaint = cases.flag("is_key"), cases.flag("is_complaint_response")
    is_reworked, is_member = cases.flag("is_reworked"), cases.flag("is_grid_member")
    district, source = cases.code("district_code"), cases.code("source_code")
    platform, target = cases.code("platform_code"), cases.code("dispatch_target_code")
    street, community, grid = _places(district, rng)
    is_reported = source.matches("hotline") | source.matches("social_media")
    supervisor = _people("supervisor", district, _SUPERVISORS, ~is_reported, rng)
    reporter = _people("reporter", district, _REPORTERS, is_reported, rng)
    latest = np.maximum(np.maximum(line.registered, line.handled), line.closed)
    rework = np.where(is_reworked, 1 + (rng.integers(0, 10, size) == 0), 0)
    department = district.values * len(_DEPARTMENTS) + rng.integers(0, len(_DEPARTMENTS), size)
    departments = [code + name for code in district.labels for name in _DEPARTMENTS]
    role = (rng.integers(0, 100, size) >= 62).astype(np.int64)
    return {
        "updated_at": times(latest + rng.integers(60, 7200, size)),
        "registered_at": times(line.registered),
        "source_code": source,
        "platform_code": platform,
        "dispatch_target_code": target.emptied(platform.matches("district") & chance(50)),
        "department_code": codes(departments, department).emptied(chance(4)),
        "district_code": district,
        "street_code": street.emptied(chance(1)),
        "community_code": community.emptied(chance(2)),
        "grid_code": grid.emptied(chance(2)),
        "category_code": codes(categories.codes, category),
        "is_complaint_response": flags(is_complaint).emptied(~is_complaint & chance(30)),
        "is_key": flags(is_key).emptied((categories.is_key[category] == is_key) & chance(70)),
        "base_case_count": numbers(base).emptied((base == 1) & chance(10)),
        "due_at": times(line.due),
        "extended_due_at": times(line.extended),
        "deferred_until": times(line.deferred),
        "handled_at": times(line.handled).emptied(chance(1)),
        "closed_at": times(line.closed),
        "rework_count": numbers(rework).emptied(~is_reworked & chance(5)),
        "handler_role_code": codes(_ROLES, role).emptied(~is_member),
        "supervisor_code": supervisor,
        "reporter_key": reporter,
    }
