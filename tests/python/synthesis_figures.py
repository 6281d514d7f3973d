"""The rules of the score table in exact fractions, apart from the models."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from synthesis_judging import REFERENCE, Row, cutoff_of, judge, read


class Deadlines:
    """The plain reading of the deadline rule: walk over working periods one by one."""

    def __init__(self) -> None:
        """Read calendar, hours and limits."""
        days = read(REFERENCE / "working_calendar.csv")
        self.works = {
            date.fromisoformat(r["calendar_date"]): r["is_working_day"] == "true" for r in days
        }
        hours = read(REFERENCE / "working_hours.csv")
        self.periods = [
            (time.fromisoformat(r["start_time"]), time.fromisoformat(r["end_time"])) for r in hours
        ]
        self.limits = {r["category_code"]: r for r in read(REFERENCE / "case_categories.csv")}

    def of(self, case: Row) -> datetime | None:
        """Return the deadline in force, or None."""
        own: datetime | None = case["extended_due_at"] or case["due_at"]
        if own:
            return own
        registered: datetime = case["registered_at"]
        limit = self.limits[case["category_code"]]
        if limit["limit_value"] is None:
            return None
        value, unit = float(limit["limit_value"]), limit["limit_unit"]
        if unit.startswith("calendar"):
            return registered + timedelta(**{unit.removeprefix("calendar_"): value})
        left = timedelta(hours=value * (7 if unit == "working_days" else 1))
        day = registered.date()
        while True:
            for start, end in self.periods if self.works[day] else ():
                begin = max(datetime.combine(day, start), registered)
                room = datetime.combine(day, end) - begin
                if room >= left:
                    return begin + left
                left -= max(room, timedelta())
            day += timedelta(days=1)


def case_state(case: Row, cutoff: datetime, deadline: datetime | None) -> str:
    if deadline is None:
        return "no_deadline"
    if case["closed_at"] and case["closed_at"] <= cutoff:
        return "on_time" if case["closed_at"] <= deadline else "late"
    if (case["deferred_until"] and case["deferred_until"] > cutoff) or deadline >= cutoff:
        return "not_due"
    return "overdue_open"


def counted_cases(folder: Path, month: date) -> list[Row]:
    """Return the month's cases that are not void, with is_closed, state and is_key."""
    deadlines, keys = Deadlines(), {}
    for category in read(REFERENCE / "case_categories.csv"):
        keys[category["category_code"]] = category["is_key"] == "true"
    cases = []
    for case in judge(folder, "cases")["rows"]:
        if case["registered_at"].date().replace(day=1) != month or case["is_void"]:
            continue
        case["is_closed"] = bool(case["closed_at"] and case["closed_at"] <= cutoff_of(month))
        case["deadline_at"] = deadlines.of(case)
        case["state"] = case_state(case, cutoff_of(month), case["deadline_at"])
        case["is_key"] = keys[case["category_code"]] if case["is_key"] is None else case["is_key"]
        case["to_district"] = (
            case["platform_code"] == "municipal" and case["dispatch_target_code"] == "district"
        )
        cases.append(case)
    return cases


def half_up(value: Fraction) -> Fraction:
    return Fraction((200 * value.numerator + value.denominator) // (2 * value.denominator), 100)


def _rate(part: list[Row], whole: list[Row]) -> Fraction | None:
    return Fraction(len(part), len(whole)) if whole else None


def district_measures(folder: Path, month: date, district: str, required: int) -> dict[str, Any]:
    """Return every measure of the indicators in force in March 2021; None without data."""

    def own(dataset: str, column: str) -> list[Row]:
        return [
            r for r in judge(folder, dataset)["rows"]
            if r["district_code"] == district and f"{r[column]:%Y-%m}" == f"{month:%Y-%m}"
        ]  # fmt: skip

    cases = [c for c in counted_cases(folder, month) if c["district_code"] == district]

    def closure(chosen: list[Row]) -> Fraction | None:
        return _rate([c for c in chosen if c["is_closed"]], chosen)

    should = [c for c in cases if c["state"] in {"on_time", "late", "overdue_open"}]
    members = [c for c in cases if c["handler_role_code"]]
    checks = [c for c in own("omission_checks", "checked_at") if c["is_key"]]
    grid_days = [p for p in own("patrols", "patrol_date") if p["required_pass_count"] > 0]
    findings = [f for f in own("satellite_findings", "found_at") if f["is_checked"]]
    categories = {c["category_code"] for c in cases if c["source_code"] == "district_supervisor"}
    return {
        "municipal_dispatch_closure_rate": closure([c for c in cases if c["to_district"]]),
        "district_platform_closure_rate": closure(
            [c for c in cases if c["platform_code"] == "district"]
        ),
        "key_case_closure_rate": closure([c for c in cases if c["is_key"]]),
        "on_time_closure_rate": _rate([c for c in should if c["state"] == "on_time"], should),
        "rework_rate": _rate([c for c in should if (c["rework_count"] or 0) > 0], should),
        "grid_member_closure_rate": closure(members),
        "grid_member_participation_rate": _rate(members, cases),
        "key_sample_omission_rate": _rate([c for c in checks if c["is_omitted"]], checks),
        "patrol_coverage_rate": _rate(
            [p for p in grid_days if p["completed_pass_count"] >= p["required_pass_count"]],
            grid_days,
        ),
        "category_coverage_rate": Fraction(min(len(categories), required), required),
        "satellite_unhandled_count": len([f for f in findings if not f["is_handled"]])
        if findings
        else None,
        "assessed": {
            r["indicator_code"]: Fraction(r["awarded_score"])
            for r in own("indicator_assessments", "assessment_month")
        },
    }


def indicator_score(indicator: Row, measures: dict[str, Any]) -> Fraction:
    """Return one indicator's rounded score.

    Raises:
        ValueError: no data where the rules give no score.

    """
    full, method = Fraction(indicator["full_marks"]), indicator["scoring_method"]
    value = (
        measures["assessed"].get(indicator["indicator_code"])
        if method == "assessed"
        else measures[indicator["measure_code"]]
    )
    if value is None:
        if indicator["when_no_data"] == "no_score":
            raise ValueError(indicator["indicator_code"])
        return full if indicator["when_no_data"] == "full_marks" else Fraction(0)
    scores = {
        "assessed": lambda: value,
        "rate": lambda: full * value,
        "inverse_rate": lambda: full * (1 - value),
        "target_rate": lambda: full * min(Fraction(1), value / Fraction(indicator["target_value"])),
        "unit_deduction": lambda: max(
            Fraction(0), full - Fraction(indicator["unit_points"]) * value
        ),
    }
    return half_up(scores[method]())


def score_table(folder: Path, month: date) -> dict[str, tuple[dict[str, Fraction], Fraction, int]]:
    """Return (mechanism scores, total, rank) by district name; for months before 2021-10."""
    totals: dict[str, tuple[dict[str, Fraction], Fraction]] = {}
    for district in read(REFERENCE / "districts.csv"):
        required = int(district["required_category_count"])
        measures = district_measures(folder, month, district["district_code"], required)
        mechanisms: dict[str, Fraction] = defaultdict(Fraction)
        for indicator in read(REFERENCE / "indicators.csv"):
            if indicator["effective_from"] == "2020-01-01":
                mechanisms[indicator["mechanism_code"]] += indicator_score(indicator, measures)
        totals[district["district_name"]] = (
            dict(mechanisms),
            sum(mechanisms.values(), Fraction(0)),
        )
    return {
        name: (mechanisms, total, 1 + sum(other > total for _, other in totals.values()))
        for name, (mechanisms, total) in totals.items()
    }
