"""The tables of docs/scale.md say what the results say, also where a demand is not met."""

import copy
import json
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import PROJECT_DIR

from bench.engines import Size
from bench.report import SECTION, read_demands, shown, write_report

DOCUMENT = PROJECT_DIR / "docs" / "scale.md"


@pytest.fixture
def results() -> dict[str, Any]:
    """Return the results that are kept in the project."""
    text = (PROJECT_DIR / "bench" / "results.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_document_is_written_from_the_results(results: dict[str, Any], tmp_path: Path) -> None:
    document = tmp_path / "scale.md"
    document.write_text(f"before\n{SECTION.begin}\n12 s\n{SECTION.end}\nafter\n", encoding="utf-8")
    write_report(results, document)
    kept = DOCUMENT.read_text(encoding="utf-8")
    assert document.read_text(encoding="utf-8").startswith(f"before\n{SECTION.begin}")
    assert kept.partition(SECTION.begin)[2].partition(SECTION.end)[0] in document.read_text(
        encoding="utf-8"
    )


def test_results_are_of_full_size(results: dict[str, Any]) -> None:
    assert results["run"]["months"] == "2015-01..2024-12"
    assert results["run"]["scale"] == "1"
    assert results["data"]["counting_cases"] > 26_000_000
    assert results["month"]["long"]["history_months"] == 119
    assert results["month"]["short"]["history_months"] == 11
    assert results["questions"]["question_count"] >= 15


def test_exceeded_demand_is_told(results: dict[str, Any]) -> None:
    slow, fast = copy.deepcopy(results), copy.deepcopy(results)
    for told, seconds in ((slow, 0.1001), (fast, 0.1)):
        told["questions"]["slowest"][0]["seconds"] = seconds
    (demand,) = [demand for demand in read_demands() if demand.unit == "ms"]
    assert demand.row(slow)[1:] == ("100.1 ms", "100 ms", "**not met**")
    assert demand.row(fast)[1:] == ("100.0 ms", "100 ms", "met")


def test_figures_are_shown_in_their_unit() -> None:
    assert shown(1.005 * 2**30, "GiB") == "1.00 GiB"
    assert shown(0.0125, "ms") == "12.5 ms"
    assert shown(1.256, "ratio") == "1.26"


def test_document_without_markers_is_refused(results: dict[str, Any], tmp_path: Path) -> None:
    document = tmp_path / "scale.md"
    document.write_text(f"{SECTION.begin}\n", encoding="utf-8")
    with pytest.raises(click.ClickException, match="expected the lines"):
        write_report(results, document)


@pytest.mark.parametrize(
    ("text", "month_range"),
    [("1x1", "2024-12..2024-12"), ("12x10", "2024-01..2024-12"), ("120x1", "2015-01..2024-12")],
)
def test_a_size_ends_with_the_last_month(text: str, month_range: str) -> None:
    assert Size.read(text).month_range == month_range


@pytest.mark.parametrize("text", ["", "12", "0x1", "1x0", "x", "1x1x1", "-1x1"])
def test_no_size_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter, match="expected MONTHSxCITIES"):
        Size.read(text)
