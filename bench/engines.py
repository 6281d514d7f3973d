"""``make bench-engines``: what the same build costs on DuckDB and on Spark, by months and cities.

python -m bench.engines --size 1x1 --size 12x1 --size 120x1 --size 1x10

Both engines build a size one after the other, from an empty warehouse, with all data tests.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bench.landing import landing_files, size, warm
from bench.machine import machine_facts
from bench.measuring import run
from bench.report import Section, shown, table
from bench.site import PROJECT
from grid_assessment.synthesis.months import parse_months
from parity.engines import DUCKDB_DBT, SPARK_DBT, Case, build_command, check_spark
from parity.grid import grid

LAST_MONTH = "2024-12"
SECTION = Section("engines", "`make bench-engines`")
ENGINES = {"duckdb": (DUCKDB_DBT, ()), "spark": (SPARK_DBT, ("--target", "spark"))}


@dataclass(frozen=True)
class Size:
    """How much is built: so many months of so many cities, all at full scale."""

    months: int
    cities: int

    @classmethod
    def read(cls, text: str) -> "Size":
        """Return the size that a text such as ``12x10`` says.

        Raises:
            click.BadParameter: it says none.
        """
        months, _, cities = text.partition("x")
        if not (months.isdecimal() and cities.isdecimal() and int(months) and int(cities)):
            raise click.BadParameter(f"{text!r}: expected MONTHSxCITIES, for instance 12x1")
        return cls(int(months), int(cities))

    @property
    def month_range(self) -> str:
        """The months, of which the last is fixed."""
        last = parse_months(LAST_MONTH)[0]
        first = last.year * 12 + last.month - self.months
        return f"{first // 12}-{first % 12 + 1:02d}..{LAST_MONTH}"


@click.command()
@click.option(
    "--size",
    "sizes",
    multiple=True,
    default=("1x1", "12x1", "120x1", "1x10"),
    show_default=True,
    metavar="MONTHSxCITIES",
)
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(list(ENGINES)),
    default=tuple(ENGINES),
    show_default=True,
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=PROJECT / "target" / "bench-engines",
    help="Working folder, removed before and after; default: target/bench-engines.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=PROJECT / "bench" / "engines.json",
    help="Sizes measured before stay in it; default: bench/engines.json.",
)
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=PROJECT / "docs" / "scale.md",
    help="Where the table goes; default: docs/scale.md.",
)
def main(
    sizes: tuple[str, ...], engines: tuple[str, ...], work: Path, out: Path, document: Path
) -> None:
    """Measure both engines; 120 months of a city take Spark most of an hour."""
    check_spark()
    wanted = [Size.read(text) for text in sizes]
    measured = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    for wanted_size in wanted:
        measured = _replaced(measured, measure(wanted_size, engines, work.resolve()))
        out.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
        SECTION.write(document, _report(measured))
    click.echo(f"written: {out}, {document}")


def measure(wanted: Size, engines: tuple[str, ...], work: Path) -> list[dict[str, Any]]:
    """Build one size on each engine; return an entry of the results for each.

    Args:
        wanted: months and cities.
        engines: names of ENGINES.
        work: a folder that is removed before and after.
    """
    shutil.rmtree(work, ignore_errors=True)
    landing, reference = work / "landing", work / "reference"
    click.echo(f"{wanted.months} months of {wanted.cities} cities: landing files")
    grid(
        "synthesize", "--months", wanted.month_range, "--out", str(landing),
        "--cities", str(wanted.cities), "--reference-out", str(reference),
    )  # fmt: skip
    files = landing_files(landing)
    case = Case("engines", "landing", landing, reference)
    entries = []
    for engine in engines:
        click.echo(f"{wanted.months} months of {wanted.cities} cities: {engine}")
        dbt, arguments = ENGINES[engine]
        warehouse = work / engine
        warehouse.mkdir()
        warm(files)
        command, environment = build_command(
            dbt, case, warehouse, {}, [*arguments, "--exclude-resource-type", "unit_test"]
        )
        took = run(command, PROJECT, environment)
        entries.append(
            {
                "engine": engine,
                "months": wanted.months,
                "cities": wanted.cities,
                "seconds": took.seconds,
                "cpu_seconds": took.cpu_seconds,
                "peak_rss_bytes": took.peak_rss_bytes,
                "landing_bytes": size(files),
                "warehouse_bytes": size(file for file in warehouse.rglob("*") if file.is_file()),
                "measured_at": datetime.now(UTC).strftime("%Y-%m-%d"),
                **{fact: machine_facts()[fact] for fact in ("cores", "processor")},
            }
        )
    shutil.rmtree(work)
    return entries


def _replaced(before: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return all entries by cities, months and engine, the new ones in place of the old."""

    def key(entry: dict[str, Any]) -> tuple[int, int, str]:
        return entry["cities"], entry["months"], entry["engine"]

    entries = {key(entry): entry for entry in (*before, *new)}
    return [entries[one] for one in sorted(entries)]


def _report(entries: list[dict[str, Any]]) -> str:
    head = (
        *("cities", "months", "engine", "wall time", "processor time", "peak memory"),
        *("landing", "warehouse", "measured on"),
    )
    return table(
        head,
        [
            (
                str(entry["cities"]),
                str(entry["months"]),
                {"duckdb": "DuckDB", "spark": "Spark"}[entry["engine"]],
                *(shown(entry[of], "s") for of in ("seconds", "cpu_seconds")),
                shown(entry["peak_rss_bytes"], "GiB"),
                *(shown(entry[of], "MiB") for of in ("landing_bytes", "warehouse_bytes")),
                f"{entry['cores']} cores, {entry['processor']}, {entry['measured_at']}",
            )
            for entry in entries
        ],
    )


if __name__ == "__main__":
    main()
