"""``grid synthesize``: synthetic raw data, as sample seeds or as a landing folder."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from grid_assessment.errors import GridError
from grid_assessment.project import project_dir, raw_contract
from grid_assessment.synthesis.assessments import build_assessments, build_deductions
from grid_assessment.synthesis.awkward import Delivery, add_awkward_rows, add_case_versions
from grid_assessment.synthesis.calibration import CALIBRATION_DIR, load_plan, read_yaml
from grid_assessment.synthesis.cases import Table, build_cases
from grid_assessment.synthesis.clock import WorkingClock
from grid_assessment.synthesis.inspections import (
    build_omission_checks,
    build_patrols,
    build_satellite_findings,
    build_whistles,
)
from grid_assessment.synthesis.months import next_month, parse_months
from grid_assessment.synthesis.output import make_folder, write_landing, write_seeds
from grid_assessment.synthesis.reference import (
    City,
    read_assessed_indicators,
    read_categories,
    read_required_categories,
    read_rows,
)
from grid_assessment.synthesis.streams import stream
from grid_assessment.synthesis.timelines import MonthClock

DEFAULT_SEED = 20210408


def _parse_scale(text: str) -> Decimal:
    try:
        scale = Decimal(text)
    except InvalidOperation:
        scale = Decimal(0)
    if not scale.is_finite() or scale <= 0:
        raise GridError(f"--scale: {text!r} is no positive number; expected e.g. 1 or 0.01")
    return scale


def synthesize_month(
    month: date, scale: Decimal, seed: int, reference_dir: Path
) -> tuple[list[Delivery], bool]:
    """Return the deliveries of one month, and whether they are calibrated for this month and scale.

    Args:
        month: first day of the month.
        scale: 1 for the real number of cases.
        seed: the same seed gives the same rows on every machine.
        reference_dir: folder of the reference files.

    Raises:
        GridError: a reference file is missing, or the working calendar ends too early.

    """
    clock = WorkingClock(reference_dir)
    following = next_month(next_month(month))
    if not clock.covers(
        datetime(month.year, month.month, 1), datetime(following.year, following.month, 1)
    ):
        raise GridError(
            f"--months: the working calendar does not cover {month:%Y-%m} and the month after it"
        )
    rhythm, awkward = read_yaml("volumes.yml"), read_yaml("awkward.yml")
    plan = load_plan(month, scale, stream(seed, month, "calibration"))
    categories = read_categories(reference_dir, CALIBRATION_DIR, clock)
    indicators = read_assessed_indicators(reference_dir, month)
    if not indicators:
        raise GridError(f"--months: no indicator is in force in {month:%Y-%m}; see indicators.csv")
    month_clock = MonthClock(month, clock, rhythm)
    stand_in = read_rows(CALIBRATION_DIR / "awards" / f"{rhythm['stand_in_month']}.csv")
    assessments = build_assessments(
        plan, indicators, stand_in, stream(seed, month, "indicator_assessments")
    )
    city = City(categories, read_required_categories(reference_dir))
    tables: dict[str, Table] = {
        "cases": build_cases(
            plan,
            city,
            month_clock,
            awkward["moments"],
            stream(seed, month, "cases"),
        ),
        "omission_checks": build_omission_checks(
            plan, categories, month_clock, stream(seed, month, "omission_checks")
        ),
        "patrols": build_patrols(plan, month_clock, stream(seed, month, "patrols")),
        "satellite_findings": build_satellite_findings(
            plan, month_clock, stream(seed, month, "satellite_findings")
        ),
        "whistles": build_whistles(plan, month_clock, stream(seed, month, "whistles")),
        "indicator_assessments": assessments,
        "indicator_deductions": build_deductions(
            month, assessments, indicators, stream(seed, month, "indicator_deductions")
        ),
    }
    deliveries = {dataset: Delivery(dataset, month, table) for dataset, table in tables.items()}
    add_awkward_rows(deliveries, awkward)
    add_case_versions(deliveries["cases"], awkward["cases"])
    return list(deliveries.values()), plan.is_exact


def _stream_months(months: list[date], scale: Decimal, seed: int) -> Iterator[Delivery]:
    """Yield the deliveries month by month and say on standard error how far they are calibrated."""
    for month in months:
        deliveries, is_exact = synthesize_month(
            month, scale, seed, project_dir() / "seeds" / "reference"
        )
        note = (
            "calibrated for this month and scale"
            if is_exact
            else "not calibrated for this month and scale: approximate, proportionate figures"
        )
        click.echo(
            f"{month:%Y-%m}: {deliveries[0].row_count:,} cases that count; {note}",
            err=True,
        )
        yield from deliveries


@click.command()
@click.option(
    "--months",
    "months_text",
    required=True,
    metavar="YYYY-MM[..YYYY-MM]",
    help="Month or range of months.",
)
@click.option(
    "--scale", "scale_text", default="1", show_default=True, help="1: as many cases as in reality."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write; default: data/landing, or seeds/raw with --as-seeds.",
)
@click.option(
    "--seed",
    default=DEFAULT_SEED,
    show_default=True,
    help="The same seed gives the same rows everywhere.",
)
@click.option(
    "--as-seeds",
    is_flag=True,
    help="Write one CSV file a dataset instead of landing Parquet files.",
)
def synthesize(
    months_text: str, scale_text: str, out: Path | None, seed: int, as_seeds: bool
) -> None:
    """Write synthetic raw data that reproduces published figures where it is calibrated."""
    months, scale = parse_months(months_text), _parse_scale(scale_text)
    contract = raw_contract()
    folder = out or project_dir() / ("seeds/raw" if as_seeds else "data/landing")
    make_folder(folder)
    deliveries = _stream_months(months, scale, seed)
    if as_seeds:
        written = write_seeds(folder, list(deliveries), contract)
    else:
        written = write_landing(folder, deliveries, contract)
    summary = ", ".join(f"{dataset} {count:,}" for dataset, count in written.items())
    click.echo(f"synthetic rows written to {folder}: {summary}", err=True)
