"""Landing folders of many months: the same on every machine and in any order, bounded in memory."""

import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import PROJECT_DIR

from grid_assessment.errors import GridError
from grid_assessment.project import raw_contract
from grid_assessment.synthesis.calibration import month_volume, read_yaml
from grid_assessment.synthesis.command import synthesize
from grid_assessment.synthesis.months import parse_months

GRID = str(Path(sys.executable).parent / "grid")
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(synthesize, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every landing file, in order."""
    with duckdb.connect() as connection:
        return {
            str(path.relative_to(folder)): connection.execute(
                "select * from read_parquet(?, hive_partitioning = false)", [str(path)]
            ).fetchall()
            for path in sorted(folder.rglob("*.parquet"))
        }


def test_months_in_any_order_and_number_of_processes_give_the_same_rows(tmp_path: Path) -> None:
    together, apart, other = (tmp_path / name for name in ("together", "apart", "other"))
    run("--months", "2019-12..2020-02", "--scale", "0.03", "--out", str(together))
    for month in ("2020-02", "2019-12", "2020-01"):
        run("--months", month, "--scale", "0.03", "--out", str(apart))
    run("--months", "2019-12..2020-02", "--scale", "0.03", "--seed", "5", "--out", str(other))
    first = rows_of(together)
    assert first == rows_of(apart)
    different = rows_of(other)
    assert first.keys() == different.keys()
    assert all(first[name] != different[name] for name in first if name.startswith("cases/"))


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    arguments = ("--months", "2020-05", "--scale", "0.01", "--out", str(tmp_path))
    run(*arguments)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")}
    run(*arguments)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_months_before_the_rules_have_no_awards(tmp_path: Path) -> None:
    run("--months", "2019-12", "--scale", "0.01", "--out", str(tmp_path))
    datasets = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.parquet")}
    without = {"indicator_assessments", "indicator_deductions", "satellite_findings"}
    assert datasets == set(raw_contract()) - without
    run("--months", "2020-01", "--scale", "0.01", "--out", str(tmp_path))
    assert (tmp_path / "indicator_assessments").is_dir()


def test_cases_are_sorted_by_registration_and_numbered_in_that_order(tmp_path: Path) -> None:
    run("--months", "2022-06", "--scale", "0.05", "--out", str(tmp_path))
    path = tmp_path / "cases/month=2022-06/synthetic-2022-06-01-full.parquet"
    found = duckdb.execute(
        "with typed as (select *, row_number() over () as place from read_parquet(?)),"
        " plain as (select * from typed where regexp_full_match(case_id, 'KM202206-[0-9]{6}'))"
        " select count(distinct case_id), count(*) filter (where registered_at < before),"
        " count(*) filter (where case_id < id_before) from (select *,"
        " lag(registered_at) over (order by place) as before,"
        " lag(case_id) over (order by place) as id_before from plain where place <= 10000)",
        [str(path)],
    ).fetchone()
    assert found is not None
    assert found[0] > 9_900
    assert found[1:] == (0, 0)


def test_ten_years_are_26_million_cases() -> None:
    volumes = read_yaml("volumes.yml")
    months = parse_months("2015-01..2024-12")
    by_month = {month: month_volume(month, volumes) for month in months}
    assert abs(sum(by_month.values()) - 26_500_000) < 100_000
    assert sum(by_month[date(2024, month, 1)] for month in range(1, 13)) == 2_467_722
    assert by_month[date(2021, 3, 1)] == 220_876


def test_memory_does_not_grow_with_the_number_of_months(tmp_path: Path) -> None:
    def peak(months: str) -> int:
        completed = subprocess.run(
            [sys.executable, "-c", MEASURE, GRID, "synthesize", "--months", months,
             "--scale", "0.1", "--out", str(tmp_path / months)],
            cwd=PROJECT_DIR, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return int(completed.stdout)

    assert peak("2016-01..2017-04") < 1.15 * peak("2016-01..2016-04")


def test_a_log_has_one_line_a_month(tmp_path: Path) -> None:
    output = run("--months", "2022-01..2022-03", "--scale", "0.001", "--out", str(tmp_path))
    lines = output.splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == ["2022-01", "2022-02", "2022-03"]
    assert lines[3].startswith("synthetic rows written")
    assert len(lines) == 4


def test_a_terminal_has_a_bar(tmp_path: Path) -> None:
    parent, child = pty.openpty()
    subprocess.run(
        [GRID, "synthesize", "--months", "2022-01..2022-03", "--scale", "0.001", "--out",
         str(tmp_path)],
        cwd=PROJECT_DIR, stderr=child, check=True,
    )  # fmt: skip
    os.close(child)
    shown = os.read(parent, 100_000).decode()
    os.close(parent)
    assert "100%" in shown
    assert "cases that count" not in shown
    assert "synthetic rows written" in shown


def test_a_range_beyond_the_calendar_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(GridError, match="does not cover 2030-12"):
        CliRunner().invoke(
            synthesize,
            ["--months", "2030-09..2030-12", "--scale", "0.01", "--out", str(out)],
            catch_exceptions=False,
        )
    assert not out.exists()
