"""Omission checks, patrols, satellite findings and whistles, as of the cutoff."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from .cases import WHOLE, Case, Key, Rows, case_types
from .reading import LandedRow
from .reference import Reference, first_of_month
from .rounding import rate, wilson_interval

CountsByKey = dict[Key, Counter[str]]


@dataclass
class Observations:
    """The counts of the small datasets by (month, group, district, ...), ``all`` included."""

    omission_checks: CountsByKey = field(default_factory=lambda: defaultdict(Counter))
    patrols: CountsByKey = field(default_factory=lambda: defaultdict(Counter))
    satellite_findings: CountsByKey = field(default_factory=lambda: defaultdict(Counter))
    areas: dict[Key, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    whistles: CountsByKey = field(default_factory=lambda: defaultdict(Counter))
    covered_categories: dict[Key, set[str]] = field(default_factory=dict)


def _heads(
    row: LandedRow, months: set[date], reference: Reference
) -> tuple[datetime, list[Key]] | None:
    """Return the cutoff and the keys under which a row counts, or None if it does not."""
    happened = row[row.dataset.month_of]
    happened_at = happened if isinstance(happened, datetime) else datetime.combine(happened, time())
    month = first_of_month(happened_at)
    cutoff_at = reference.cutoff_at(month)
    if month not in months or happened_at > cutoff_at:
        return None
    district = row["district_code"]
    group = reference.group_of(district)
    return cutoff_at, [(month, group, district), (month, group, WHOLE)]


def observe(
    current: dict[str, list[LandedRow]],
    cases: list[Case],
    months: set[date],
    reference: Reference,
) -> Observations:
    """Count the current rows of the small datasets in the months that exist."""
    seen = Observations()

    def counted(name: str) -> Iterable[tuple[LandedRow, datetime, Key]]:
        for row in current[name]:
            found = _heads(row, months, reference)
            if found is not None:
                for head in found[1]:
                    yield row, found[0], head

    for row, _, head in counted("omission_checks"):
        # A NULL flag is false in every dataset but cases, where the category has a default.
        for kind in case_types(bool(row["is_key"])):
            seen.omission_checks[(*head, kind)].update(
                checked_count=1, omitted_count=int(bool(row["is_omitted"]))
            )
    for row, _, head in counted("patrols"):
        required, completed = row["required_pass_count"], row["completed_pass_count"]
        seen.patrols[head].update(
            required_grid_day_count=int(required > 0),
            covered_grid_day_count=int(0 < required <= completed),
        )
    for row, _, head in counted("satellite_findings"):
        is_checked = bool(row["is_checked"])
        seen.satellite_findings[head].update(
            finding_count=1,
            checked_count=int(is_checked),
            handled_count=int(is_checked and bool(row["is_handled"])),
        )
        if row["area_m2"] is not None:
            seen.areas[head].append(row["area_m2"])
    for row, cutoff_at, head in counted("whistles"):
        for level in (row["level_code"], WHOLE):
            seen.whistles[(*head, level)].update(
                whistle_count=1,
                answered_count=int(_has_happened(row["answered_at"], cutoff_at)),
                resolved_count=int(_has_happened(row["resolved_at"], cutoff_at)),
            )
    seen.covered_categories = _covered_categories(cases)
    return seen


def counted_omissions(
    checks: list[LandedRow], months: set[date], reference: Reference
) -> Iterable[tuple[LandedRow, date]]:
    """Return the checks that count and found an omission, with their month."""
    for row in checks:
        found = _heads(row, months, reference)
        if found is not None and row["is_omitted"]:
            yield row, first_of_month(row["checked_at"])


def _has_happened(event_at: datetime | None, cutoff_at: datetime) -> bool:
    return event_at is not None and event_at <= cutoff_at


def _covered_categories(cases: list[Case]) -> dict[Key, set[str]]:
    covered: dict[Key, set[str]] = defaultdict(set)
    for case in cases:
        if case.tier_code == "district" and not case.is_void:
            place = (case.assessment_month, case.assessment_group_code, case.district_code)
            covered[place].add(case.category_code)
    return covered


def omission(seen: Observations, cases: list[Case]) -> Rows:
    """Return the sample's omission with its interval, and omission per registered case."""
    registered: Counter[Key] = Counter()
    for case in cases:
        if not case.is_void:
            for place in (case.district_code, WHOLE):
                head = (case.assessment_month, case.assessment_group_code, place)
                registered.update((*head, kind) for kind in case.case_types())
    rows: Rows = {}
    for key in registered.keys() | seen.omission_checks.keys():
        found = seen.omission_checks.get(key, Counter())
        checked, omitted = found["checked_count"], found["omitted_count"]
        low, high = wilson_interval(omitted, checked)
        rows[key] = {
            "checked_count": checked,
            "omitted_count": omitted,
            "registered_count": registered[key],
            "sample_omission_rate": rate(omitted, checked),
            "omission_low": low,
            "omission_high": high,
            "omission_rate": rate(omitted, registered[key]),
        }
    return rows


def category_coverage(
    seen: Observations, month: date, district: str, reference: Reference
) -> tuple[int, int | None]:
    """Return the covered categories, at most the required ones, and the required ones."""
    required = reference.districts[district]["required_category_count"]
    place = (month, reference.group_of(district), district)
    covered = len(seen.covered_categories.get(place, ()))
    return (covered if required is None else min(covered, required)), required


def patrol_coverage(seen: Observations, reference: Reference) -> Rows:
    """Return covered grid-days, and covered categories of single districts."""
    rows: Rows = {}
    for key in seen.patrols.keys() | seen.covered_categories.keys():
        found = seen.patrols.get(key, Counter())
        required, covered = found["required_grid_day_count"], found["covered_grid_day_count"]
        row: dict[str, Any] = {
            "required_grid_day_count": required,
            "covered_grid_day_count": covered,
            "patrol_coverage_rate": rate(covered, required),
        }
        month, _, district = key
        if district != WHOLE and isinstance(month, date):
            categories, wanted = category_coverage(seen, month, str(district), reference)
            row["required_category_count"] = wanted or 0
            row["category_coverage_rate"] = rate(categories, wanted)
            if wanted is not None:
                row["covered_category_count"] = categories
        rows[key] = row
    return rows


def satellite_findings(seen: Observations) -> Rows:
    """Return the findings; the area is left out where none is known."""
    rows: Rows = {}
    for key, found in seen.satellite_findings.items():
        rows[key] = {
            name: found[name] for name in ("finding_count", "checked_count", "handled_count")
        }
        if seen.areas.get(key):
            rows[key]["area_m2"] = sum(seen.areas[key], Decimal(0))
    return rows


def whistles(seen: Observations) -> Rows:
    """Return the whistles by level."""
    names = ("whistle_count", "answered_count", "resolved_count")
    return {key: {name: found[name] for name in names} for key, found in seen.whistles.items()}
