"""Where the points went, what would win a rank, and the ranks that the sample leaves open."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .cases import ABSENT, Case, Key, Rows
from .coverage import Observations, counted_omissions
from .reading import LandedRow
from .reference import Reference, Row, first_of_month
from .rounding import SCORE_PLACES, rounded, wilson_interval
from .scoring import BONUS, Measure, exact_score

NO_EVIDENCE = "no_evidence"
_CENT = Decimal("0.01")

_FAILS: dict[str, Callable[[Case], bool]] = {
    "closure_rate": lambda c: not c.is_closed,
    "on_time_closure_rate": lambda c: c.is_should_close and c.timeliness_code != "on_time",
    "rework_rate": lambda c: c.is_should_close and c.rework_count > 0,
    "key_case_closure_rate": lambda c: c.is_key and not c.is_closed,
    "municipal_dispatch_closure_rate": lambda c: (
        c.platform_code == "municipal" and c.dispatch_target_code == "district" and not c.is_closed
    ),
    "district_platform_closure_rate": lambda c: c.platform_code == "district" and not c.is_closed,
    "grid_member_closure_rate": lambda c: c.handler_role_code is not None and not c.is_closed,
    "grid_member_participation_rate": lambda c: c.handler_role_code is None,
}
_OMISSION_KINDS = {"key_sample_omission_rate": "key", "sample_omission_rate": "all"}


def _failures(
    cases: list[Case], checks: list[LandedRow], months: set[date], reference: Reference
) -> dict[Key, Counter[str]]:
    """Count the failing cases and checks of each measure by category."""
    failures: dict[Key, Counter[str]] = defaultdict(Counter)
    for case in cases:
        if not case.is_void:
            for code, fails in _FAILS.items():
                if fails(case):
                    place = (code, case.assessment_month, case.district_code)
                    failures[place][case.category_code] += 1
    for row, month in counted_omissions(checks, months, reference):
        for code, kind in _OMISSION_KINDS.items():
            if kind == "all" or row["is_key"]:
                failures[(code, month, row["district_code"])][row["category_code"]] += 1
    return failures


def _named(key: Key) -> tuple[Any, ...]:
    """Return the parts of a key: a month, a district, an indicator."""
    return key


def _failing(indicator: dict[str, Any]) -> int:
    if not indicator["denominator"]:
        return 0
    if indicator["scoring_method"] in {"rate", "target_rate"}:
        return int(indicator["denominator"] - indicator["numerator"])
    return int(indicator["numerator"])


def split(lost: Decimal, weights: list[int]) -> list[Decimal]:
    """Split hundredths by the largest remainder; equal remainders in the order given."""
    cents = int(lost / _CENT)
    whole = sum(weights)
    if cents == 0:
        return [Decimal(0)] * len(weights)
    quotas = [Fraction(cents * weight, whole) for weight in weights]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - quotas[place], place))
    for place in order[: cents - sum(parts)]:
        parts[place] += 1
    return [part * _CENT for part in parts]


def score_loss_drivers(
    indicators: Rows,
    cases: list[Case],
    current: dict[str, list[LandedRow]],
    months: set[date],
    reference: Reference,
) -> Rows:
    """Return the drivers of every indicator with a loss, and of assessed ones with evidence."""
    failures = _failures(cases, current["omission_checks"], months, reference)
    items: dict[Key, dict[int, Decimal]] = defaultdict(dict)
    for row in current["indicator_deductions"]:
        head = (first_of_month(row["assessment_month"]), row["district_code"])
        items[(*head, row["indicator_code"])][row["item_number"]] = row["points"]
    rows: Rows = {}
    for key, indicator in indicators.items():
        if indicator["score"] is None:
            continue
        if indicator["scoring_method"] == "assessed":
            base = 0 if indicator["mechanism_code"] == BONUS else indicator["full_marks"]
            found: list[tuple[str, Decimal]] = [
                (str(number), points) for number, points in sorted(items[key].items())
            ]
            missing = base - indicator["score"] - sum(points for _, points in found)
            if missing:
                found.append((NO_EVIDENCE, missing))
            weights = [max(0, int(points / _CENT)) for _, points in found]
            shares = split(indicator["lost_score"], weights)
            for (item, points), lost in zip(found, shares, strict=True):
                rows[(*key, ABSENT, item)] = {
                    "failing_count": 0,
                    "points": points,
                    "lost_score": lost,
                }
        elif indicator["lost_score"] > 0:
            counts = failures.get((indicator["measure_code"], *key[:2]), Counter())
            if not counts or not indicator["denominator"]:
                counts = Counter({ABSENT: _failing(indicator)})
            categories = sorted(counts)
            weights = [max(1, counts[category]) for category in categories]
            shares = split(indicator["lost_score"], weights)
            for category, lost in zip(categories, shares, strict=True):
                rows[(*key, category, ABSENT)] = {
                    "failing_count": counts[category],
                    "points": None,
                    "lost_score": lost,
                }
    return rows


def _total(month: date, district: str, mechanisms: Rows, changes: dict[Any, Decimal]) -> Decimal:
    """Return the total with changes of some mechanisms' scores."""
    exact = sum(
        (
            Fraction(row["total_weight"]) * Fraction(row["score"] + changes.get(key[2], 0))
            for key, row in mechanisms.items()
            if key[:2] == (month, district)
        ),
        Fraction(0),
    )
    return rounded(exact, SCORE_PLACES)


