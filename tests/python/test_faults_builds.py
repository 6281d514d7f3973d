"""Faults of whole builds: kill -9 with the real dbt, bad input, failing checks.

Whatever happens, ``current`` opens and equals the old version or the new one, and nothing that was
accepted earlier is lost: the next build publishes what a first build of the same files has.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import LANDING, PROJECT_DIR, WITHOUT_TESTS, run_dbt
from ingest_support import PLAIN_ROW, ingest, landed_files, plain_mapping, write_plain
from publishing_support import Site, built_site

from grid_assessment.errors import ExitCode

SEED = 20260404
RANDOM_KILLS = 3
KILLED = -signal.SIGKILL
UNPRIVILEGED = "nobody"
GOOD_CELLS = PLAIN_ROW[1:]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a warehouse of landing files with one version, which the tests here go on with."""
    folder = tmp_path_factory.mktemp("builds")
    site = Site(folder / "warehouse", folder / "manifest.json", "landing", folder / "landing")
    arguments = ["--months", "2021-02..2021-03", "--scale", "0.01", "--out", str(site.landing)]
    subprocess.run(
        [str(Path(sys.executable).parent / "grid"), "synthesize", *arguments],
        check=True,
        capture_output=True,
    )
    code, output = site.run("build")
    assert code == 0, output
    # Of its own: a build that is killed leaves half a manifest.
    shutil.copy(site.warehouse / "target" / "landing" / "manifest.json", site.manifest)
    return site


def land_late_versions(site: Site) -> Path:
    """Land a load that closes ten open cases of March late; return its file."""
    folder = site.landing / "cases" / "month=2021-03"
    late = folder / "z-late.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select * replace (
                    timestamp '2021-04-05 10:00:00' as updated_at,
                    timestamp '2021-03-31 12:00:00' as closed_at
                )
                from read_parquet('{folder}/synthetic-2021-03-01-full.parquet')
                where closed_at is null and registered_at < timestamp '2021-03-31'
                order by case_id limit 10
            ) to '{late}' (format parquet)
        """)
    return late


def children(process: int) -> list[int]:
    """Return the children of a process."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return [int(child) for child in text.split()]


