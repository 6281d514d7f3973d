"""Assessed scores of one month and the evidence behind them."""

from datetime import date

import numpy as np

from grid_assessment.synthesis.calibration import CALIBRATION_DIR, Plan
from grid_assessment.synthesis.columns import Table, of_texts
from grid_assessment.synthesis.reference import Indicator, hundredths, read_rows

# A month without awards of its own: at most this many hundredths below or above the stand-in's.
_DRIFT_DOWN, _DRIFT_UP = 12, 6
_UNKNOWN_BELOW = (500, 1800)
_NO_EVIDENCE_ONE_IN = 6


def decimal_text(value: int) -> str:
    """Return a number of hundredths as a decimal text with two places."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def build_assessments(
    plan: Plan,
    indicators: list[Indicator],
    stand_in: list[dict[str, str]],
    rng: np.random.Generator,
) -> Table:
    """Return one awarded score a district and assessed indicator in force.

    Args:
        plan: the month; its own awards, where it has any, are taken as they are.
        indicators: the assessed indicators in force in the month.
        stand_in: the awards to vary where the month has none.
        rng: the month's stream of this dataset.

    """
    awards = {
        (row["district_code"], row["indicator_code"]): hundredths(row["awarded_score"])
        for row in plan.awards or stand_in
    }
    table: dict[str, list[str]] = {
        name: []
        for name in ("assessment_month", "district_code", "indicator_code", "awarded_score")
    }
    for district in plan.inspections:
        for indicator in indicators:
            award = awards.get((district, indicator.code))
            if award is None:
                award = max(0, indicator.full_marks - int(rng.integers(*_UNKNOWN_BELOW)))
            elif not plan.awards and award % 100:
                award += int(rng.integers(-_DRIFT_DOWN, _DRIFT_UP + 1))
            award = min(award, indicator.full_marks + indicator.bonus_cap)
            table["assessment_month"].append(plan.month.isoformat())
            table["district_code"].append(district)
            table["indicator_code"].append(indicator.code)
            table["awarded_score"].append(decimal_text(award))
    return {name: of_texts(texts) for name, texts in table.items()}


def _items(
    lost: int, reasons: list[str], praises: list[str], rng: np.random.Generator
) -> list[tuple[int, str]]:
    """Split the points between full marks and award into items, taken off (+) or added (-)."""
    items: list[tuple[int, str]] = []
    if lost < 0 and praises:
        slip = int(rng.integers(0, 3)) * 2 if reasons else 0
        items.append((lost - slip, praises[0]))
        lost = slip
    if lost > 0:
        first = lost if len(reasons) == 1 or lost == 1 else int(rng.integers(1, lost))
        items.append((first, reasons[0]))
        if lost > first:
            items.append((lost - first, reasons[1]))
    return items


def build_deductions(
    month: date, assessments: Table, indicators: list[Indicator], rng: np.random.Generator
) -> Table:
    """Return the evidence: full marks less all points is the awarded score; some scores have none.

    Args:
        month: first day of the month.
        assessments: the accepted assessments of the month.
        indicators: the assessed indicators in force.
        rng: the month's stream of this dataset.

    """
    texts = read_rows(CALIBRATION_DIR / "deduction_reasons.csv")
    full_marks = {indicator.code: indicator.full_marks for indicator in indicators}
    table: dict[str, list[str]] = {
        name: []
        for name in (
            "assessment_month",
            "district_code",
            "indicator_code",
            "item_number",
            "points",
            "reason",
            "evidence_reference",
        )
    }
    rows = zip(
        assessments["district_code"].texts(),
        assessments["indicator_code"].texts(),
        assessments["awarded_score"].texts(),
        strict=True,
    )
    for district, code, award in rows:
        # A bonus is earned from nothing: its items are all additions.
        start = 0 if code == "bonus" else full_marks[code]
        reasons = [
            row["reason"]
            for row in texts
            if row["indicator_code"] == code and row["is_bonus"] == "false"
        ]
        praises = [
            row["reason"]
            for row in texts
            if row["indicator_code"] == code and row["is_bonus"] == "true"
        ]
        items = _items(start - hundredths(award), reasons, praises, rng)
        if not int(rng.integers(0, _NO_EVIDENCE_ONE_IN)):
            continue
        for number, (points, reason) in enumerate(items, 1):
            values = (
                month.isoformat(), district, code, str(number), decimal_text(points), reason,
                f"{month:%Y%m}-{district}-{code}-{number}",
            )  # fmt: skip
            for name, value in zip(table, values, strict=True):
                table[name].append(value)
    return {name: of_texts(cells) for name, cells in table.items()}
