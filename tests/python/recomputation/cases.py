"""The current cases with their states as of the cutoff, and the counts made of them."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from .deadlines import default_deadline
from .reading import LandedRow
from .reference import Reference, first_of_month
from .rounding import rate

ABSENT = "none"
WHOLE = "all"
Key = tuple[Hashable, ...]
Rows = dict[Key, dict[str, Any]]
Unit = TypeVar("Unit", bound=Hashable)


@dataclass(slots=True)
class Case:
    """One current case."""

    case_id: str
    assessment_month: date
    cutoff_at: datetime
    assessment_group_code: str
    district_code: str
    street_code: str
    department_code: str
    platform_code: str
    dispatch_target_code: str
    source_code: str
    tier_code: str | None
    category_code: str
    class_code: str
    is_key: bool
    is_street_order: bool
    handler_role_code: str | None
    base_case_count: int
    rework_count: int
    registered_at: datetime
    closed_at: datetime | None
    is_closed: bool
    deadline_at: datetime | None
    timeliness_code: str
    is_should_close: bool
    is_void: bool

    def case_types(self) -> tuple[str, str]:
        """Return the two case types in which the case counts."""
        return case_types(self.is_key)


def case_types(is_key: bool) -> tuple[str, str]:
    """Return the own case type and the whole."""
    return ("key" if is_key else "routine", WHOLE)


def timeliness(
    closed_at: datetime | None,
    deferred_until: datetime | None,
    deadline_at: datetime | None,
    cutoff_at: datetime,
) -> str:
    """Return the first state that holds."""
    is_closed = closed_at is not None and closed_at <= cutoff_at
    if deadline_at is None:
        return "no_deadline"
    if closed_at is not None and is_closed:
        return "on_time" if closed_at <= deadline_at else "late"
    if deferred_until is not None and deferred_until > cutoff_at:
        return "not_due"
    return "not_due" if deadline_at >= cutoff_at else "overdue_open"


def case_of(row: LandedRow, reference: Reference) -> Case:
    """Fill in the defaults of an accepted row and judge its state."""
    category = reference.case_categories[row["category_code"]]
    registered_at = row["registered_at"]
    month = first_of_month(registered_at)
    cutoff_at = reference.cutoff_at(month)
    deadline_at = row["extended_due_at"] or row["due_at"]
    if deadline_at is None:
        deadline_at = default_deadline(
            registered_at, category["limit_value"], category["limit_unit"], reference
        )
    closed_at = row["closed_at"]
    state = timeliness(closed_at, row["deferred_until"], deadline_at, cutoff_at)
    is_district_platform = row["platform_code"] == "district"
    return Case(
        case_id=row["case_id"],
        assessment_month=month,
        cutoff_at=cutoff_at,
        assessment_group_code=reference.group_of(row["district_code"]),
        district_code=row["district_code"],
        street_code=row["street_code"] or ABSENT,
        department_code=row["department_code"] or ABSENT,
        platform_code=row["platform_code"],
        dispatch_target_code="district" if is_district_platform else row["dispatch_target_code"],
        source_code=row["source_code"],
        tier_code=reference.case_sources[row["source_code"]]["tier_code"],
        category_code=row["category_code"],
        class_code=(
            "complaint_response" if row["is_complaint_response"] else category["class_code"]
        ),
        is_key=category["is_key"] if row["is_key"] is None else row["is_key"],
        is_street_order=category["is_street_order"],
        handler_role_code=row["handler_role_code"],
        base_case_count=1 if row["base_case_count"] is None else row["base_case_count"],
        rework_count=row["rework_count"] or 0,
        registered_at=registered_at,
        closed_at=closed_at,
        is_closed=closed_at is not None and closed_at <= cutoff_at,
        deadline_at=deadline_at,
        timeliness_code=state,
        is_should_close=state in {"on_time", "late", "overdue_open"},
        is_void=bool(row["is_void"]),
    )


@dataclass(slots=True)
class CaseCounts:
    """The additive counts of some cases."""

    registered_count: int = 0
    closed_count: int = 0
    should_close_count: int = 0
    on_time_count: int = 0
    overdue_open_count: int = 0
    reworked_count: int = 0
    base_case_count: int = 0
    void_count: int = 0

    def add(self, case: Case) -> None:
        """Count one more case; a void one counts nowhere else."""
        if case.is_void:
            self.void_count += 1
            return
        self.registered_count += 1
        self.closed_count += case.is_closed
        self.should_close_count += case.is_should_close
        self.on_time_count += case.timeliness_code == "on_time"
        self.overdue_open_count += case.timeliness_code == "overdue_open"
        self.reworked_count += case.is_should_close and case.rework_count > 0
        self.base_case_count += case.base_case_count

    def columns(self) -> dict[str, int | Decimal | None]:
        """Return the counts with the rates made of them."""
        return {
            "registered_count": self.registered_count,
            "closed_count": self.closed_count,
            "should_close_count": self.should_close_count,
            "on_time_count": self.on_time_count,
            "overdue_open_count": self.overdue_open_count,
            "reworked_count": self.reworked_count,
            "base_case_count": self.base_case_count,
            "void_count": self.void_count,
            "closure_rate": rate(self.closed_count, self.registered_count),
            "on_time_closure_rate": rate(self.on_time_count, self.should_close_count),
            "rework_rate": rate(self.reworked_count, self.should_close_count),
        }


def tally(cases: Iterable[Case], keys_of: Callable[[Case], Iterable[Key]]) -> dict[Key, CaseCounts]:
    """Count every case under each of its keys."""
    counts: dict[Key, CaseCounts] = {}
    for case in cases:
        for key in keys_of(case):
            counts.setdefault(key, CaseCounts()).add(case)
    return counts


def as_rows(counts: dict[Key, CaseCounts]) -> Rows:
    """Return the columns under each key."""
    return {key: found.columns() for key, found in counts.items()}


def competition_ranks(values: Mapping[Unit, Any]) -> dict[Unit, int]:
    """Rank descending: equal values share a rank and the next rank is skipped ("1224")."""
    return {
        key: 1 + sum(other > value for other in values.values()) for key, value in values.items()
    }
