"""What is built for the proof: the sample, the full March 2021, a year of another city."""

from collections.abc import Callable
from pathlib import Path

import click
from click.testing import CliRunner

from grid_assessment.cli import cli
from parity.engines import PROJECT_DIR, Case

BOSTON_YEAR = PROJECT_DIR.parent / "shared/realdata/boston311-2015.csv.gz"
"""The city's own export of 2015; it is no part of the project."""


def sample(folder: Path) -> Case:
    """The sample under seeds/."""
    return Case("sample")


def march(folder: Path) -> Case:
    """As many cases as there were in reality, in February and March 2021."""
    _grid("synthesize", "--months", "2021-02..2021-03", "--out", str(folder / "landing"))
    return Case("march", "landing", folder / "landing", PROJECT_DIR / "seeds/reference")


def boston(folder: Path) -> Case | None:
    """Boston's cases of 2015; None where the city's file is not there."""
    if not BOSTON_YEAR.exists():
        return None
    pack = PROJECT_DIR / "examples/boston311"
    _grid(
        "ingest",
        str(BOSTON_YEAR),
        *("--mapping", str(pack / "mapping.yml")),
        *("--out", str(folder / "landing")),
        *("--delivered-at", "2016-01-13 00:00:00"),
    )
    return Case("boston", "landing", folder / "landing", pack / "reference")


CASES: dict[str, Callable[[Path], Case | None]] = {
    "sample": sample,
    "march": march,
    "boston": boston,
}


def _grid(*arguments: str) -> None:
    """Run a grid command.

    Raises:
        click.ClickException: it failed; the message holds its output.
    """
    result = CliRunner().invoke(cli, list(arguments))
    if result.exit_code != 0:
        raise click.ClickException(f"grid {arguments[0]} failed:\n{result.output}")
