"""Measures, indicator scores, mechanism scores, totals and ranks."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .cases import ABSENT, Case, CaseCounts, Key, Rows, competition_ranks, tally
from .coverage import Observations, category_coverage
from .reading import LandedRow
from .reference import Reference, Row, first_of_month, previous_month
from .rounding import RATE_PLACES, SCORE_PLACES, rounded

BONUS = "bonus"


@dataclass
class Measure:
    """A count, or a rate by its two counts."""

    numerator: int
    denominator: int | None
    is_count: bool = False

    @property
    def exact(self) -> Fraction | None:
        """Return the value before any rounding; None is no data."""
        if not self.denominator:
            return None
        return Fraction(self.numerator, 1 if self.is_count else self.denominator)


_CASE_MEASURES: dict[str, tuple[Callable[[Case], bool], str, str]] = {
    "closure_rate": (lambda c: True, "closed_count", "registered_count"),
    "on_time_closure_rate": (lambda c: True, "on_time_count", "should_close_count"),
    "rework_rate": (lambda c: True, "reworked_count", "should_close_count"),
    "key_case_closure_rate": (lambda c: c.is_key, "closed_count", "registered_count"),
    "municipal_dispatch_closure_rate": (
        lambda c: c.platform_code == "municipal" and c.dispatch_target_code == "district",
        "closed_count",
        "registered_count",
    ),
    "district_platform_closure_rate": (
        lambda c: c.platform_code == "district",
        "closed_count",
        "registered_count",
    ),
    "grid_member_closure_rate": (
        lambda c: c.handler_role_code is not None,
        "closed_count",
        "registered_count",
    ),
}


class Measures:
    """Every measure of the districts and months."""

    def __init__(self, cases: list[Case], seen: Observations, reference: Reference) -> None:
        """Count the cases of each measure once."""
        self._seen = seen
        self._reference = reference
        self._cases = {
            code: tally(
                (case for case in cases if belongs(case)),
                lambda c: [(c.assessment_month, c.district_code)],
            )
            for code, (belongs, _, _) in _CASE_MEASURES.items()
        }

    def _case_counts(self, code: str, month: date, district: str) -> CaseCounts:
        return self._cases[code].get((month, district), CaseCounts())

    def of(self, code: str, month: date, district: str) -> Measure:
        """Return a measure of one district and month."""
        if code in _CASE_MEASURES:
            _, numerator, denominator = _CASE_MEASURES[code]
            counts = self._case_counts(code, month, district)
            return Measure(getattr(counts, numerator), getattr(counts, denominator))
        if code == "grid_member_participation_rate":
            return Measure(
                self._case_counts("grid_member_closure_rate", month, district).registered_count,
                self._case_counts("closure_rate", month, district).registered_count,
            )
        place = (month, self._reference.group_of(district), district)
        if code in {"key_sample_omission_rate", "sample_omission_rate"}:
            kind = "key" if code.startswith("key") else "all"
            found = self._seen.omission_checks.get((*place, kind), Counter())
            return Measure(found["omitted_count"], found["checked_count"])
        if code == "patrol_coverage_rate":
            found = self._seen.patrols.get(place, Counter())
            return Measure(found["covered_grid_day_count"], found["required_grid_day_count"])
        if code == "category_coverage_rate":
            return Measure(*category_coverage(self._seen, month, district, self._reference))
        if code == "satellite_unhandled_count":
            found = self._seen.satellite_findings.get(place, Counter())
            checked = found["checked_count"]
            return Measure(checked - found["handled_count"], checked, is_count=True)
        raise KeyError(code)


def exact_score(indicator: Row, value: Fraction) -> Fraction:
    """Return the score of a measure before rounding."""
    full_marks = Fraction(indicator["full_marks"])
    method = indicator["scoring_method"]
    if method == "rate":
        return full_marks * value
    if method == "inverse_rate":
        return full_marks * (1 - value)
    if method == "target_rate":
        return full_marks * min(Fraction(1), value / Fraction(indicator["target_value"]))
    if method == "unit_deduction":
        return max(Fraction(0), full_marks - Fraction(indicator["unit_points"]) * value)
    raise KeyError(method)


def _without_data(indicator: Row) -> Decimal | None:
    scores: dict[str, Decimal | None] = {
        "full_marks": indicator["full_marks"],
        "zero": Decimal(0),
        "no_score": None,
    }
    return scores[indicator["when_no_data"]]


def _awards(rows: list[LandedRow]) -> dict[Key, Decimal]:
    return {
        (
            first_of_month(row["assessment_month"]),
            row["district_code"],
            row["indicator_code"],
        ): row["awarded_score"]
        for row in rows
    }


def indicator_scores(
    months: set[date], measures: Measures, awards: list[LandedRow], reference: Reference
) -> Rows:
    """Return the score of every indicator in force for every ranked district."""
    awarded = _awards(awards)
    rows: Rows = {}
    for month in months:
        for indicator in reference.indicators_in_force(month):
            for district in reference.ranked_districts():
                key = (month, district, indicator["indicator_code"])
                rows[key] = _indicator_row(indicator, key, measures, awarded)
    return rows


def _indicator_row(
    indicator: Row, key: tuple[date, str, str], measures: Measures, awarded: dict[Key, Decimal]
) -> dict[str, Any]:
    month, district, _ = key
    measure: Measure | None = None
    value: Fraction | None = None
    if indicator["scoring_method"] == "assessed":
        score = awarded.get(key)
        value = None if score is None else Fraction(score)
    else:
        measure = measures.of(indicator["measure_code"], month, district)
        value = measure.exact
        score = None if value is None else rounded(exact_score(indicator, value), SCORE_PLACES)
    if score is None:
        score = _without_data(indicator)
    lost = None if score is None else max(Decimal(0), indicator["full_marks"] - score)
    if indicator["mechanism_code"] == BONUS and lost is not None:
        lost = Decimal(0)
    return {
        "mechanism_code": indicator["mechanism_code"],
        "full_marks": indicator["full_marks"],
        "scoring_method": indicator["scoring_method"],
        "measure_code": indicator["measure_code"] or ABSENT,
        "numerator": measure.numerator if measure else None,
        "denominator": measure.denominator if measure else None,
        "measure_value": None if value is None else rounded(value, RATE_PLACES),
        "score": score,
        "lost_score": lost,
        "basis": indicator["basis"],
    }


def mechanism_scores(months: set[date], indicators: Rows, reference: Reference) -> Rows:
    """Return the sum of the indicators of every mechanism in force; NULL where one has no score."""
    scores: dict[Key, list[Decimal | None]] = defaultdict(list)
    for (month, district, _), row in indicators.items():
        scores[(month, district, row["mechanism_code"])].append(row["score"])
    rows: Rows = {}
    for month in months:
        for mechanism in reference.mechanisms_in_force(month):
            for district in reference.ranked_districts():
                key = (month, district, mechanism["mechanism_code"])
                found = [score for score in scores[key] if score is not None]
                is_complete = bool(found) and len(found) == len(scores[key])
                rows[key] = {
                    "full_marks": mechanism["full_marks"],
                    "total_weight": mechanism["total_weight"],
                    "score": sum(found, Decimal(0)) if is_complete else None,
                }
    return rows


def district_ranking(months: set[date], mechanisms: Rows, reference: Reference) -> Rows:
    """Return totals and ranks; the mechanisms not in force are NULL and outside the total."""
    codes = {row["mechanism_code"] for row in reference.mechanisms}
    rows: Rows = {}
    for month in sorted(months):
        totals: dict[str, dict[Key, Decimal]] = defaultdict(dict)
        for district in reference.ranked_districts():
            own = {
                c: mechanisms[(month, district, c)]
                for c in codes
                if (month, district, c) in mechanisms
            }
            row: dict[str, Any] = {
                f"{code}_score": own[code]["score"] if code in own else None for code in codes
            }
            group = reference.group_of(district)
            total = None
            if own and all(found["score"] is not None for found in own.values()):
                exact = sum(
                    Fraction(found["total_weight"]) * Fraction(found["score"])
                    for found in own.values()
                )
                total = rounded(Fraction(exact), SCORE_PLACES)
                totals[group][(month, district)] = total
            row |= {
                "assessment_group_code": group,
                "district_name": reference.districts[district]["district_name"],
                "total_score": total,
                "district_rank": None,
                "is_unranked": total is None,
            }
            rows[(month, district)] = row
        for field in totals.values():
            for place, rank in competition_ranks(field).items():
                rows[place]["district_rank"] = rank
        _compare_with_previous(rows, month, reference)
    return rows


def _compare_with_previous(rows: Rows, month: date, reference: Reference) -> None:
    for district in reference.ranked_districts():
        row = rows[(month, district)]
        before = rows.get((previous_month(month), district), {})
        row["previous_total_score"] = before.get("total_score")
        row["previous_rank"] = before.get("district_rank")
        row["rank_change"] = (
            None
            if row["previous_rank"] is None or row["district_rank"] is None
            else row["previous_rank"] - row["district_rank"]
        )
