"""Published versions: what readers find, what is shared between versions, which ones are kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT_DIR, run_dbt
from publishing_support import FACTS, Site, built_site

OLD_READER = """
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
marts = [row[0] for row in connection.execute("select table_name from duckdb_tables()"
         " union all select view_name from duckdb_views() where not internal").fetchall()]
counts = {mart: connection.execute(f"select count(columns(*)) from marts.{mart}").fetchall()[0]
          for mart in marts}
rows = {mart: connection.execute(f"select count(*) from marts.{mart}").fetchall()[0][0]
        for mart in marts}
print(json.dumps({"version": duckdb.__version__, "rows": rows, "columns": {mart: len(found)
                  for mart, found in counts.items()}}))
"""


@pytest.fixture
def site(sample_warehouse: Path, tmp_path: Path) -> Site:
    """Return a warehouse with one published version of the sample."""
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    code, output = site.publish()
    assert code == 0, output
    return site


def inodes(site: Site, build_id: str | None) -> dict[str, int]:
    """Return the inode of each file of the facts of a version."""
    version = site.published / str(build_id)
    return {
        str(path.relative_to(version)): path.stat().st_ino
        for path in version.glob("facts/*/*/*.parquet")
    }


def test_a_version_equals_the_private_database(site: Site) -> None:
    assert site.read() == site.private_content()
    assert site.ids == [site.current]
    with site.open() as connection:
        views = connection.execute(
            "select view_name, sql from duckdb_views() where not internal order by view_name"
        ).fetchall()
        tables = connection.execute("select count(*) from duckdb_tables()").fetchall()
        # Types and order of the columns are those of the private database.
        described = connection.execute("describe fct_cases").fetchall()
    assert [name for name, _ in views] == list(FACTS)
    assert all(f"{site.published}/{site.current}/facts/" in sql for _, sql in views)
    assert not any("/current/" in sql for _, sql in views)
    assert tables[0][0] == len(site.read()) + 1 - len(FACTS)
    with duckdb.connect(str(site.database), read_only=True) as connection:
        assert connection.execute("describe marts.fct_cases").fetchall() == described


def test_comments_are_published(site: Site) -> None:
    query = (
        "select table_name, column_name, comment from duckdb_columns()"
        " where comment is not null and schema_name = $1 order by all"
    )
    with site.open() as connection:
        published = connection.execute(query, ["main"]).fetchall()
        of_view = connection.execute(
            "select comment from duckdb_views() where view_name = 'fct_cases'"
        ).fetchall()
        of_table = connection.execute(
            "select comment from duckdb_tables() where table_name = 'builds'"
        ).fetchall()
    with duckdb.connect(str(site.database), read_only=True) as connection:
        assert connection.execute(query, ["marts"]).fetchall() == published
    assert len(published) > 300
    assert of_view[0][0].startswith("One row per case")
    assert of_table[0][0].startswith("One row per `grid build`")


def test_manifest_tells_what_the_version_holds(site: Site) -> None:
    manifest = site.version_manifest()
    assert manifest["build_id"] == site.current
    assert manifest["raw_source"] == "seed"
    assert manifest["versions"]["duckdb"] == duckdb.__version__
    assert sorted(manifest["facts"]) == list(FACTS)
    found = {
        str(path.relative_to(site.published / str(site.current))): path.stat().st_size
        for path in (site.published / str(site.current)).rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert manifest["files"] == found
    with site.open() as connection:
        for mart, row_count in manifest["tables"].items():
            rows = connection.execute(f"select count(*) from {mart}").fetchall()
            assert rows[0][0] == row_count
    assert manifest["facts"]["fct_cases"]["row_count"] == 4219


def test_published_files_are_read_only(site: Site) -> None:
    files = [path for path in (site.published / "current").rglob("*") if path.is_file()]
    assert len(files) == 16
    assert all(path.stat().st_mode & 0o222 == 0 for path in files)
    assert all(path.stat().st_mode & 0o444 for path in files)


def test_only_months_that_changed_are_written(site: Site) -> None:
    first = site.current
    site.change("2021-03-01")
    assert site.publish()[0] == 0
    before, after = inodes(site, first), inodes(site, site.current)
    assert sorted(before) == sorted(after)
    new = [path for path in after if after[path] != before[path]]
    assert new == ["facts/fct_cases/assessment_month=2021-03-01/data.parquet"]
    assert site.record(str(site.current))["rebuilt_months"] == "2021-03"
    assert site.read() == site.private_content()


def test_values_swapped_between_two_rows_are_a_change(site: Site) -> None:
    first = site.current
    with duckdb.connect(str(site.database)) as connection:
        # Every column keeps its values; the loads of two rows change places.
        rows = connection.execute("""
            select min(rowid), load_id from marts.fct_patrol_days
            where assessment_month = '2021-03-01' group by load_id order by load_id
        """).fetchall()
        (one, load_of_one), (other, load_of_other) = rows[0], rows[-1]
        assert load_of_one != load_of_other
        for row, load in ((one, load_of_other), (other, load_of_one)):
            connection.execute(
                "update marts.fct_patrol_days set load_id = ? where rowid = ?", [load, row]
            )
    assert site.publish()[0] == 0
    before, after = inodes(site, first), inodes(site, site.current)
    assert [path for path in after if after[path] != before[path]] == [
        "facts/fct_patrol_days/assessment_month=2021-03-01/data.parquet"
    ]
    assert site.read() == site.private_content()


def test_a_full_refresh_shares_nothing(site: Site) -> None:
    first = site.current
    assert site.publish("--full-refresh")[0] == 0
    assert not set(inodes(site, first).values()) & set(inodes(site, site.current).values())


def test_a_month_and_a_fact_that_vanish_are_gone(site: Site) -> None:
    with duckdb.connect(str(site.database)) as connection:
        connection.execute("delete from marts.fct_cases where assessment_month = '2021-02-01'")
        connection.execute(
            "delete from intermediate.int_month_inputs where assessment_month = '2021-02-01'"
        )
        connection.execute("delete from marts.fct_whistles")
    code, output = site.publish()
    assert code == 0, output
    assert "gone: 2021-02" in output
    assert site.read() == site.private_content()
    with site.open() as connection:
        assert connection.execute("select count(*) from marts.fct_whistles").fetchall() == [(0,)]
        assert len(connection.execute("describe fct_whistles").fetchall()) == 13


def test_a_table_that_is_no_model_is_not_published(site: Site) -> None:
    with duckdb.connect(str(site.database)) as connection:
        connection.execute("create table marts.left_over as select 1 as one")
    assert site.publish()[0] == 0
    assert "left_over" not in site.version_manifest()["tables"]


def test_a_damaged_file_of_the_version_before_is_not_shared(site: Site) -> None:
    path = "facts/fct_cases/assessment_month=2021-02-01/data.parquet"
    damaged = site.published / str(site.current) / path
    size = damaged.stat().st_size
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert site.publish()[0] == 0
    assert site.version_manifest()["files"][path] == size
    assert site.read() == site.private_content()
    # The damaged version can no longer be rolled back to, and says why.
    code, output = site.run("rollback")
    assert code == 2
    assert f"{path}: expected a file of {size} bytes; this version is damaged" in output


def test_a_damaged_file_of_equal_size_is_not_shared(site: Site) -> None:
    path = "facts/fct_cases/assessment_month=2021-02-01/data.parquet"
    damaged = site.published / str(site.current) / path
    damaged.chmod(0o644)
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    code, output = site.publish()
    assert code == 0, output
    assert site.read() == site.private_content()


def test_builds_tells_of_the_build_that_published_it(site: Site) -> None:
    query = "select * from marts.builds where is_current"
    with site.open() as connection:
        rows = connection.execute(query).fetchall()
        names = [column[0] for column in connection.execute(query).description or ()]
    assert len(rows) == 1
    row = dict(zip(names, rows[0], strict=True))
    record = site.record(str(site.current))
    assert row.pop("is_current") is True
    assert {name: str(row[name]) for name in row} == {name: str(record[name]) for name in row}
    assert set(record) == set(row)
    assert record["status_code"] == "published"
    assert record["rebuilt_months"] == "2021-01,2021-02,2021-03"
    assert (record["landed_count"], record["rejected_count"]) == (7490, 80)


def test_plain_dbt_has_an_empty_builds_mart(sample_database: Path) -> None:
    with duckdb.connect(str(sample_database), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.builds").fetchall() == [(0,)]


def test_builds_reads_the_records_and_the_current_version(site: Site) -> None:
    assert site.publish()[0] == 0
    assert site.run("rollback")[0] == 0
    built = run_dbt(["build", "--select", "builds"], site.warehouse)
    assert built.returncode == 0, built.stdout[-3000:]
    with duckdb.connect(str(site.database), read_only=True) as connection:
        rows = connection.execute(
            "select build_id, status_code, is_current from marts.builds order by build_id"
        ).fetchall()
    assert rows == [(site.ids[0], "published", True), (site.ids[1], "published", False)]


def test_a_client_of_duckdb_1_0_reads_tables_and_views(site: Site, tmp_path: Path) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "--target", str(tmp_path / "client")),
            *("-r", str(PROJECT_DIR / "requirements" / "duckdb-1.0.lock")),
        ],
        check=True,
    )
    read = subprocess.run(
        [sys.executable, "-c", OLD_READER, str(site.published / "current" / "marts.duckdb")],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "client")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    told = json.loads(read.stdout)
    manifest = site.version_manifest()
    expected = {fact: entry["row_count"] for fact, entry in manifest["facts"].items()}
    assert told["version"] == "1.0.0"
    assert told["rows"] == {**expected, **manifest["tables"]}
    assert told["columns"]["fct_cases"] == 35
