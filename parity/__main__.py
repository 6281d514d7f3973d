"""`python -m parity`: build on both engines, compare every mart, print the counts.

Exit codes: 0 every row of every mart is the same, 1 a row differs, 2 a build failed or something
is missing.
"""

import tempfile
from pathlib import Path

import click

from parity.cases import CASES
from parity.compare import Comparison, compare_marts
from parity.engines import Case, build_on_duckdb, build_on_spark, check_spark

DIFFERENT = 1
UNABLE = 2


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CASES)))
@click.option("--out", type=click.Path(path_type=Path), help="Folder to keep the builds in.")
@click.option("--target", default="spark", help="Target of profiles.yml: spark or spark_thrift.")
def main(names: tuple[str, ...], out: Path | None, target: str) -> None:
    """Compare the marts of DuckDB and Spark, for the named cases or for all."""
    with tempfile.TemporaryDirectory(prefix="parity-") as scratch:
        folder = (out or Path(scratch)).resolve()
        try:
            check_spark()
            is_same = [_check(name, folder / name, target) for name in names or CASES]
        except click.ClickException as problem:
            problem.show()
            raise SystemExit(UNABLE) from problem
    if not all(is_same):
        raise SystemExit(DIFFERENT)


def _check(name: str, folder: Path, target: str) -> bool:
    """Build and compare one case, print what was found, and return whether all is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    case = CASES[name](folder)
    is_same = True
    for step in case.steps:
        step()
        duckdb_seconds = build_on_duckdb(case, folder / "duckdb")
        spark_seconds = build_on_spark(case, folder / "spark", target)
        found = compare_marts(
            folder / "duckdb" / f"{case.raw_source}.duckdb", spark_marts(case, folder / "spark")
        )
        report(case, found)
        click.echo(
            f"{name}: built in {duckdb_seconds:.0f} s on DuckDB, {spark_seconds:.0f} s on Spark"
        )
        is_same = is_same and all(comparison.is_same for comparison in found)
    return is_same


def spark_marts(case: Case, warehouse: Path) -> Path:
    """Return the folder of the schema `marts` in a warehouse of Spark."""
    return warehouse / "spark" / case.raw_source / "marts.db"


def report(case: Case, found: list[Comparison]) -> None:
    """Print the counts of each mart, and of what differs."""
    click.echo(f"{'mart':<44}{'DuckDB':>10}{'Spark':>10}{'differing':>11}")
    for comparison in found:
        differing = comparison.only_duckdb + comparison.only_spark
        click.echo(
            f"{comparison.mart:<44}{comparison.duckdb_rows:>10,}{comparison.spark_rows:>10,}"
            f"{differing:>11,}"
        )
        for line in (comparison.shape, *comparison.examples):
            if line:
                click.echo(f"    {line}")
    click.echo(
        f"{case.name}: {len(found)} marts, {sum(each.duckdb_rows for each in found):,} rows, "
        f"{sum(each.only_duckdb + each.only_spark for each in found):,} differing"
    )


if __name__ == "__main__":
    main()
