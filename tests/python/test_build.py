"""``grid build``: exit codes, the summary, and what it says about a mistake."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import grid_assessment.build as build_module
from grid_assessment.build_summary import table
from grid_assessment.cli import cli
from grid_assessment.dbt_runner import DbtResult, mart_names, one_paragraph
from grid_assessment.errors import ExitCode, GridError
from grid_assessment.gate_result import GateResult, Outcome
from grid_assessment.phases import PHASES

GOOD_DBT = DbtResult(seconds=1.0, model_count=3, test_statuses={"pass": 2})


def with_marts(dbt: DbtResult, sample_warehouse: Path) -> DbtResult:
    """Return a result of dbt with the marts of the built sample."""
    return replace(dbt, marts=mart_names(sample_warehouse / "target" / "manifest.json"))


def outcome(severity: str, is_met: bool) -> Outcome:
    return Outcome(
        suite="suite",
        name=f"{severity}_name",
        severity=severity,
        owner="owner",
        description="It holds.",
        why="Because.",
        is_met=is_met,
        row_count=4,
        checked_count=3,
        unexpected_count=0 if is_met else 1,
        unexpected_rows=() if is_met else ("2021-03-01 530102: share 2",),
    )


@pytest.fixture
def warehouse(sample_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a warehouse folder with the built sample."""
    shutil.copy(sample_database, tmp_path / "seed.duckdb")
    monkeypatch.setenv("GRID_WAREHOUSE_DIR", str(tmp_path))
    return tmp_path


def run(
    monkeypatch: pytest.MonkeyPatch, dbt: DbtResult, *outcomes: Outcome, source: str = "seed"
) -> Result:
    monkeypatch.setattr(build_module, "run_dbt_build", lambda *_: dbt)
    monkeypatch.setattr(build_module, "_check", lambda *_: GateResult(outcomes))
    return CliRunner().invoke(cli, ["build", "--raw-source", source])


def test_summary_of_a_good_build(
    warehouse: Path, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt = with_marts(GOOD_DBT, sample_warehouse)
    result = run(monkeypatch, dbt, outcome("critical", True))
    assert result.exit_code == ExitCode.DONE
    assert "sample data, synthetic" in result.output
    assert "Tests: 2 passed, 0 failed" in result.output
    assert "1 met, 0 failed, 0 warned, 0 with nothing to check; 3 values" in result.output
    assert "Ranking of 2021-03, main_urban" in result.output
    assert "五华区" in result.output
    assert "omission_checks" in result.output
    assert "Months: 3 landed; new or changed: 2021-01,2021-02,2021-03" in result.output
    published = (warehouse / "published-sample" / "current").readlink()
    assert result.output.endswith(
        f"Published: {warehouse}/published-sample/current -> {published}\n"
    )
    phases = [line.strip("[]").split()[1] for line in result.output.splitlines() if line[:1] == "["]
    assert tuple(phases) == PHASES


def test_a_warning_is_told_and_a_critical_failure_stops(
    warehouse: Path, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt = with_marts(GOOD_DBT, sample_warehouse)
    warned = run(monkeypatch, dbt, outcome("warning", False))
    assert warned.exit_code == ExitCode.DONE
    assert "warned: suite.warning_name (owner): It holds." in warned.output
    published = (warehouse / "published-sample" / "current").readlink()
    failed = run(monkeypatch, dbt, outcome("critical", False))
    assert failed.exit_code == ExitCode.CHECKS_FAILED
    assert "2021-03-01 530102: share 2" in failed.output
    assert f"Nothing was published: failed expectations; current stays {published}" in failed.output
    assert (warehouse / "published-sample" / "current").readlink() == published


@pytest.mark.usefixtures("warehouse")
def test_a_failed_test_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    dbt = replace(
        GOOD_DBT,
        test_statuses={"pass": 1, "fail": 1},
        failed_tests={"keys": "Got 2 results, configured to fail"},
    )
    result = run(monkeypatch, dbt)
    assert result.exit_code == ExitCode.CHECKS_FAILED
    assert "Tests: 1 passed, 1 failed" in result.output
    assert "failed: keys: Got 2 results" in result.output
    assert "not evaluated" in result.output


def test_landing_is_not_called_synthetic(
    warehouse: Path, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (warehouse / "seed.duckdb").rename(warehouse / "landing.duckdb")
    result = run(monkeypatch, with_marts(GOOD_DBT, sample_warehouse), source="landing")
    assert result.exit_code == ExitCode.DONE
    assert "synthetic" not in result.output
    assert (warehouse / "published" / "current" / "marts.duckdb").is_file()
    assert not (warehouse / "published-sample").exists()


def test_missing_landing_files_are_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_WAREHOUSE_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("GRID_LANDING_DIR", str(tmp_path / "nothing"))
    result = CliRunner().invoke(cli, ["build", "--raw-source", "landing"])
    assert isinstance(result.exception, GridError)
    assert result.exception.exit_code == ExitCode.BAD_INPUT
    message = str(result.exception)
    assert message.startswith("dbt build: model int_landed_files: dataset cases: no file matches ")
    assert "\n" not in message


@pytest.mark.parametrize("name", ["a?b", "a#b", "md:warehouse", "/x/what?"])
def test_a_warehouse_that_dbt_takes_for_an_address_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_WAREHOUSE_DIR", name)
    result = CliRunner().invoke(cli, ["build"])
    assert isinstance(result.exception, GridError)
    assert f"GRID_WAREHOUSE_DIR '{name}'" in str(result.exception)


def test_wrong_usage_is_bad_input() -> None:
    assert CliRunner().invoke(cli, ["build", "--raw-source", "x"]).exit_code == ExitCode.BAD_INPUT


def test_a_message_of_dbt_becomes_a_paragraph() -> None:
    message = (
        "Compilation Error in model stg_cases (models/staging/stg_cases.sql)\n"
        "  dataset cases: no file\n  matches x\n\n"
        "  > in macro check_landing_files (macros/raw/landing_rows.sql)\n"
        "  > called by model stg_cases\n  compiled code at target/x.sql"
    )
    assert one_paragraph(message) == "dataset cases: no file matches x"


def test_chinese_names_are_two_columns_wide() -> None:
    assert table(("name", "score"), [("五华区", 9.5), ("a", 10)]) == [
        "name    score",
        "五华区    9.5",
        "a          10",
    ]
