"""``grid build``: dbt build, the gate of expectations, and a summary."""

import importlib
import os
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import click

from grid_assessment.build_summary import (
    SYNTHETIC,
    gate_lines,
    ranking_lines,
    row_lines,
    test_lines,
)
from grid_assessment.dbt_runner import run_dbt_build
from grid_assessment.errors import ExitCode, GridError
from grid_assessment.gate_result import GateResult
from grid_assessment.project import project_dir

ADDRESS_CHARACTERS = "?#"
GATE_MODULE = "grid_assessment.expectations"


def warehouse_dir(project: Path) -> Path:
    """Return the warehouse folder as dbt sees it: ``GRID_WAREHOUSE_DIR``, else ``warehouse``.

    A relative folder is one of the project; it is created.

    Raises:
        GridError: the folder cannot be made, or dbt would read its name as an address.
    """
    named = os.environ.get("GRID_WAREHOUSE_DIR") or "warehouse"
    if any(char in named for char in ADDRESS_CHARACTERS) or urlsplit(named).scheme:
        raise GridError(
            f"GRID_WAREHOUSE_DIR {named!r}: dbt reads ? and #, and a name before a colon, as parts"
            " of an address; give the folder another name"
        )
    folder = project / named
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GridError(f"{folder}: {error.strerror}; set GRID_WAREHOUSE_DIR") from None
    return folder


def build_warehouse(raw_source: str, full_refresh: bool) -> ExitCode:
    """Build the private database of one raw source, check it and print the summary.

    Args:
        raw_source: ``seed`` or ``landing``.
        full_refresh: rebuild the incremental models as well.

    Returns:
        DONE, or CHECKS_FAILED when a test or a critical expectation failed.

    Raises:
        GridError: bad input or configuration (2), or the database is in use (3).
    """
    started = time.monotonic()
    project = project_dir()
    warehouse = warehouse_dir(project)
    database = warehouse / f"{raw_source}.duckdb"
    if raw_source == "seed":
        click.echo(SYNTHETIC)
    click.echo(f"dbt build ({raw_source}) -> {database}")
    # Great Expectations takes seconds to import: while dbt runs they cost nothing.
    threading.Thread(target=importlib.import_module, args=(GATE_MODULE,)).start()
    dbt = run_dbt_build(project, raw_source, full_refresh, click.echo)
    click.echo(f"{dbt.model_count} models and seeds in {dbt.seconds:.1f} s\n")
    if not dbt.passed:
        _echo([*test_lines(dbt), "Expectations: not evaluated, tests failed"])
        return ExitCode.CHECKS_FAILED

    docs_dir = warehouse / "data_docs" / raw_source
    gate_started = time.monotonic()
    gate = _check(project, database, docs_dir)
    gate_seconds = time.monotonic() - gate_started
    _echo(row_lines(database))
    _echo(["", *test_lines(dbt), *gate_lines(gate, docs_dir / "index.html")])
    click.echo(
        f"Time: dbt {dbt.seconds:.1f} s, expectations {gate_seconds:.1f} s,"
        f" in all {time.monotonic() - started:.1f} s"
    )
    _echo(ranking_lines(database))
    if raw_source == "seed":
        click.echo(f"({SYNTHETIC.split(':', maxsplit=1)[0]})")
    return ExitCode.DONE if gate.passed else ExitCode.CHECKS_FAILED


@click.command("build")
@click.option(
    "--raw-source",
    type=click.Choice(["seed", "landing"]),
    default="seed",
    show_default=True,
    help="seed: the synthetic sample; landing: the files under GRID_LANDING_DIR.",
)
@click.option("--full-refresh", is_flag=True, help="Rebuild the incremental models as well.")
@click.pass_context
def build(context: click.Context, raw_source: str, full_refresh: bool) -> None:
    """Build the warehouse: dbt build with its tests, then the expectations.

    Exit codes: 0 done, 1 a test or a critical expectation failed, 2 bad input, 3 in use.
    """
    context.exit(build_warehouse(raw_source, full_refresh))


def _check(project: Path, database: Path, docs_dir: Path) -> GateResult:
    # Waits for the import that began with dbt.
    expectations = importlib.import_module(GATE_MODULE)
    gate: GateResult = expectations.check_database(
        database, project / "great_expectations", docs_dir
    )
    return gate


def _echo(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)
