"""What the tests of publishing share: grid as a process, what a reader sees, changes of data."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from conftest import PROJECT_DIR

from grid_assessment.dbt_runner import mart_names

FAULT_PROCESS = Path(__file__).parent / "fault_process.py"
FACTS = (
    "fct_cases",
    "fct_monthly_case_counts",
    "fct_monthly_responsibility_counts",
    "fct_omission_checks",
    "fct_patrol_days",
    "fct_satellite_findings",
    "fct_whistles",
)

Content = dict[str, tuple[Any, ...]]
"""Of each mart: number of rows and two hashes of them in any order."""


@dataclass(frozen=True)
class Site:
    """A warehouse folder and all that a build of it reads; ``manifest`` is dbt's."""

    warehouse: Path
    manifest: Path
    raw_source: str = "seed"
    landing: Path = Path("nothing")

    @property
    def database(self) -> Path:
        """The private database."""
        return self.warehouse / f"{self.raw_source}.duckdb"

    @property
    def published(self) -> Path:
        """The folder of the versions."""
        return self.warehouse / ("published-sample" if self.raw_source == "seed" else "published")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works on this warehouse."""
        return {
            **os.environ,
            "GRID_WAREHOUSE_DIR": str(self.warehouse),
            "GRID_LANDING_DIR": str(self.landing),
            "DBT_PROJECT_DIR": str(PROJECT_DIR),
        }

    @property
    def ids(self) -> list[str]:
        """What a reader finds in the folder of the versions, but ``current``."""
        return sorted(path.name for path in self.published.iterdir() if path.name != "current")

    @property
    def current(self) -> str | None:
        """The build id that ``current`` names."""
        link = self.published / "current"
        return link.readlink().name if link.is_symlink() else None

    @contextmanager
    def start(
        self, *arguments: str, plan: dict[str, Any] | None = None, **environment: str
    ) -> Iterator[subprocess.Popen[str]]:
        """Start grid with a plan of the fault process, in a process group that ends with this."""
        raw_source = ["--raw-source", self.raw_source]
        with subprocess.Popen(
            [
                *(sys.executable, str(FAULT_PROCESS), json.dumps(plan or {})),
                *(*arguments, *raw_source),
            ],
            cwd=PROJECT_DIR,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def run(
        self, *arguments: str, plan: dict[str, Any] | None = None, **environment: str
    ) -> tuple[int, str]:
        """Run grid to its end; return the exit code (negative: the signal) and all output."""
        with self.start(*arguments, plan=plan, **environment) as process:
            output = process.communicate()[0]
        return process.returncode, output

    def publish(self, *options: str, **plan: Any) -> tuple[int, str]:
        """Run ``grid build`` on the database as it is, with dbt and expectations as if good."""
        return self.run("build", *options, plan=self.publishing(**plan))

    def publishing(self, **plan: Any) -> dict[str, Any]:
        """Return a plan without dbt and expectations."""
        return {"marts": str(self.manifest), "gate": "good", **plan}

    def record(self, build_id: str) -> dict[str, Any]:
        """Return the record of a build."""
        path = self.warehouse / "builds" / self.raw_source / f"{build_id}.json"
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return record

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records of all builds, the oldest first."""
        folder = self.warehouse / "builds" / self.raw_source
        return [self.record(path.stem) for path in sorted(folder.glob("*.json"))]

    def version_manifest(self, build_id: str | None = None) -> dict[str, Any]:
        """Return the manifest of a version, of the current one without an id."""
        path = self.published / (build_id or "current") / "manifest.json"
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return manifest

    def change(self, month: str = "2021-03-01") -> None:
        """Change a month of cases, and a small mart, as a late load would."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(
                "update marts.fct_cases set base_case_count = base_case_count + 1"
                " where assessment_month = $1 and case_id in"
                " (select min(case_id) from marts.fct_cases where assessment_month = $1)",
                [month],
            )
            connection.execute(
                "update intermediate.int_month_inputs set fingerprint = fingerprint || '+'"
                " where assessment_month = ?",
                [month],
            )
            connection.execute(
                "update marts.district_ranking_monthly set total_score = total_score - 0.01"
                " where assessment_month = ?",
                [month],
            )

    def private_content(self) -> Content:
        """Return what the private database holds."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return content(connection, f"{self.raw_source}.marts", mart_names(self.manifest))

    def read(self) -> Content:
        """Return what a new reader of ``current`` sees."""
        with self.open() as connection:
            return content(connection, "marts", mart_names(self.manifest))

    def open(self) -> duckdb.DuckDBPyConnection:
        """Open the current version as a BI tool does."""
        return duckdb.connect(str(self.published / "current" / "marts.duckdb"), read_only=True)


def content(connection: duckdb.DuckDBPyConnection, schema: str, marts: tuple[str, ...]) -> Content:
    """Return the content of the marts; ``builds`` tells of history and is left out."""
    found: Content = {}
    for mart in marts:
        if mart != "builds":
            row_hash = "hash(to_json(found))"
            query = (
                f"select count(*), bit_xor({row_hash}), sum({row_hash}) from {schema}.{mart} found"
            )
            found[mart] = connection.execute(query).fetchall()[0]
    return found


def built_site(sample_warehouse: Path, folder: Path) -> Site:
    """Return a warehouse with a copy of the built sample, not yet published."""
    folder.mkdir()
    shutil.copy(sample_warehouse / "seed.duckdb", folder)
    return Site(folder, sample_warehouse / "target" / "manifest.json")
