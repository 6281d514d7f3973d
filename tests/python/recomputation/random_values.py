"""Faultless random rows of every dataset, with times on the edges that rules turn on."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .deadlines import default_deadline
from .reference import Reference, next_month

Values = dict[str, Any]
EDGE_TIMES = (
    time(0),
    time(8, 29, 59),
    time(8, 30),
    time(11, 59, 59),
    time(12),
    time(13, 59, 59),
    time(14),
    time(17, 30),
    time(23, 59, 59),
)
SECOND = timedelta(seconds=1)


class RowMaker:
    """Makes the rows of one city."""

    def __init__(self, rng: random.Random, reference: Reference) -> None:
        """Start counting ids."""
        self.rng = rng
        self.reference = reference
        self.categories = sorted(reference.case_categories)
        self._number = 0

    def new_id(self) -> str:
        """Return an id that no other row has."""
        self._number += 1
        return f"{self.rng.choice('abXY')}{self._number}"

    def instant(self, month: date) -> datetime:
        """Return a time inside a month, often on an edge, mostly not after an early cutoff."""
        cutoff_at = self.reference.cutoff_at(month)
        last = (next_month(month) - timedelta(days=1)).day
        if cutoff_at.date() < next_month(month) and self.rng.random() < 0.9:
            if self.rng.random() < 0.1:
                return cutoff_at
            last = cutoff_at.day - 1
        day = month.replace(day=self.rng.randint(1, last))
        clock = (
            self.rng.choice(EDGE_TIMES)
            if self.rng.random() < 0.4
            else time(self.rng.randint(0, 23), self.rng.randint(0, 59), self.rng.randint(0, 59))
        )
        if self.rng.random() < 0.03:
            clock = clock.replace(microsecond=self.rng.randint(1, 999999))
        return datetime.combine(day, clock)

    def _maybe(self, probability: float, value: Callable[[], Any]) -> Any:
        return value() if self.rng.random() < probability else None

    def _flag(self, probability_null: float = 0.2) -> bool | None:
        return self.rng.choice([True, False]) if self.rng.random() >= probability_null else None

    def case(self, month: date, district: str) -> Values:
        """Return a case; it is often closed just at its deadline or cutoff."""
        rng = self.rng
        registered_at = self.instant(month)
        category = self.reference.case_categories[rng.choice(self.categories)]
        cutoff_at = self.reference.cutoff_at(month)
        limited = default_deadline(
            registered_at, category["limit_value"], category["limit_unit"], self.reference
        )
        moments = [cutoff_at, cutoff_at + SECOND, cutoff_at - timedelta(days=1)]
        moments += [registered_at + timedelta(hours=rng.randint(0, 200)) for _ in range(9)]
        if limited is not None:
            moments += [limited, limited, limited + SECOND, limited - SECOND]
        later = [moment for moment in moments if moment >= registered_at]
        return {
            "case_id": self.new_id(),
            "updated_at": registered_at + timedelta(hours=rng.randint(1, 300)),
            "registered_at": registered_at,
            "source_code": rng.choice(sorted(self.reference.case_sources)),
            "platform_code": (platform := rng.choice(["municipal", "district"])),
            "dispatch_target_code": (
                rng.choice([None, "district"])
                if platform == "district"
                else rng.choice(["district", "district", "municipal_department", "other"])
            ),
            "department_code": rng.choice(["d1", "d1", "d2", "d3", None]),
            "district_code": district,
            "street_code": self._maybe(0.9, lambda: f"{district}s{rng.choice([1, 1, 1, 2])}"),
            "community_code": self._maybe(0.5, lambda: "c1"),
            "grid_code": self._maybe(0.5, lambda: "g1"),
            "category_code": category["category_code"],
            "is_complaint_response": self._maybe(0.4, lambda: rng.random() < 0.3),
            "is_key": self._flag(0.7),
            "base_case_count": self._maybe(0.5, lambda: rng.randint(1, 12)),
            "due_at": self._maybe(0.15, lambda: rng.choice(moments)),
            "extended_due_at": self._maybe(0.08, lambda: rng.choice(moments)),
            "deferred_until": self._maybe(0.1, lambda: rng.choice(moments)),
            "handled_at": self._maybe(0.6, lambda: rng.choice(later)),
            "closed_at": self._maybe(0.8, lambda: rng.choice(later)),
            "rework_count": self._maybe(0.5, lambda: rng.choice([0, 0, 1, 3])),
            "handler_role_code": rng.choice([None, "sanitation_worker", "enforcement_officer"]),
            "supervisor_code": None,
            "reporter_key": self._maybe(0.2, lambda: "k"),
            "is_void": self._maybe(0.5, lambda: rng.random() < 0.15),
        }

    def omission_check(self, month: date, district: str) -> Values:
        """Return an omission check."""
        return {
            "check_id": self.new_id(),
            "checked_at": self.instant(month),
            "district_code": district,
            "category_code": self.rng.choice(self.categories),
            "grid_code": None,
            "is_key": self._flag(0.7),
            "is_omitted": self.rng.choice([True, False, False, None]),
        }

    def patrol(self, month: date, district: str) -> Values:
        """Return a grid-day."""
        required = self.rng.choice([0, 1, 2, 2])
        return {
            "district_code": district,
            "grid_code": self.new_id(),
            "patrol_date": self.instant(month).date(),
            "required_pass_count": required,
            "completed_pass_count": max(0, required + self.rng.choice([-1, 0, 0, 0, 1])),
        }

    def satellite_finding(self, month: date, district: str) -> Values:
        """Return a finding."""
        return {
            "finding_id": self.new_id(),
            "found_at": self.instant(month),
            "district_code": district,
            "area_m2": self._maybe(0.9, lambda: Decimal(self.rng.randint(0, 99999)) / 10),
            "is_checked": self.rng.choice([True, True, False, None]),
            "is_handled": self.rng.choice([True, True, False, None]),
        }

    def whistle(self, month: date, district: str) -> Values:
        """Return a whistle, answered before or after the cutoff or never."""
        blown_at = self.instant(month)
        cutoff_at = self.reference.cutoff_at(month)
        moments = [None, blown_at, blown_at + SECOND, cutoff_at, cutoff_at + SECOND]
        return {
            "whistle_id": self.new_id(),
            "blown_at": blown_at,
            "district_code": district,
            "level_code": self.rng.choice(["district", "street", "community"]),
            "answered_at": self.rng.choice(moments),
            "resolved_at": self.rng.choice(moments),
        }

    def awards(self, month: date, district: str) -> list[Values]:
        """Return the awards of a district, sometimes one too few or some that nobody uses."""
        in_force = self.reference.indicators_in_force(month)
        rows = []
        for indicator in in_force:
            is_used = indicator["scoring_method"] == "assessed"
            if is_used or self.rng.random() < 0.05:
                highest = indicator["full_marks"] + (indicator["bonus_cap"] or 0)
                off = self.rng.choice([0, 0, 0, highest, Decimal("0.01"), Decimal("0.25")])
                rows.append(self._award(month, district, indicator, highest - off))
        if rows and self.rng.random() < 0.15:
            rows.pop(self.rng.randrange(len(rows)))
        codes = {row["indicator_code"] for row in in_force}
        for indicator in self.reference.indicators:
            if indicator["indicator_code"] not in codes and self.rng.random() < 0.3:
                rows.append(self._award(month, district, indicator, indicator["full_marks"]))
                break
        return rows

    def _award(self, month: date, district: str, indicator: Values, score: Decimal) -> Values:
        return {
            "assessment_month": month,
            "district_code": district,
            "indicator_code": indicator["indicator_code"],
            "awarded_score": score,
        }

    def deductions(self, award: Values) -> list[Values]:
        """Return the evidence of an award that is below full marks: items that add up to it."""
        for indicator in self.reference.indicators_in_force(award["assessment_month"]):
            lost = indicator["full_marks"] - award["awarded_score"]
            is_own = indicator["indicator_code"] == award["indicator_code"]
            if is_own and lost > 0 and self.rng.random() < 0.5:
                first = (lost / 3).quantize(Decimal("0.01"))
                key = {name: award[name] for name in list(award)[:3]}
                return [
                    {
                        **key,
                        "item_number": number,
                        "points": points,
                        "reason": "扣分",
                        "evidence_reference": f"e{number}",
                    }
                    for number, points in enumerate([first, lost - first], start=1)
                    if points
                ]
        return []
