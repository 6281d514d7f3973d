"""The one place that all builds of a benchmark use: same paths, so that dbt parses only once.

A changed path of the landing folder or the warehouse would make dbt parse everything anew.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Run, run

PROJECT = Path(__file__).resolve().parents[1]
VARIABLES = '{"raw_source": "landing"}'
"""As ``grid build`` writes them: dbt compares the text."""


@dataclass(frozen=True)
class Site:
    """A landing folder, a warehouse and dbt's files in a folder of their own."""

    folder: Path

    @property
    def landing(self) -> Path:
        """The landing folder; its files are links to those that are measured."""
        return self.folder / "landing"

    @property
    def warehouse(self) -> Path:
        """The warehouse folder."""
        return self.folder / "warehouse"

    @property
    def database(self) -> Path:
        """The private database."""
        return self.warehouse / "landing.duckdb"

    @property
    def published(self) -> Path:
        """The folder of the published versions."""
        return self.warehouse / "published"

    @property
    def target(self) -> Path:
        """The folder of dbt's artifacts."""
        return self.folder / "target"

    @property
    def log(self) -> Path:
        """The log of the latest run of dbt."""
        return self.folder / "logs" / "dbt.log"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that works here."""
        return {
            **os.environ,
            "GRID_LANDING_DIR": str(self.landing),
            "GRID_WAREHOUSE_DIR": str(self.warehouse),
            "DBT_PROJECT_DIR": str(PROJECT),
        }

    def empty_landing(self) -> None:
        """Take all landing files away; what they are links to stays."""
        shutil.rmtree(self.landing, ignore_errors=True)
        self.landing.mkdir(parents=True)

    def empty_warehouse(self) -> None:
        """Take the database and all versions away."""
        shutil.rmtree(self.warehouse, ignore_errors=True)
        self.warehouse.mkdir(parents=True)

    def dbt(self, *arguments: str, target: Path | None = None) -> Run:
        """Run dbt on this site, with a log of this run alone.

        Args:
            arguments: of its command line.
            target: folder of its artifacts, when not the site's own.
        """
        shutil.rmtree(self.log.parent, ignore_errors=True)
        return run(
            [
                _beside_python("dbt"),
                *arguments,
                *("--vars", VARIABLES, "--project-dir", PROJECT, "--profiles-dir", PROJECT),
                *("--target-path", target or self.target, "--log-path", self.log.parent),
            ],
            PROJECT,
            self.environment,
        )

    def dbt_build(self, *options: str) -> Run:
        """Run ``dbt build`` as ``grid build`` does: without unit tests, which test the SQL."""
        return self.dbt("build", "--exclude-resource-type", "unit_test", *options)

    def grid(self, *arguments: str | Path) -> Run:
        """Run the ``grid`` command on this site."""
        return run([_beside_python("grid"), *arguments], PROJECT, self.environment)

    def parse_for_grid(self) -> None:
        """Parse the project as ``grid build`` does, which has a target folder of its own."""
        self.dbt("parse", target=self.warehouse / "target" / "landing")

    def module(self, name: str, *arguments: str | Path) -> Run:
        """Run a module of the benchmark as a process of its own."""
        return run([sys.executable, "-m", name, *arguments], PROJECT, self.environment)


def dbt_start() -> Run:
    """Start dbt and do nothing: interpreter, imports, command line."""
    return run([_beside_python("dbt"), "--help"], PROJECT, os.environ)


def _beside_python(name: str) -> Path:
    return Path(sys.executable).parent / name
