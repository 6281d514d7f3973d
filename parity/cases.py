"""What is built for the proof: the sample, changing months, the full March 2021, another city."""

from collections.abc import Callable
from pathlib import Path

import click

from parity.engines import PROJECT_DIR, Case
from parity.grid import grid
from parity.months import Delivery

BOSTON_YEAR = PROJECT_DIR.parent / "shared/realdata/boston311-2015.csv.gz"
"""The city's own export of 2015; it is no part of the project."""
BOSTON_MONTH = PROJECT_DIR / "tests/python/fixtures/boston311-2015-12.csv.gz"
"""Its December, which is."""


def sample(folder: Path) -> Case:
    """The sample under seeds/."""
    return Case("sample")


def march(folder: Path) -> Case:
    """As many cases as there were in reality, in February and March 2021."""
    grid("synthesize", "--months", "2021-02..2021-03", "--out", str(folder / "landing"))
    return Case("march", "landing", folder / "landing", PROJECT_DIR / "seeds/reference")


def boston(folder: Path) -> Case:
    """Boston's cases of 2015; of December alone where the file of the year is not there."""
    export = BOSTON_YEAR if BOSTON_YEAR.exists() else BOSTON_MONTH
    click.echo(f"boston: {export.name}")
    pack = PROJECT_DIR / "examples/boston311"
    grid(
        "ingest",
        str(export),
        *("--mapping", str(pack / "mapping.yml")),
        *("--out", str(folder / "landing")),
        *("--delivered-at", "2016-01-13 00:00:00"),
    )
    return Case("boston", "landing", folder / "landing", pack / "reference")


def months(folder: Path) -> Case:
    """A small city whose months come, change and go; each step is an increment on both engines."""
    return Case(
        "months",
        "landing",
        folder / "landing",
        PROJECT_DIR / "seeds/reference",
        Delivery(folder / "landing").steps,
    )


CASES: dict[str, Callable[[Path], Case]] = {
    "sample": sample,
    "months": months,
    "march": march,
    "boston": boston,
}
