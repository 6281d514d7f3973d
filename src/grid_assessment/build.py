"""``grid build``: dbt build, the gate of expectations, a published version, and a summary."""

import importlib
import threading
from pathlib import Path

import click

from grid_assessment.build_summary import (
    SYNTHETIC,
    gate_lines,
    month_lines,
    note_rows,
    ranking_lines,
    row_lines,
    test_lines,
)
from grid_assessment.dbt_runner import DbtResult, run_dbt_build
from grid_assessment.errors import ExitCode, GridError
from grid_assessment.gate_result import GateResult
from grid_assessment.landing_check import blamed, check_readable, landing_dir
from grid_assessment.phases import Phases
from grid_assessment.progress import progress
from grid_assessment.project import project_dir
from grid_assessment.publishing.clock import now_text
from grid_assessment.publishing.lock import held
from grid_assessment.publishing.publish import note_months, publish
from grid_assessment.publishing.records import BuildRecord, new_build_id, recorded
from grid_assessment.publishing.versions import current_id, heal, latest_id, prune
from grid_assessment.publishing.warehouse import Warehouse, make_warehouse

GATE_MODULE = "grid_assessment.expectations"


def build_warehouse(raw_source: str, full_refresh: bool) -> ExitCode:
    """Build the private database of one raw source, check it, publish it and print the summary.

    Args:
        raw_source: ``seed`` or ``landing``.
        full_refresh: rebuild the incremental models, and write every published file anew.

    Returns:
        DONE, or CHECKS_FAILED when a test or a critical expectation failed.

    Raises:
        GridError: bad input or configuration (2), or the lock or the database is in use (3).
    """
    project = project_dir()
    warehouse = make_warehouse(project, raw_source)
    phases = Phases()
    phases.enter("lock")
    with held(warehouse, "grid build"):
        _echo(heal(warehouse))
        record = BuildRecord(
            build_id=new_build_id(latest_id(warehouse)),
            raw_source=raw_source,
            status_code="running",
            started_at=now_text(),
            is_full_refresh=full_refresh,
        )
        with recorded(warehouse, record):
            return _build(project, warehouse, record, phases)


def _build(project: Path, warehouse: Warehouse, record: BuildRecord, phases: Phases) -> ExitCode:
    if record.raw_source == "seed":
        click.echo(SYNTHETIC)
    else:
        check_readable(landing_dir(project))
    phases.enter("dbt")
    click.echo(f"dbt build ({record.raw_source}) -> {warehouse.database}")
    # Great Expectations takes seconds to import: while dbt runs they cost nothing.
    threading.Thread(target=importlib.import_module, args=(GATE_MODULE,)).start()
    dbt = _run_dbt(project, warehouse, record)
    click.echo(f"{dbt.model_count} models and seeds in {dbt.seconds:.1f} s")
    _note_tests(record, dbt)
    if not dbt.passed:
        _echo(["", *test_lines(dbt), "Expectations: not evaluated, tests failed"])
        return _not_published(warehouse, record, "failed tests", list(dbt.failed_tests))

    note_months(warehouse, record)
    note_rows(warehouse.database, record)
    phases.enter("expectations")
    gate = _check(project, warehouse.database, warehouse.data_docs)
    _note_expectations(record, gate)
    # Read before the switch: what fails after it would deny a version that is published.
    rows, ranking = row_lines(warehouse.database), ranking_lines(warehouse.database)
    if gate.passed:
        with progress("published: files") as shown:
            publish(warehouse, dbt.marts, record, phases.enter, shown.show)
        phases.enter("prune")
        _prune(warehouse)
        phases.enter("done")

    _echo(["", *rows, "", *month_lines(record), *test_lines(dbt)])
    _echo(gate_lines(gate, warehouse.data_docs / "index.html"))
    click.echo(f"Time: {phases}")
    _echo(ranking)
    if record.raw_source == "seed":
        click.echo(f"({SYNTHETIC.split(':', maxsplit=1)[0]})")
    if not gate.passed:
        failed = [outcome.name for outcome in gate.outcomes if outcome.is_critical_failure]
        return _not_published(warehouse, record, "failed expectations", failed)
    click.echo(f"\nPublished: {warehouse.current} -> {record.build_id}")
    return ExitCode.DONE


def _run_dbt(project: Path, warehouse: Warehouse, record: BuildRecord) -> DbtResult:
    try:
        with progress("dbt: models and tests") as shown:
            return run_dbt_build(project, warehouse, record.is_full_refresh, shown)
    except GridError as error:
        is_landing = record.raw_source == "landing"
        raise (blamed(landing_dir(project), error) if is_landing else error) from None


@click.command("build")
@click.option(
    "--raw-source",
    type=click.Choice(["seed", "landing"]),
    default="seed",
    show_default=True,
    help="seed: the synthetic sample; landing: the files under GRID_LANDING_DIR.",
)
@click.option(
    "--full-refresh",
    is_flag=True,
    help="Rebuild the incremental models as well, and write every published file anew.",
)
@click.pass_context
def build(context: click.Context, raw_source: str, full_refresh: bool) -> None:
    """Build the warehouse: dbt build with its tests, the expectations, then publish a version.

    Exit codes: 0 published, 1 a test or a critical expectation failed, 2 bad input, 3 in use.
    """
    context.exit(build_warehouse(raw_source, full_refresh))


def _check(project: Path, database: Path, docs_dir: Path) -> GateResult:
    # Waits for the import that began with dbt.
    expectations = importlib.import_module(GATE_MODULE)
    gate: GateResult = expectations.check_database(
        database, project / "great_expectations", docs_dir
    )
    return gate


def _note_tests(record: BuildRecord, dbt: DbtResult) -> None:
    record.passed_test_count = dbt.test_statuses.get("pass", 0)
    record.warned_test_count = dbt.test_statuses.get("warn", 0)
    record.failed_test_count = len(dbt.failed_tests)


def _note_expectations(record: BuildRecord, gate: GateResult) -> None:
    missed = [outcome for outcome in gate.outcomes if not outcome.is_met]
    record.met_expectation_count = len(gate.outcomes) - len(missed)
    record.failed_expectation_count = sum(outcome.is_critical_failure for outcome in missed)
    record.warned_expectation_count = len(missed) - record.failed_expectation_count


def _not_published(
    warehouse: Warehouse, record: BuildRecord, what: str, names: list[str]
) -> ExitCode:
    record.end("checks_failed", f"{what}: {', '.join(sorted(names))}")
    click.echo(f"\nNothing was published: {what}; current stays {current_id(warehouse) or 'empty'}")
    return ExitCode.CHECKS_FAILED


def _prune(warehouse: Warehouse) -> None:
    try:
        removed = prune(warehouse)
    except OSError as error:
        # The version is published all the same; the next build tries again.
        click.echo(f"{error.filename}: an old version stays: {error.strerror}", err=True)
        return
    if removed:
        click.echo(f"removed old versions: {', '.join(removed)}")


def _echo(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)
