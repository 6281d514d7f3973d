"""``grid synthesize``: synthetic raw data, as sample seeds or as a landing folder."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import duckdb

from grid_assessment.errors import GridError
from grid_assessment.project import project_dir, raw_contract, reference_contract
from grid_assessment.synthesis.cities import MOST_CITIES, SyntheticCity
from grid_assessment.synthesis.city_pack import write_city_pack
from grid_assessment.synthesis.landing import LandingWriter
from grid_assessment.synthesis.monthly import check_calendar, synthesize_month
from grid_assessment.synthesis.months import parse_months
from grid_assessment.synthesis.seeds import make_folder, write_seeds

DEFAULT_SEED = 20210408
# Each worker holds one month; more of them would exceed the memory that a small machine has.
_WORKERS = 2


def _parse_scale(text: str) -> Decimal:
    try:
        scale = Decimal(text)
    except InvalidOperation:
        scale = Decimal(0)
    if not scale.is_finite() or scale <= 0:
        raise GridError(f"--scale: {text!r} is no positive number; expected e.g. 1 or 0.01")
    return scale


@dataclass(frozen=True)
class _Work:
    """What is made at a time: one month of one city; ``is_one_of_several`` cities."""

    month: date
    city: SyntheticCity
    is_one_of_several: bool


@dataclass(frozen=True)
class _Written:
    """What one month of a city became: its cases that count, rows written by dataset."""

    work: _Work
    case_count: int
    is_exact: bool
    row_counts: dict[str, int]

    def line(self) -> str:
        """Return the month's line of the log."""
        note = (
            "calibrated for this month and scale"
            if self.is_exact
            else "not calibrated for this month and scale: approximate, proportionate figures"
        )
        city = f" {self.work.city.code}" if self.work.is_one_of_several else ""
        return f"{self.work.month:%Y-%m}{city}: {self.case_count:,} cases that count; {note}"


def _reference_dir() -> Path:
    return project_dir() / "seeds" / "reference"


def _land_month(work: _Work, scale: Decimal, seed: int, folder: Path) -> _Written:
    """Synthesize one month of a city and write its landing files; what a worker process does."""
    deliveries, is_exact = synthesize_month(work.month, scale, seed, _reference_dir(), work.city)
    with LandingWriter(folder, raw_contract()) as writer:
        row_counts = {delivery.dataset: writer.write(delivery) for delivery in deliveries}
    return _Written(work, deliveries[0].row_count, is_exact, row_counts)


def _landed_months(
    works: list[_Work], scale: Decimal, seed: int, folder: Path
) -> Iterator[_Written]:
    """Yield the months in order as they are written; rows depend on no other month or city."""
    if len(works) == 1:
        yield _land_month(works[0], scale, seed, folder)
        return
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[_Written]] = [
            pool.submit(_land_month, work, scale, seed, folder) for work in works
        ]
        try:
            for future in waiting:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _write_landing(works: list[_Work], scale: Decimal, seed: int, folder: Path) -> dict[str, int]:
    """Write the landing folder: a bar on a terminal, a line for each month and city in a log."""
    written = dict.fromkeys(raw_contract(), 0)
    stderr = click.get_text_stream("stderr")
    landed = _landed_months(works, scale, seed, folder)
    with ExitStack() as stack:
        if stderr.isatty():
            landed = stack.enter_context(
                click.progressbar(landed, length=len(works), label="months", file=stderr)
            )
        for one in landed:
            if not stderr.isatty():
                click.echo(one.line(), err=True)
            for dataset, count in one.row_counts.items():
                written[dataset] += count
    return written


def _write_seeds(works: list[_Work], scale: Decimal, seed: int, folder: Path) -> dict[str, int]:
    """Write the months of the one city as sample seeds, a line a month."""
    deliveries = []
    for work in works:
        own, is_exact = synthesize_month(work.month, scale, seed, _reference_dir(), work.city)
        click.echo(_Written(work, own[0].row_count, is_exact, {}).line(), err=True)
        deliveries += own
    return write_seeds(folder, deliveries, raw_contract())


def _cities(count: int, as_seeds: bool, reference_out: Path | None) -> list[SyntheticCity]:
    """Return the cities asked for.

    Raises:
        GridError: so many cannot be made, or not in this way.

    """
    if not 1 <= count <= MOST_CITIES:
        raise GridError(f"--cities {count}: expected a number from 1 to {MOST_CITIES}")
    if as_seeds and (count > 1 or reference_out):
        raise GridError(
            "--as-seeds: the sample is of one city and read with the project's own pack; write"
            " several cities as a landing folder, and leave --reference-out to it"
        )
    if count > 1 and reference_out is None:
        raise GridError(
            f"--cities {count}: say where the city pack with the districts of all of them goes:"
            " --reference-out FOLDER"
        )
    return [SyntheticCity(number) for number in range(1, count + 1)]


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
@click.option(
    "--cities",
    "city_count",
    type=int,
    default=1,
    show_default=True,
    help="How many cities; the rows of the first are those of a single city.",
)
@click.option(
    "--reference-out",
    type=click.Path(path_type=Path),
    help="Folder for the city pack that names the districts of all cities.",
)
def synthesize(**options: Any) -> None:
    """Write synthetic raw data that reproduces published figures where it is calibrated.

    Further cities have the volume, catalogue, rules and calendar of the first; their spread over
    districts and states, and every row, are drawn anew. Build them with GRID_REFERENCE_DIR set to
    the folder of --reference-out.
    """
    months, scale = parse_months(options["months_text"]), _parse_scale(options["scale_text"])
    as_seeds: bool = options["as_seeds"]
    reference_out: Path | None = options["reference_out"]
    cities = _cities(options["city_count"], as_seeds, reference_out)
    check_calendar(months, _reference_dir())
    folder: Path = options["out"] or project_dir() / ("seeds/raw" if as_seeds else "data/landing")
    make_folder(folder)
    if reference_out is not None:
        write_city_pack(_reference_dir(), list(reference_contract()), cities, reference_out)
        click.echo(f"city pack written to {reference_out}", err=True)
    works = [_Work(month, city, len(cities) > 1) for month in months for city in cities]
    write = _write_seeds if as_seeds else _write_landing
    try:
        written = write(works, scale, options["seed"], folder)
    except (OSError, duckdb.Error) as error:
        raise GridError(
            f"{folder}: cannot be written: {' '.join(str(error).split())}; make room or give the"
            " folder another name, and run the same command again"
        ) from None
    summary = ", ".join(f"{dataset} {count:,}" for dataset, count in written.items())
    click.echo(f"synthetic rows written to {folder}: {summary}", err=True)
