"""Faults of whole builds: kill -9 with the real dbt, bad input, failing checks.

Whatever happens, ``current`` opens and equals the old version or the new one, and nothing that was
accepted earlier is lost: the next build publishes what a first build of the same files has.
"""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT_DIR, run_dbt
from ingest_support import ingest, landed_files, plain_mapping, write_plain
from publishing_support import Site, built_site

from grid_assessment.errors import ExitCode

SEED = 20260404
RANDOM_KILLS = 3
KILLED = -signal.SIGKILL
UNPRIVILEGED = "nobody"


def landing_environment(site: Site) -> dict[str, str]:
    return {"GRID_LANDING_DIR": str(site.landing)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a warehouse of landing files with one version, which the tests here go on with."""
    folder = tmp_path_factory.mktemp("builds")
    site = Site(
        folder / "warehouse",
        PROJECT_DIR / "target" / "landing" / "manifest.json",
        "landing",
        folder / "landing",
    )
    arguments = ["--months", "2021-02..2021-03", "--scale", "0.01", "--out", str(site.landing)]
    subprocess.run(
        [str(Path(os.sys.executable).parent / "grid"), "synthesize", *arguments],
        check=True,
        capture_output=True,
    )
    code, output = site.run("build")
    assert code == 0, output
    return site


def land_late_versions(site: Site) -> Path:
    """Land a load that closes ten open cases of March late; return its file."""
    folder = site.landing / "cases" / "month=2021-03"
    first = folder / "synthetic-2021-03-01-full.parquet"
    late = folder / "z-late.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select * replace (
                    timestamp '2021-04-05 10:00:00' as updated_at,
                    timestamp '2021-03-31 12:00:00' as closed_at
                )
                from read_parquet('{first}')
                where closed_at is null and registered_at < timestamp '2021-03-31'
                order by case_id limit 10
            ) to '{late}' (format parquet)
        """)
    return late
