"""The benchmark measures what it says, on three small months; no test compares with a clock."""

import os
import sys
from pathlib import Path

import click
import duckdb
import pytest
from publishing_support import built_site

from bench import plain
from bench.dbt_cost import node_cost
from bench.dbt_log import OTHER, read_statements
from bench.landing import delivery, landing_files, lend
from bench.measuring import Run, run
from bench.monthly_step import Step, growth, prepare
from bench.published import measure_questions, phases, read_questions, version_sizes
from bench.run import Bench

MONTHS = "2021-01..2021-03"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a benchmark with its generator, full build, and a step on one month."""
    bench = Bench(MONTHS, tmp_path_factory.mktemp("bench"), repeats=1)
    landing = bench.generate("0.01")
    bench.full_build(landing)
    step = bench.short_history(landing)
    bench.compare(step, step)
    return bench


def test_full_build_is_compared_with_the_same_sql(measured: Bench) -> None:
    full, plain_run = measured.results["full_build"], measured.results["plain"]
    assert full["dbt_over_plain"] == full["seconds"] / plain_run["seconds"]
    assert full["node_count"] > plain_run["statement_count"] > 0
    assert 0 < plain_run["sql_seconds"] < plain_run["seconds"]
    assert full["statement_seconds"] > 0
    assert full["peak_rss_bytes"] > plain_run["peak_rss_bytes"] > 10 * 2**20
    seconds = [node["dbt_seconds"] for node in full["slowest_nodes"]]
    assert seconds == sorted(seconds, reverse=True)
    assert len(seconds) == 10


def test_data_are_those_that_were_built(measured: Bench) -> None:
    data = measured.results["data"]
    files = landing_files(measured.work / "landing")
    assert data["file_count"] == len(files)
    assert data["bytes"] == sum(file.stat().st_size for file in files)
    assert data["landed_rows"] > data["landed_case_rows"] > data["accepted_cases"]
    assert data["accepted_cases"] >= data["counting_cases"] > 0


def test_step_rebuilds_the_new_month_on_the_history(measured: Bench) -> None:
    step = measured.results["month"]["short"]
    assert step["history_months"] == 1
    assert 0 < step["commit_seconds"] < step["data_seconds"] < step["build_seconds"]
    with duckdb.connect(str(measured.site.database), read_only=True) as connection:
        runs = connection.execute(
            "select landed_month, invocation_id from intermediate.built_months"
            " where model_name = 'fct_cases' order by landed_month"
        ).fetchall()
    assert [month for month, _ in runs] == ["2021-02", "2021-03"]
    node_count = measured.results["full_build"]["node_count"]
    assert measured.results["dbt"]["node_seconds"] * node_count == pytest.approx(
        measured.results["dbt"]["beside_sql_seconds"]
    )


def test_plain_process_notices_other_rows(measured: Bench, tmp_path: Path) -> None:
    copy = tmp_path / "landing.duckdb"
    copy.write_bytes(measured.site.database.read_bytes())
    plain.compare(measured.site.database, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop table marts.dim_districts")
        connection.execute("create table marts.dim_districts as select 1 as district_code")
    with pytest.raises(click.ClickException, match=r"marts\.dim_districts"):
        plain.compare(measured.site.database, copy)


def test_questions_are_asked_of_the_published_version(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    site = built_site(sample_warehouse, tmp_path / "site")
    assert site.publish()[0] == 0
    alone = version_sizes(site.published)
    assert alone["own_bytes"] == alone["bytes"]
    site.change()
    assert site.publish()[0] == 0
    second = version_sizes(site.published)
    assert second["mart_database_bytes"] < second["own_bytes"] < second["bytes"]

    told = measure_questions(site.published, repeats=2)
    entries = told["slowest"] + told["others"]
    assert len(told["slowest"]) == 10
    assert {entry["question"] for entry in entries} == {entry.name for entry in read_questions()}
    # Rows of the sample lie in no folder of a month.
    without_rows = [entry["question"] for entry in entries if not entry["row_count"]]
    assert without_rows == ["rejected_rows_of_month"]
    assert all(entry["greatest_seconds"] >= entry["seconds"] > 0 for entry in entries)
    assert all(entry["text"] for entry in entries)


def test_delivery_is_every_file_of_the_loads_of_the_month(tmp_path: Path) -> None:
    names = [
        "cases/month=2021-01/a.parquet",
        "cases/month=2021-02/b.parquet",
        "cases/month=2021-02/c.parquet",
        "cases/month=2021-03/c.parquet",
        "whistles/month=2021-03/d.parquet",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"rows")
    months = Bench(MONTHS, tmp_path / "work", repeats=1).months
    files = landing_files(tmp_path)
    new, history = delivery(files, months[-1])
    assert [str(file.relative_to(tmp_path)) for file in new] == names[2:]
    assert [str(file.relative_to(tmp_path)) for file in history] == names[:2]
    assert landing_files(tmp_path, since=months[1]) == files[1:]

    site = Bench(MONTHS, tmp_path / "work", repeats=1).site
    lent = prepare(site, tmp_path, months, 1)
    assert [file.name for file in lent] == ["c.parquet", "c.parquet", "d.parquet"]
    assert [file.name for file in landing_files(site.landing)] == ["b.parquet"]
    lend(lent, tmp_path, site)
    assert [file.stat().st_nlink for file in landing_files(site.landing)] == [2, 2, 2, 2]


def test_month_without_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="no <dataset>/month="):
        landing_files(tmp_path)
    with pytest.raises(click.ClickException, match="no file of 2021-03"):
        delivery([], Bench(MONTHS, tmp_path, repeats=1).months[-1])


def test_log_tells_the_seconds_of_each_node(tmp_path: Path) -> None:
    log = tmp_path / "dbt.log"
    log.write_text(
        "10:00:00.000001 [debug] [Thread-1 (]: On model.grid_assessment.a: /* {} */\n"
        "    select 'SQL status: OK in 9.000 seconds'\n"
        "10:00:00.000002 [debug] [Thread-2 (]: On test.grid_assessment.b.4f: select 1\n"
        "10:00:00.000003 [debug] [Thread-1 (]: SQL status: OK in 0.250 seconds\n"
        "10:00:00.000004 [debug] [Thread-1 (]: On model.grid_assessment.a: COMMIT\n"
        "10:00:00.000005 [debug] [Thread-1 (]: SQL status: OK in 0.125 seconds\n"
        "10:00:00.000006 [debug] [Thread-2 (]: SQL status: OK in 1.500 seconds\n"
        "10:00:00.000007 [debug] [MainThread]: On master: select 2\n"
        "10:00:00.000008 [debug] [MainThread]: SQL status: OK in 0.500 seconds\n",
        encoding="utf-8",
    )
    told = read_statements(log)
    assert told.seconds_by_node == {"model a": 0.375, "test b": 1.5, OTHER: 0.5}
    assert (told.seconds, told.commit_seconds, told.count) == (2.375, 0.125, 4)


def test_growth_is_the_difference_of_the_medians(tmp_path: Path) -> None:
    log = tmp_path / "dbt.log"
    steps = []
    for history, times in ((11, ("0.100", "0.900", "0.200")), (119, ("0.700", "0.600", "0.100"))):
        told = []
        for text in times:
            log.write_text(
                "10:00:00.000001 [debug] [Thread-1 (]: On model.grid_assessment.a: select 1\n"
                f"10:00:00.000002 [debug] [Thread-1 (]: SQL status: OK in {text} seconds\n",
                encoding="utf-8",
            )
            told.append(read_statements(log))
        steps.append(Step(history, [10.0, 11.0, 12.0], told))
    grown = growth(steps[1], steps[0])
    assert grown["data_seconds"] == pytest.approx(0.4)
    assert [(node["node"], node["growth_seconds"]) for node in grown["nodes"]] == [
        ("model a", pytest.approx(0.4))
    ]
    cost = node_cost(steps[0], partial_parse_seconds=2.0, node_count=10)
    assert cost["beside_sql_seconds"] == pytest.approx(8.1)


def test_memory_is_that_of_all_processes(tmp_path: Path) -> None:
    held = "import time; held = bytearray(60 * 2**20); time.sleep(1)"
    both = f"import subprocess, sys; child = [sys.executable, '-c', {held!r}];"
    both += " [process.wait() for process in [subprocess.Popen(child) for _ in range(2)]]"
    took = run([sys.executable, "-c", both], tmp_path, os.environ)
    assert 120 * 2**20 < took.peak_rss_bytes < 300 * 2**20
    with pytest.raises(click.ClickException, match="ended with 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, os.environ)


def test_phases_are_those_that_grid_printed() -> None:
    told = phases(Run(9.5, 9.5, 1, "dbt\nTime: dbt 8.0 s, write 0.6 s, in all 8.9 s\n\nRanking\n"))
    assert told == {"dbt": 8.0, "write": 0.6, "wall": 9.5}