def _rank(total: Decimal, others: list[Decimal]) -> int:
    return 1 + sum(other > total for other in others)


def _others(month: date, district: str, ranking: Rows) -> list[Decimal]:
    group = ranking[(month, district)]["assessment_group_code"]
    return [
        row["total_score"]
        for key, row in ranking.items()
        if key[0] == month
        and key[1] != district
        and row["assessment_group_code"] == group
        and row["total_score"] is not None
    ]


def _rules(reference: Reference, month: date) -> dict[str, Row]:
    return {row["indicator_code"]: row for row in reference.indicators_in_force(month)}


def rank_sensitivity(
    indicators: Rows, mechanisms: Rows, ranking: Rows, reference: Reference
) -> Rows:
    """Try every number of further successes until the completely rescored rank is better."""
    rows: Rows = {}
    for key, indicator in indicators.items():
        if indicator["scoring_method"] == "assessed":
            continue
        month, district, code = _named(key)
        own = ranking[(month, district)]
        others = _others(month, district, ranking)
        better = [total for total in others if (own["total_score"] or 10**9) < total]
        next_total = min(better, default=None)
        needed = None
        rule = _rules(reference, month)[code]
        failing = _failing(indicator)
        for count in range(1, failing + 1) if next_total is not None else ():
            is_rate = indicator["scoring_method"] in {"rate", "target_rate"}
            measure = Measure(
                indicator["numerator"] + (count if is_rate else -count),
                indicator["denominator"],
                is_count=indicator["scoring_method"] == "unit_deduction",
            )
            value = measure.exact
            if value is None:
                break
            change = rounded(exact_score(rule, value), SCORE_PLACES) - indicator["score"]
            total = _total(month, district, mechanisms, {indicator["mechanism_code"]: change})
            if _rank(total, others) < own["district_rank"]:
                needed = count
                break
        rows[key] = {
            "failing_count": failing,
            "next_total_score": next_total,
            "points_to_next_rank": (
                None if next_total is None else next_total - own["total_score"]
            ),
            "needed_count": needed,
        }
    return rows


def add_rank_intervals(
    ranking: Rows,
    indicators: Rows,
    mechanisms: Rows,
    seen: Observations,
    reference: Reference,
) -> None:
    """Add the ranks at the ends of the omission interval, the others as they are."""
    for key, row in ranking.items():
        month, district = _named(key)
        row["rank_low"] = row["rank_high"] = row["district_rank"]
        if row["total_score"] is None:
            continue
        changes: list[dict[str, Decimal]] = [defaultdict(Decimal), defaultdict(Decimal)]
        for code, rule in _rules(reference, month).items():
            kind = _OMISSION_KINDS.get(rule["measure_code"] or "")
            if kind is None or rule["scoring_method"] in {"unit_deduction", "assessed"}:
                continue
            place = (month, reference.group_of(district), district, kind)
            found = seen.omission_checks.get(place, Counter())
            ends = wilson_interval(found["omitted_count"], found["checked_count"])
            for end, change in zip(ends, changes, strict=True):
                if end is not None:
                    score = rounded(exact_score(rule, Fraction(end)), SCORE_PLACES)
                    sampled = indicators[(month, district, code)]["score"]
                    change[rule["mechanism_code"]] += score - sampled
        others = _others(month, district, ranking)
        ranks = [_rank(_total(month, district, mechanisms, change), others) for change in changes]
        row["rank_low"], row["rank_high"] = min(ranks), max(ranks)