def is_running(process: int) -> bool:
    """Whether a process is there and no zombie that nobody has waited for."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except FileNotFoundError:
        return False
    return state.split()[0] not in ("Z", "X")


def read_until(process: subprocess.Popen[str], text: str) -> None:
    """Read the output of a process up to a line with a text."""
    assert process.stdout is not None
    assert any(text in line for line in process.stdout), f"ended without a line with {text!r}"


def test_kill_before_publishing_and_the_build_after_it(site: Site, tmp_path: Path) -> None:
    """No kill moves the readers, and the build after them all equals a first build."""
    old, before = site.current, site.read()
    land_late_versions(site)
    for point in ("dbt", "dbt:15", "dbt:70", "expectations"):
        code, output = site.run("build", plan={"kill_at": point, "whole_group": True})
        assert code == KILLED, output
        assert (site.current, site.read()) == (old, before), point
    dice = random.Random(SEED)
    for _ in range(RANDOM_KILLS):
        with site.start("build") as process:
            time.sleep(dice.uniform(1, 12))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        assert (site.current, site.read()) == (old, before)

    # The build alone is killed: its dbt ends with it, before it could write beside the next build.
    with site.start("build") as process:
        read_until(process, "dbt: models and tests: ")
        (dbt,) = children(process.pid)
        process.kill()
        deadline = time.monotonic() + 3
        while is_running(dbt) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_running(dbt)
    assert "Running: nothing" in site.run("status")[1]
    assert (site.current, site.read()) == (old, before)

    code, output = site.run("build")
    assert code == 0, output
    assert "killed before it published" in output
    assert "new or changed: 2021-03\n" in output
    assert site.current != old
    assert [record["status_code"] for record in site.records].count("interrupted") == 5 + 3
    fresh = run_dbt(
        ["build", *LANDING, *WITHOUT_TESTS],
        tmp_path,
        {"GRID_LANDING_DIR": str(site.landing)},
    )
    assert fresh.returncode == 0, fresh.stdout[-4000:]
    first_build = Site(tmp_path, site.manifest, "landing", site.landing)
    assert site.read() == first_build.private_content()
    assert site.read() != before


@pytest.mark.parametrize("damage", ["cut", "footer"])
def test_a_corrupt_landing_file_is_named(damage: str, site: Site) -> None:
    path = site.landing / "cases" / "month=2021-03" / "synthetic-2021-03-01-full.parquet"
    good = path.read_bytes()
    old, before = site.current, site.read()
    broken = bytes(byte ^ 0x5A for byte in good[-400:-200])
    path.write_bytes(good[:40_000] if damage == "cut" else good[:-400] + broken + good[-200:])
    try:
        code, output = site.run("build")
    finally:
        path.write_bytes(good)
    assert code == ExitCode.BAD_INPUT
    last = output.splitlines()[-1]
    assert last.startswith("grid: ")
    assert str(path) in last
    assert last.endswith("this file is damaged: land its delivery again, or withdraw it")
    assert (site.current, site.read()) == (old, before)
    assert site.records[-1]["status_code"] == "failed"
    assert str(path) in site.records[-1]["message"]


def test_a_failing_dbt_test_publishes_nothing(site: Site, tmp_path: Path) -> None:
    """A working calendar that ends too early leaves cases without a deadline."""
    old, before = site.current, site.read()
    shutil.copytree(PROJECT_DIR / "seeds" / "reference", tmp_path / "pack")
    calendar = tmp_path / "pack" / "working_calendar.csv"
    lines = calendar.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line[:7] < "2021-03" or not line[0].isdigit()]
    calendar.write_text("".join(kept), encoding="utf-8")
    code, output = site.run("build", GRID_REFERENCE_DIR=str(tmp_path / "pack"))
    assert code == ExitCode.CHECKS_FAILED
    assert "  failed: deadlines_are_computed: " in output
    assert f"Nothing was published: failed tests; current stays {old}\n" in output
    assert (site.current, site.read()) == (old, before)
    record = site.records[-1]
    assert record["status_code"] == "checks_failed"
    assert record["message"].startswith("failed tests: deadlines_are_computed")
    assert record["failed_test_count"] >= 1


def test_a_failing_expectation_publishes_nothing(sample_warehouse: Path, tmp_path: Path) -> None:
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    assert site.publish()[0] == 0
    old, before = site.current, site.read()
    with duckdb.connect(str(site.database)) as connection:
        connection.execute("update marts.district_ranking_monthly set total_score = 150")
    code, output = site.run("build", plan={"marts": str(site.manifest)})
    assert code == ExitCode.CHECKS_FAILED, output
    assert "  failed: district_ranking_monthly." in output
    assert f"Nothing was published: failed expectations; current stays {old}\n" in output
    assert (site.current, site.read()) == (old, before)
    record = site.records[-1]
    assert record["status_code"] == "checks_failed"
    assert record["failed_expectation_count"] >= 1


def test_a_database_in_use_by_plain_dbt(site: Site) -> None:
    old = site.current
    with duckdb.connect(str(site.database)):
        code, output = site.run("build")
    assert code == ExitCode.LOCKED, output
    assert output.splitlines()[-1].startswith("grid: the database is in use by another process")
    assert site.current == old


def test_a_truncated_csv(tmp_path: Path) -> None:
    """A cut between cells is named and lands nothing; a cut in a cell leaves it unparsable."""
    rows = [[str(number), *GOOD_CELLS] for number in range(1, 4)]
    export, landing = tmp_path / "export.csv", tmp_path / "landing"
    whole = write_plain(export, *rows).read_bytes()
    mapping = plain_mapping(tmp_path)
    export.write_bytes(whole[:-40])
    done = ingest(landing, export, mapping=mapping)
    assert done.exit_code == ExitCode.BAD_INPUT
    assert f"{export}: line 4: 3 cells, expected 7 as in the header; export the file" in done.err
    assert landed_files(landing) == []
    export.write_bytes(whole[:-5])
    done = ingest(landing, export, mapping=mapping)
    assert done.exit_code == ExitCode.DONE
    assert "unparsed cells: 1 (closed_at 1)" in done.out


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every account can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("hidden", ["whistles", "whistles/month=2021-03/load.parquet"])
def test_landing_without_permission(hidden: str, sample_warehouse: Path, open_folder: Path) -> None:
    """What DuckDB would take for an empty dataset is an error, for an account that is not root."""
    built = built_site(sample_warehouse, open_folder / "warehouse")
    built.database.rename(open_folder / "warehouse" / "landing.duckdb")
    site = Site(built.warehouse, built.manifest, "landing", open_folder / "landing")
    (site.landing / "whistles" / "month=2021-03").mkdir(parents=True)
    (site.landing / "whistles" / "month=2021-03" / "load.parquet").write_bytes(b"PAR1")
    assert site.publish()[0] == 0
    old, before = site.current, site.read()
    shutil.copy(PROJECT_DIR / "dbt_project.yml", open_folder)
    plan = site.publishing()
    if os.getuid() == 0:
        plan["user"] = UNPRIVILEGED
        for path in (open_folder, *open_folder.rglob("*")):
            if not path.is_symlink():
                shutil.chown(path, UNPRIVILEGED)
    (site.landing / hidden).chmod(0)
    code, output = site.run("build", plan=plan, DBT_PROJECT_DIR=str(open_folder))
    assert code == ExitCode.BAD_INPUT, output
    expected = f"grid: {site.landing / hidden}: Permission denied; the build reads the whole"
    assert expected in output
    assert (site.current, site.read()) == (old, before)
