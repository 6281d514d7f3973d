"""The bulletin marts made of cases."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from .cases import ABSENT, WHOLE, Case, CaseCounts, Key, Rows, as_rows, competition_ranks, tally
from .reference import Reference, previous_month
from .rounding import change_rate, rate


def case_facts(cases: list[Case]) -> Rows:
    """Return the states of every case, void ones too."""
    columns = (
        "assessment_month",
        "cutoff_at",
        "district_code",
        "platform_code",
        "dispatch_target_code",
        "class_code",
        "is_key",
        "base_case_count",
        "rework_count",
        "is_closed",
        "deadline_at",
        "timeliness_code",
        "is_should_close",
        "is_void",
    )
    return {(case.case_id,): {name: getattr(case, name) for name in columns} for case in cases}


def _shares(rows: Rows, share: str, whole_of: tuple[int, ...]) -> Rows:
    """Add each row's part of the registered cases of its whole (positions in the key)."""
    wholes: dict[Key, int] = defaultdict(int)
    for key, row in rows.items():
        wholes[tuple(key[place] for place in whole_of)] += row["registered_count"]
    for key, row in rows.items():
        whole = wholes[tuple(key[place] for place in whole_of)]
        row[share] = rate(row["registered_count"], whole)
    return rows


def case_totals(cases: list[Case]) -> dict[str, Rows]:
    """Return the case totals by case type, class, source, category and district."""

    def typed(case: Case, *parts: Any) -> list[Key]:
        return [(case.assessment_month, *parts, kind) for kind in case.case_types()]

    totals = as_rows(tally(cases, lambda c: typed(c, c.assessment_group_code)))
    by_class = as_rows(
        tally(cases, lambda c: [(c.assessment_month, c.assessment_group_code, c.class_code)])
    )
    by_source = as_rows(tally(cases, lambda c: typed(c, c.assessment_group_code, c.source_code)))
    by_category = as_rows(
        tally(
            cases,
            lambda c: [
                key
                for class_code in (c.class_code, WHOLE)
                for key in typed(c, c.assessment_group_code, class_code, c.category_code)
            ],
        )
    )
    return {
        "case_totals_monthly": totals,
        "case_totals_by_class_monthly": _shares(by_class, "registered_share", (0, 1)),
        "case_totals_by_source_monthly": _shares(by_source, "registered_share", (0, 1, 3)),
        "case_totals_by_category_monthly": _ranked_categories(
            _shares(by_category, "class_share", (0, 1, 2, 4))
        ),
        "case_totals_by_district_monthly": as_rows(
            tally(cases, lambda c: typed(c, c.district_code))
        ),
        "case_totals_by_district_source_monthly": as_rows(
            tally(cases, lambda c: typed(c, c.district_code, c.source_code))
        ),
    }


def _ranked_categories(rows: Rows) -> Rows:
    members = defaultdict(list)
    for month, group, class_code, category, kind in rows:
        members[(month, group, class_code, kind)].append(
            (category, rows[(month, group, class_code, category, kind)])
        )
    for listed in members.values():
        listed.sort(key=lambda member: (-member[1]["registered_count"], str(member[0])))
        for place, (_, row) in enumerate(listed, start=1):
            row["category_rank"] = place
    return rows


def platform_closure(cases: list[Case]) -> Rows:
    """Return closure by platform and dispatch target; ``none`` where no district got the case."""

    def keys_of(case: Case) -> Iterable[Key]:
        head = (case.assessment_month, case.assessment_group_code, case.platform_code)
        is_to_district = case.dispatch_target_code == "district"
        district = case.district_code if is_to_district else ABSENT
        return [(*head, case.dispatch_target_code, district), (*head, WHOLE, WHOLE)]

    return as_rows(tally(cases, keys_of))


def _by_district(case: Case) -> list[Key]:
    head = (case.assessment_month, case.assessment_group_code)
    return [(*head, case.district_code), (*head, WHOLE)]


def grid_member_handling(cases: list[Case]) -> Rows:
    """Return the cases that grid members handled on the spot."""
    return as_rows(tally((c for c in cases if c.handler_role_code is not None), _by_district))


def street_order_reports(cases: list[Case], months: set[date]) -> Rows:
    """Return the municipal tier's cases of street order against the month before."""
    counts = tally(
        (case for case in cases if case.tier_code == "municipal" and case.is_street_order),
        _by_district,
    )
    places = {key[1:] for key in counts}
    rows: Rows = {}
    for month in months:
        before = previous_month(month)
        for place in places:
            key = (month, *place)
            current = counts.get(key, CaseCounts())
            previous = None
            if before in months:
                previous = counts.get((before, *place), CaseCounts()).registered_count
            if key in counts or previous:
                rows[key] = current.columns() | {
                    "previous_registered_count": previous,
                    "change_rate": change_rate(current.registered_count, previous),
                }
    return rows


def open_case_backlog(cases: list[Case], months: set[date], reference: Reference) -> Rows:
    """Return the cases of a month and before that are open at its cutoff, without age bands."""
    rows: Rows = {}
    for month in months:
        cutoff_at = reference.cutoff_at(month)
        for case in cases:
            if case.is_void or case.assessment_month > month:
                continue
            if case.closed_at is not None and case.closed_at <= cutoff_at:
                continue
            for place in (case.district_code, WHOLE):
                key = (month, case.assessment_group_code, place)
                rows.setdefault(key, {"open_count": 0})["open_count"] += 1
    return rows


def closure_of_units(
    cases: list[Case], unit: str, minimum_registered_count: int, reference: Reference
) -> Rows:
    """Return closure by street (of a district) or by department, with ranks.

    Ranks compare the streets of one assessment group, and the departments of one city, by the
    rounded rate; a unit below the minimum count, or without a code, is listed and not ranked.
    """

    def keys_of(case: Case) -> list[Key]:
        if unit == "street":
            return [(case.assessment_month, case.district_code, case.street_code)]
        city = reference.city_of(case.district_code)
        return [(case.assessment_month, city, case.department_code)]

    def field_of(key: Key) -> Key:
        return (key[0], reference.group_of(str(key[1])) if unit == "street" else key[1])

    rows = as_rows(tally(cases, keys_of))
    for rate_name, rank_name in (
        ("closure_rate", "closure_rank"),
        ("on_time_closure_rate", "on_time_closure_rank"),
    ):
        fields: dict[Key, dict[Key, Any]] = defaultdict(dict)
        for key, row in rows.items():
            row[rank_name] = None
            is_counted = row["registered_count"] >= minimum_registered_count
            if is_counted and key[-1] != ABSENT and row[rate_name] is not None:
                fields[field_of(key)][key] = row[rate_name]
        for field in fields.values():
            for key, rank in competition_ranks(field).items():
                rows[key][rank_name] = rank
    return rows
