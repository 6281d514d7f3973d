"""``make bench``: measure what the warehouse costs, write results.json and docs/scale.md.

python -m bench.run --months 2015-01..2024-12 --scale 1
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bench.dbt_cost import measure_parse, node_cost
from bench.full_build import measure_full_build
from bench.landing import lend, synthesize
from bench.machine import machine_facts
from bench.monthly_step import (
    Step,
    growth,
    measure_step,
    prepare,
    restore,
    short_history,
    snapshot_of,
)
from bench.published import measure_questions, phases, rebuilt_months, version_sizes
from bench.report import write_report
from bench.site import PROJECT, Site
from grid_assessment.errors import GridError
from grid_assessment.synthesis.months import parse_months

FEWEST_MONTHS = 3
"""A new month, and a long and a short history before it."""


@dataclass(frozen=True)
class Options:
    """The options of the command line; without ``landing`` the files are made and measured."""

    months: str
    scale: str
    landing: Path | None
    work: Path
    out: Path
    document: Path
    repeats: int


class Bench:
    """One run of the benchmark: a working folder and what was measured so far.

    Args:
        months_text: the months of the landing files.
        work: a folder of its own on the file system of the landing files.
        repeats: how often what is short is measured; the median counts.
    """

    def __init__(self, months_text: str, work: Path, repeats: int) -> None:
        """Make the site of the builds."""
        self.work, self.repeats = work, repeats
        self.months_text, self.months = months_text, parse_months(months_text)
        if len(self.months) < FEWEST_MONTHS:
            raise GridError(f"--months: {months_text}: expected at least {FEWEST_MONTHS} months")
        self.site = Site(work / "site")
        self.results: dict[str, Any] = {}

    def generate(self, scale: str) -> Path:
        """Make the landing files."""
        click.echo("synthesize the landing files")
        landing = self.work / "landing"
        self.results["generator"] = synthesize(self.site, self.months_text, scale, landing)
        return landing

    def full_build(self, landing: Path) -> None:
        """(c) start and parse; (a) the full build and the plain process."""
        click.echo("dbt: start, full parse, partial parse")
        self.results["dbt"] = measure_parse(self.site, self.repeats)
        click.echo("full build, and the same SQL in one plain process")
        plain = self.work / "plain"
        self.results |= measure_full_build(self.site, landing, plain)
        shutil.rmtree(plain)

    def long_history(self, landing: Path) -> Step:
        """(b) the step on the long history; (d) publishing before and after, and the questions."""
        site, before = self.site, len(self.months) - 1
        click.echo(f"grid build of {before} months")
        new = prepare(site, landing, self.months, before)
        site.parse_for_grid()
        first = site.grid("build", "--raw-source", "landing")
        snapshot = snapshot_of(site, self.work / "before")
        lend(new, landing, site)
        click.echo(f"one month on top of {before}, {self.repeats} times; then grid build")
        step = measure_step(site, snapshot, before, self.repeats)
        restore(site, snapshot)
        month = site.grid("build", "--raw-source", "landing")
        self.results["publishing"] = {
            "first": phases(first),
            "month": phases(month),
            "rebuilt_months": rebuilt_months(site),
            "version": version_sizes(site.published),
        }
        click.echo("questions")
        self.results["questions"] = measure_questions(site.published, self.repeats)
        return step

    def short_history(self, landing: Path) -> Step:
        """(b) the same step on the short history."""
        site, before = self.site, short_history(len(self.months))
        click.echo(f"one month on top of {before}, {self.repeats} times")
        new = prepare(site, landing, self.months, before)
        site.dbt_build()
        snapshot = snapshot_of(site, self.work / "before")
        lend(new, landing, site)
        return measure_step(site, snapshot, before, self.repeats)

    def compare(self, long: Step, short: Step) -> None:
        """(b) the growth; (c) what a node costs, where there is least SQL beside it."""
        self.results["month"] = {
            "long": long.told(),
            "short": short.told(),
            "growth": growth(long, short),
        }
        parse = self.results["dbt"]["partial_parse_seconds"]
        nodes = self.results["full_build"]["node_count"]
        self.results["dbt"] |= node_cost(short, parse, nodes)


@click.command()
@click.option("--months", default="2015-01..2024-12", show_default=True, metavar="FROM..TO")
@click.option("--scale", default="1", show_default=True, help="1: as many cases as in reality.")
@click.option(
    "--landing",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Landing files of these months and this scale; without it they are made and measured.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=PROJECT / "target" / "bench",
    help="Working folder, removed before and after; default: target/bench.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=PROJECT / "bench" / "results.json",
    help="Default: bench/results.json.",
)
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=PROJECT / "docs" / "scale.md",
    help="Where the tables go; default: docs/scale.md.",
)
@click.option("--repeats", type=click.IntRange(min=1), default=5, show_default=True)
def main(**options: Any) -> None:
    """Measure the warehouse on synthetic months; at full size a quarter of an hour and 10 GB."""
    try:
        measure(Options(**options))
    except GridError as error:
        raise click.UsageError(str(error)) from None


def measure(options: Options) -> None:
    """Measure everything, then write the results and the document.

    Raises:
        GridError: the months are none, or too few.
    """
    bench = Bench(options.months, options.work.resolve() / "measuring", options.repeats)
    shutil.rmtree(bench.work, ignore_errors=True)
    bench.results |= {
        "run": {
            "measured_at": datetime.now(UTC).strftime("%Y-%m-%d"),
            "months": options.months,
            "scale": options.scale,
            "repeats": options.repeats,
        },
        "machine": machine_facts(),
        "generator": None,
    }
    landing = options.landing.resolve() if options.landing else bench.generate(options.scale)
    bench.full_build(landing)
    long = bench.long_history(landing)
    bench.compare(long, bench.short_history(landing))
    shutil.rmtree(bench.work)
    options.out.write_text(json.dumps(bench.results, indent=1) + "\n", encoding="utf-8")
    write_report(bench.results, options.document)
    click.echo(f"written: {options.out}, {options.document}")


if __name__ == "__main__":
    main()
