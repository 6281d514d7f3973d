"""All deliveries of one month."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from grid_assessment.errors import GridError
from grid_assessment.synthesis.assessments import build_assessments, build_deductions
from grid_assessment.synthesis.awkward import Delivery, add_awkward_rows, add_case_versions
from grid_assessment.synthesis.calibration import CALIBRATION_DIR, load_plan, read_yaml
from grid_assessment.synthesis.cases import build_cases
from grid_assessment.synthesis.cities import FIRST_CITY, SyntheticCity
from grid_assessment.synthesis.clock import WorkingClock
from grid_assessment.synthesis.columns import Table
from grid_assessment.synthesis.inspections import (
    build_omission_checks,
    build_patrols,
    build_satellite_findings,
    build_whistles,
)
from grid_assessment.synthesis.months import next_month
from grid_assessment.synthesis.proportion import add_in_proportion
from grid_assessment.synthesis.reference import (
    City,
    read_assessed_indicators,
    read_categories,
    read_required_categories,
    read_rows,
)
from grid_assessment.synthesis.streams import stream
from grid_assessment.synthesis.timelines import MonthClock


def check_calendar(months: list[date], reference_dir: Path) -> None:
    """Check that the working calendar covers the months and the month after each.

    Raises:
        GridError: it does not, or a reference file is missing.

    """
    clock = WorkingClock(reference_dir)
    for month in months:
        following = next_month(next_month(month))
        if not clock.covers(
            datetime(month.year, month.month, 1), datetime(following.year, following.month, 1)
        ):
            raise GridError(
                f"--months: the working calendar does not cover {month:%Y-%m} and the month after"
                " it; choose other months or extend working_calendar.csv"
            )


def synthesize_month(
    month: date,
    scale: Decimal,
    seed: int,
    reference_dir: Path,
    synthetic_city: SyntheticCity = FIRST_CITY,
) -> tuple[list[Delivery], bool]:
    """Return the deliveries of one month, and whether they are calibrated for this month and scale.

    Args:
        month: first day of the month.
        scale: 1 for the real number of cases.
        seed: the same seed gives the same rows on every machine.
        reference_dir: folder of the reference files.
        synthetic_city: which of several cities; the month's rows depend on no other city.

    Raises:
        GridError: a reference file is missing.

    """
    clock = WorkingClock(reference_dir)
    rhythm, awkward = read_yaml("volumes.yml"), read_yaml("awkward.yml")

    def own_stream(name: str) -> np.random.Generator:
        return stream(seed, month, name, synthetic_city.number)

    plan = load_plan(month, scale, own_stream("calibration"), synthetic_city)
    categories = read_categories(reference_dir, CALIBRATION_DIR, clock)
    indicators = read_assessed_indicators(reference_dir, month)
    month_clock = MonthClock(month, clock, rhythm)
    stand_in = [
        {**row, "district_code": synthetic_city.district(row["district_code"])}
        for row in read_rows(CALIBRATION_DIR / "awards" / f"{rhythm['stand_in_month']}_1.csv")
    ]
    assessments = build_assessments(plan, indicators, stand_in, own_stream("indicator_assessments"))
    required = read_required_categories(reference_dir)
    city = City(
        categories, {synthetic_city.district(code): count for code, count in required.items()}
    )
    tables: dict[str, Table] = {
        "cases": build_cases(
            plan,
            city,
            month_clock,
            awkward["moments"],
            own_stream("cases"),
        ),
        "omission_checks": build_omission_checks(
            plan, categories, month_clock, own_stream("omission_checks")
        ),
        "patrols": build_patrols(plan, month_clock, own_stream("patrols")),
        "satellite_findings": build_satellite_findings(
            plan, month_clock, own_stream("satellite_findings")
        ),
        "whistles": build_whistles(plan, month_clock, own_stream("whistles")),
        "indicator_assessments": assessments,
        "indicator_deductions": build_deductions(
            month, assessments, indicators, own_stream("indicator_deductions")
        ),
    }
    deliveries = {
        dataset: Delivery(dataset, month, table, city=synthetic_city)
        for dataset, table in tables.items()
    }
    add_awkward_rows(deliveries, awkward)
    add_case_versions(deliveries["cases"], awkward["cases"])
    for dataset, delivery in deliveries.items():
        rng = own_stream(f"awkward {dataset}")
        add_in_proportion(delivery, awkward, month_clock.cutoff, rng)
    return list(deliveries.values()), plan.is_exact
