"""``grid synthesize``: synthetic raw data, as sample seeds or as a landing folder."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from multiprocessing import get_context
from pathlib import Path

import click

from grid_assessment.errors import GridError
from grid_assessment.project import project_dir, raw_contract
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
class _Written:
    """What one month became: its cases that count, rows written by dataset."""

    month: date
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
        return f"{self.month:%Y-%m}: {self.case_count:,} cases that count; {note}"


def _reference_dir() -> Path:
    return project_dir() / "seeds" / "reference"


def _land_month(month: date, scale: Decimal, seed: int, folder: Path) -> _Written:
    """Synthesize one month and write its landing files; what a worker process does."""
    deliveries, is_exact = synthesize_month(month, scale, seed, _reference_dir())
    with LandingWriter(folder, raw_contract()) as writer:
        row_counts = {delivery.dataset: writer.write(delivery) for delivery in deliveries}
    return _Written(month, deliveries[0].row_count, is_exact, row_counts)


def _landed_months(
    months: list[date], scale: Decimal, seed: int, folder: Path
) -> Iterator[_Written]:
    """Yield the months in order as they are written: a month's rows depend on no other month."""
    if len(months) == 1:
        yield _land_month(months[0], scale, seed, folder)
        return
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[_Written]] = [
            pool.submit(_land_month, month, scale, seed, folder) for month in months
        ]
        try:
            for future in waiting:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _write_landing(months: list[date], scale: Decimal, seed: int, folder: Path) -> dict[str, int]:
    """Write the landing folder: a bar on a terminal, a line a month in a log."""
    written = dict.fromkeys(raw_contract(), 0)
    stderr = click.get_text_stream("stderr")
    landed = _landed_months(months, scale, seed, folder)
    with ExitStack() as stack:
        if stderr.isatty():
            landed = stack.enter_context(
                click.progressbar(landed, length=len(months), label="months", file=stderr)
            )
        for month in landed:
            if not stderr.isatty():
                click.echo(month.line(), err=True)
            for dataset, count in month.row_counts.items():
                written[dataset] += count
    return written


def _write_seeds(months: list[date], scale: Decimal, seed: int, folder: Path) -> dict[str, int]:
    """Write the months as sample seeds, a line a month."""
    deliveries = []
    for month in months:
        own, is_exact = synthesize_month(month, scale, seed, _reference_dir())
        click.echo(_Written(month, own[0].row_count, is_exact, {}).line(), err=True)
        deliveries += own
    return write_seeds(folder, deliveries, raw_contract())


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
    check_calendar(months, _reference_dir())
    folder = out or project_dir() / ("seeds/raw" if as_seeds else "data/landing")
    make_folder(folder)
    write = _write_seeds if as_seeds else _write_landing
    written = write(months, scale, seed, folder)
    summary = ", ".join(f"{dataset} {count:,}" for dataset, count in written.items())
    click.echo(f"synthetic rows written to {folder}: {summary}", err=True)
