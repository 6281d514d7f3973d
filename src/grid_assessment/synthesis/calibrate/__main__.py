"""``python -m grid_assessment.synthesis.calibrate 2021-03_1``: the calibration of a month."""

import csv
from pathlib import Path
from typing import Any

import click

from grid_assessment.project import project_dir
from grid_assessment.synthesis.calibrate.allocation import allocate, slots_of
from grid_assessment.synthesis.calibrate.awards import awards, lost_parts_of_timeliness
from grid_assessment.synthesis.calibrate.derive import derived_cells
from grid_assessment.synthesis.calibrate.figures import demands, published_figures, read_targets
from grid_assessment.synthesis.calibrate.states import Part, split_states
from grid_assessment.synthesis.calibrate.units import add_units
from grid_assessment.synthesis.calibration import CALIBRATION_DIR, read_inspections
from grid_assessment.synthesis.clock import WorkingClock
from grid_assessment.synthesis.reference import read_categories, read_rows


def _cell(part: Part) -> dict[str, str]:
    """Return a part as a row of a cells file."""
    row = {
        name: ("true" if value else "false") if isinstance(value, bool) else value
        for name, value in vars(part.kind).items()
        if name != "is_open"
    }
    return {
        **row,
        "state_code": part.state_code,
        "is_reworked": "true" if part.is_reworked else "false",
        "case_count": str(part.case_count),
        "base_case_count": str(part.base_case_count),
    }


def _order(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(value for column, value in row.items() if not column.endswith("count"))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    rows = sorted(rows, key=_order)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    click.echo(f"{path.relative_to(CALIBRATION_DIR)}: {len(rows):,} rows", err=True)


def _solve(name: str, targets: dict[str, Any]) -> None:
    """Write cells and awards of a month whose figures are published."""
    reference = project_dir() / "seeds" / "reference"
    month = targets["assessment_month"]
    printed = published_figures(month)
    categories = read_categories(reference, CALIBRATION_DIR, WorkingClock(reference))
    named = {
        member.rpartition("|")[2]
        for figure, _, member in printed
        if figure.startswith(("category_", "key_category_"))
    }
    indicators = [
        row
        for row in read_rows(reference / "indicators.csv")
        if row["effective_from"] <= month <= (row["effective_to"] or month)
    ]
    kinds = allocate(slots_of(categories, named), list(demands(targets)), targets)
    lost_parts = lost_parts_of_timeliness(indicators, printed, targets)
    parts = split_states(kinds, categories, named, lost_parts, targets)
    parts = add_units(parts, printed, targets)
    _write(CALIBRATION_DIR / "cells" / f"{name}.csv", [_cell(part) for part in parts])
    inspections = read_inspections(CALIBRATION_DIR / "inspections" / f"{name}.csv")
    _write(
        CALIBRATION_DIR / "awards" / f"{name}.csv",
        awards(parts, inspections, indicators, printed, targets),
    )


@click.command()
@click.argument("name")
def main(name: str) -> None:
    """Write the cells of NAME (a month and scale with targets), and awards where it is solved."""
    targets = read_targets(name)
    if source := targets.get("derived_from"):
        rows = read_rows(CALIBRATION_DIR / "cells" / f"{source}.csv")
        _write(CALIBRATION_DIR / "cells" / f"{name}.csv", derived_cells(rows, targets))
    else:
        _solve(name, targets)


if __name__ == "__main__":
    main()
