"""Awarded scores that complete the measured indicators to the printed mechanism scores.

The measured scores are forecast here from the planned counts, only to find what is left for the
awards; what counts is what the models compute, and a test compares that with the bulletin.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grid_assessment.errors import GridError
from grid_assessment.synthesis.calibrate.figures import FigureKey
from grid_assessment.synthesis.calibrate.states import Part
from grid_assessment.synthesis.months import next_month
from grid_assessment.synthesis.streams import largest_remainder

_SHOULD_CLOSE = {"closed_on_time", "closed_late", "open_overdue"}
Row = Mapping[str, str]


def _share(parts: list[Part], part: Callable[[Part], bool]) -> Fraction:
    return Fraction(sum(p.case_count for p in parts if part(p)), sum(p.case_count for p in parts))


def _is_closed(part: Part) -> bool:
    return not part.kind.is_open


def _measures(parts: list[Part], inspection: Mapping[str, int], days: int) -> dict[str, Fraction]:
    """Return the measures of one district; its categories are taken as covered."""
    should = [part for part in parts if part.state_code in _SHOULD_CLOSE]
    members = [part for part in parts if part.kind.is_grid_member]
    on_district = [part for part in parts if part.kind.platform_code == "district"]
    dispatched = [
        part
        for part in parts
        if part.kind.platform_code == "municipal" and part.kind.dispatch_target_code == "district"
    ]
    grid_days = inspection["patrol_grid_count"] * days - inspection["rest_grid_day_count"]
    return {
        "municipal_dispatch_closure_rate": _share(dispatched, _is_closed),
        "district_platform_closure_rate": _share(on_district, _is_closed),
        "key_case_closure_rate": _share([p for p in parts if p.kind.is_key], _is_closed),
        "on_time_closure_rate": _share(should, lambda p: p.state_code == "closed_on_time"),
        "rework_rate": _share(should, lambda p: p.is_reworked),
        "grid_member_closure_rate": _share(members, _is_closed),
        "grid_member_participation_rate": _share(parts, lambda p: p.kind.is_grid_member),
        "key_sample_omission_rate": Fraction(
            inspection["key_omitted_count"], inspection["key_checked_count"]
        ),
        "patrol_coverage_rate": 1 - Fraction(inspection["uncovered_grid_day_count"], grid_days),
        "category_coverage_rate": Fraction(1),
        "satellite_unhandled_count": Fraction(inspection["unhandled_finding_count"]),
    }


def _exact_score(indicator: Row, measure: Fraction) -> Fraction:
    full = Fraction(indicator["full_marks"])
    match indicator["scoring_method"]:
        case "rate":
            return full * measure
        case "inverse_rate":
            return full * (1 - measure)
        case "target_rate":
            return full * min(Fraction(1), measure / Fraction(indicator["target_value"]))
    return max(Fraction(0), full - Fraction(indicator["unit_points"]) * measure)


def _forecast(indicator: Row, measure: Fraction) -> int:
    """Return the score of a measured indicator in hundredths, rounded half up."""
    return int((200 * _exact_score(indicator, measure) + 1) // 2)


def lost_parts_of_timeliness(
    indicators: list[dict[str, str]],
    printed: Mapping[FigureKey, Decimal],
    targets: dict[str, Any],
) -> dict[str, tuple[Decimal, Decimal]]:
    """Return by district the parts (0 to 1) lost of on-time closure and of rework.

    The targets give the on-time score; rework has what is left of the printed handling score.
    """
    full = {row["indicator_code"]: Decimal(row["full_marks"]) for row in indicators}
    lost = {}
    for district, hundredths in targets["on_time_score"].items():
        on_time = Decimal(hundredths) / 100
        others = Decimal(targets["other_handling_score"][district])
        rework = printed["mechanism_score", district, "handling"] - others - on_time
        lost[district] = (1 - on_time / full["on_time_closure"], 1 - rework / full["rework"])
    return lost


def _score(indicator: Row, measures: Mapping[str, Fraction]) -> int:
    """Return a measured score, or full marks of an assessed one (a bonus starts at nothing)."""
    if indicator["measure_code"]:
        return _forecast(indicator, measures[indicator["measure_code"]])
    is_bonus = indicator["mechanism_code"] == "bonus"
    return 0 if is_bonus else int(Decimal(indicator["full_marks"]) * 100)


def awards(
    parts: list[Part],
    inspections: Mapping[str, Mapping[str, int]],
    indicators: list[dict[str, str]],
    printed: Mapping[FigureKey, Decimal],
    targets: dict[str, Any],
) -> list[dict[str, str]]:
    """Return the awarded score of every district and assessed indicator.

    Args:
        parts: the cases of the month.
        inspections: counts by district.
        indicators: rows of indicators.csv in force in the month.
        printed: the printed figures.
        targets: lost_points, and the month.

    Raises:
        GridError: a mechanism's printed score cannot be reached.

    """
    month = date.fromisoformat(targets["assessment_month"])
    days = (next_month(month) - month).days
    rows = []
    for district, inspection in inspections.items():
        own = [part for part in parts if part.kind.district_code == district]
        measures = _measures(own, inspection, days)
        scores = {row["indicator_code"]: _score(row, measures) for row in indicators}
        for mechanism in dict.fromkeys(row["mechanism_code"] for row in indicators):
            codes = [r["indicator_code"] for r in indicators if r["mechanism_code"] == mechanism]
            lost = sum(scores[code] for code in codes) - int(
                100 * printed["mechanism_score", district, mechanism]
            )
            if not lost:
                continue
            weights = targets["lost_points"].get(mechanism)
            if not weights:
                raise GridError(f"calibration: {mechanism} of {district} is {lost} hundredths off")
            split = largest_remainder(abs(lost), list(weights.values()))
            for code, points in zip(weights, split, strict=True):
                scores[code] -= points if lost > 0 else -points
        rows += [
            {
                "district_code": district,
                "indicator_code": row["indicator_code"],
                "awarded_score": f"{Decimal(scores[row['indicator_code']]) / 100:.2f}",
            }
            for row in indicators
            if row["scoring_method"] == "assessed"
        ]
    return rows
