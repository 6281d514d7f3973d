"""The calibration tool: what it writes is what is committed, and fits what was asked."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from grid_assessment.errors import GridError
from grid_assessment.synthesis.calibrate.derive import derived_cells
from grid_assessment.synthesis.calibrate.figures import (
    Demand,
    Kind,
    demands,
    inconsistent_figures,
    published_figures,
    read_targets,
)
from grid_assessment.synthesis.calibrate.program import Program
from grid_assessment.synthesis.calibrate.states import split_within
from grid_assessment.synthesis.calibration import CALIBRATION_DIR
from grid_assessment.synthesis.reference import read_rows

MARCH = "2021-03-01"


def cells(name: str) -> list[dict[str, str]]:
    return read_rows(CALIBRATION_DIR / "cells" / f"{name}.csv")


@pytest.fixture(scope="module")
def kinds() -> list[tuple[Kind, int]]:
    """Return the committed cells of March as kinds with their cases."""
    return [
        (
            Kind(
                district_code=row["district_code"],
                source_code=row["source_code"],
                platform_code=row["platform_code"],
                dispatch_target_code=row["dispatch_target_code"],
                category_code=row["category_code"],
                class_code=row["class_code"],
                is_street_order=row["is_street_order"] == "true",
                is_key=row["is_key"] == "true",
                is_complaint_response=row["is_complaint_response"] == "true",
                is_grid_member=row["is_grid_member"] == "true",
                is_open=row["state_code"].startswith("open"),
            ),
            int(row["case_count"]),
        )
        for row in cells("2021-03_1")
    ]


def march_demands() -> Iterator[Any]:
    for demand in demands(read_targets("2021-03_1")):
        name = f"{demand.figure_code} {demand.district_code} {demand.member_code}"
        yield pytest.param(demand, id=name)


@pytest.mark.parametrize("demand", list(march_demands()))
def test_the_committed_cells_fit_every_demand(
    demand: Demand, kinds: list[tuple[Kind, int]]
) -> None:
    covered = [(kind, count) for kind, count in kinds if demand.covers(kind)]
    registered = sum(count for _, count in covered)
    closed = sum(count for kind, count in covered if not kind.is_open)
    if demand.counted == "closure_rate":
        assert demand.least * registered <= 10_000 * closed < demand.most * registered
    else:
        found = registered if demand.counted == "registered_count" else closed
        assert demand.least <= found <= demand.most


def test_the_other_target_cannot_close_what_the_bulletin_leaves_it() -> None:
    """The reason that inconsistent_figures.csv gives for the dispatch totals."""
    printed = published_figures(MARCH)

    def left(count: str) -> Decimal:
        return (
            printed[f"platform_{count}", "all", "municipal|all"]
            - printed[f"dispatch_{count}", "all", "municipal|district"]
            - printed[f"dispatch_{count}", "all", "municipal|municipal_department"]
        )

    assert left("closed_count") > left("registered_count")


def test_printed_grid_member_pairs_have_fewer_units_than_cases() -> None:
    printed = published_figures(MARCH)
    swapped = {
        district
        for figure, district, _ in inconsistent_figures(MARCH)
        if figure == "grid_member_registered_count"
    }
    assert len(swapped) == 3
    for district in swapped:
        registered = printed["grid_member_registered_count", district, "none"]
        assert printed["grid_member_base_case_count", district, "none"] < registered


def test_the_derived_month_is_what_is_committed() -> None:
    targets = read_targets("2021-02_1")
    derived = derived_cells(cells(targets["derived_from"]), targets)
    committed = cells("2021-02_1")
    assert sorted(map(str, derived)) == sorted(map(str, committed))
    assert sum(int(row["case_count"]) for row in derived) == 200_000
    assert all(int(row["base_case_count"]) >= int(row["case_count"]) for row in derived)


def test_a_program_with_contradicting_demands_is_an_error() -> None:
    program = Program()
    variable = program.variable()
    program.bound([(variable, 1.0)], 2, 3)
    program.near([variable], 9, 1.0)
    assert program.solve()[variable] == 3
    program.bound([(variable, 1.0)], 5, 6)
    with pytest.raises(GridError, match="calibration"):
        program.solve()


def test_marks_go_where_there_is_room() -> None:
    assert split_within(10, [5, 1, 1], [4, 9, 9]) == [4, 4, 2]
    assert split_within(0, [1], [0]) == [0]
    with pytest.raises(GridError, match="more cases to mark"):
        split_within(5, [1, 1], [2, 2])
