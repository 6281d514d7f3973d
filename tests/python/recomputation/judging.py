"""Every landed row is accepted, superseded or rejected with all its reasons."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from .contract import PROJECT_DIR
from .reading import LandedRow
from .reference import Reference, first_of_month

DISPATCH_TARGETS = frozenset({"district", "municipal_department", "other"})


@dataclass
class Judgement:
    """The verdict on the rows of one dataset."""

    current: list[LandedRow] = field(default_factory=list)
    superseded: list[LandedRow] = field(default_factory=list)
    rejected: list[tuple[LandedRow, tuple[str, ...]]] = field(default_factory=list)


@cache
def reason_priorities() -> dict[str, int]:
    """Return the priority of every reason code."""
    path = PROJECT_DIR / "seeds" / "rules" / "reject_reasons.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["reason_code"]: int(row["priority"]) for row in csv.DictReader(stream)}


def _column_reasons(row: LandedRow, known: dict[str, frozenset[str]]) -> set[str]:
    """Judge each cell by its own column."""
    reasons = {"unparsable_value"} if row.unparsable else set()
    for column, value in zip(row.dataset.columns, row.cells, strict=True):
        if value is None:
            is_required = not (column.is_optional or column.is_nullable)
            if is_required and column.name not in row.unparsable:
                reasons.add("missing_required_value")
            continue
        if column.codes is not None and value not in column.codes:
            reasons.add("unknown_code")
        if column.reference is not None and value not in known[column.reference]:
            reasons.add("unknown_code")
        if column.minimum is not None and value < column.minimum:
            reasons.add("count_below_minimum")
    return reasons


def _month_reasons(row: LandedRow) -> set[str]:
    own = row[row.dataset.month_of]
    if own is None:
        return set()
    reasons = set()
    if row.folder_month is not None and first_of_month(own) != row.folder_month:
        reasons.add("outside_folder_month")
    if row.dataset.month_of == "assessment_month" and own.day != 1:
        reasons.add("not_first_of_month")
    return reasons


def _case_reasons(row: LandedRow, reference: Reference) -> set[str]:
    reasons = set()
    if row["platform_code"] == "municipal":
        target = row["dispatch_target_code"]
        # An unparsable cell cannot be said to be missing (a varchar never is unparsable).
        if target is None:
            reasons.add("missing_dispatch_target")
        elif target not in DISPATCH_TARGETS:
            reasons.add("unknown_code")
    registered_at = row["registered_at"]
    if registered_at is None:
        return reasons
    for event, reason in (
        ("closed_at", "closed_before_registered"),
        ("handled_at", "handled_before_registered"),
    ):
        if row[event] is not None and row[event] < registered_at:
            reasons.add(reason)
    if registered_at > reference.cutoff_at(first_of_month(registered_at)):
        reasons.add("registered_after_cutoff")
    return reasons


def _award_reasons(row: LandedRow, reference: Reference) -> set[str]:
    month, score = row["assessment_month"], row["awarded_score"]
    if month is None or score is None:
        return set()
    for indicator in reference.indicators_in_force(first_of_month(month)):
        if indicator["indicator_code"] == row["indicator_code"]:
            highest = indicator["full_marks"] + (indicator["bonus_cap"] or 0)
            if not 0 <= score <= highest:
                return {"score_out_of_range"}
    return set()


_OWN_RULES: dict[str, Callable[[LandedRow, Reference], set[str]]] = {
    "cases": _case_reasons,
    "indicator_assessments": _award_reasons,
}


def _version_of(row: LandedRow) -> tuple[Any, ...]:
    version = row.dataset.version
    return () if version is None else (row[version],)


def _mark_conflicts(rows: list[LandedRow], reasons: list[set[str]]) -> None:
    """Mark all rows of one load that share key and version but not their content."""
    places = defaultdict(list)
    for place, row in enumerate(rows):
        identity = (*row.natural_key(), *_version_of(row))
        if None not in identity:
            places[(row.load_id, *identity)].append(place)
    for group in places.values():
        contents = {(rows[place].cells, *sorted(rows[place].unparsable.items())) for place in group}
        if len(contents) > 1:
            for place in group:
                reasons[place].add("conflicting_duplicate")


def _mark_changed_months(rows: list[LandedRow], reasons: list[set[str]]) -> None:
    """Mark versions outside the month that the lowest faultless version of the case fixes."""
    versions = defaultdict(list)
    for place, row in enumerate(rows):
        if not reasons[place]:
            versions[row["case_id"]].append(place)
    for places in versions.values():
        lowest = min(places, key=lambda place: (rows[place]["updated_at"], rows[place].load_id))
        fixed: date = first_of_month(rows[lowest]["registered_at"])
        for place in places:
            if first_of_month(rows[place]["registered_at"]) != fixed:
                reasons[place].add("registered_month_changed")


def judge(dataset_name: str, rows: list[LandedRow], reference: Reference) -> Judgement:
    """Judge the rows of one dataset; then the highest accepted version of a key wins."""
    files = ("districts", "case_sources", "case_categories", "indicators")
    known = {name: reference.known_codes(name) for name in files}
    own_rule = _OWN_RULES.get(dataset_name)
    reasons = []
    for row in rows:
        found = _column_reasons(row, known) | _month_reasons(row)
        reasons.append(found | own_rule(row, reference) if own_rule else found)
    _mark_conflicts(rows, reasons)
    if dataset_name == "cases":
        _mark_changed_months(rows, reasons)

    judgement = Judgement()
    priorities = reason_priorities()
    versions = defaultdict(list)
    for row, found in zip(rows, reasons, strict=True):
        if found:
            ordered = tuple(sorted(found, key=priorities.__getitem__))
            judgement.rejected.append((row, ordered))
        else:
            versions[row.natural_key()].append(row)
    for accepted in versions.values():
        winner = max(accepted, key=lambda row: (*_version_of(row), row.load_id, -row.row_number))
        judgement.current.append(winner)
        judgement.superseded.extend(row for row in accepted if row is not winner)
    return judgement


def load_counts(judgement: Judgement) -> dict[str, Counter[str]]:
    """Count the verdicts of every load."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in judgement.current:
        counts[row.load_id]["accepted_count"] += 1
    for row in judgement.superseded:
        counts[row.load_id]["superseded_count"] += 1
    for row, _ in judgement.rejected:
        counts[row.load_id]["rejected_count"] += 1
    return counts
