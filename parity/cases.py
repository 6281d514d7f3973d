"""What is built for the proof: the sample, changing months, the full March 2021, another city."""

from collections.abc import Callable
from pathlib import Path

from parity.engines import PROJECT_DIR, Case
from parity.grid import grid
from parity.months import Delivery

BOSTON_YEAR = PROJECT_DIR.parent / "shared/realdata/boston311-2015.csv.gz"
"""The city's own export of 2015; it is no part of the project."""


def sample(folder: Path) -> Case:
    """The sample under seeds/."""
    return Case("sample")


def march(folder: Path) -> Case:
    """As many cases as there were in reality, in February and March 2021."""
    grid("synthesize", "--months", "2021-02..2021-03", "--out", str(folder / "landing"))
    return Case("march", "landing", folder / "landing", PROJECT_DIR / "seeds/reference")


def boston(folder: Path) -> Case | None:
    """Boston's cases of 2015; None where the city's file is not there."""
    if not BOSTON_YEAR.exists():
        return None
    pack = PROJECT_DIR / "examples/boston311"
    grid(
        "ingest",
        str(BOSTON_YEAR),
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


CASES: dict[str, Callable[[Path], Case | None]] = {
    "sample": sample,
    "months": months,
    "march": march,
    "boston": boston,
}
