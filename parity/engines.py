"""One dbt build of a case on one engine."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

PROJECT_DIR = Path(__file__).resolve().parents[1]
SPARK_DBT = PROJECT_DIR / ".venv-spark/bin/dbt"
DUCKDB_DBT = Path(sys.executable).parent / "dbt"

SHOWN_LINES = 40
"""Of the output of a build that failed."""


@dataclass(frozen=True)
class Case:
    """What both engines build.

    ``name`` as on the command line; ``raw_source`` seed or landing; ``landing`` and
    ``reference`` are the folders of a landing; ``steps`` happen one before each build.
    """

    name: str
    raw_source: str = "seed"
    landing: Path | None = None
    reference: Path | None = None
    steps: tuple[Callable[[], None], ...] = (lambda: None,)

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which dbt finds the case."""
        if self.landing is None or self.reference is None:
            return {}
        return {"GRID_LANDING_DIR": str(self.landing), "GRID_REFERENCE_DIR": str(self.reference)}


def build_on_duckdb(case: Case, warehouse: Path) -> float:
    """Build the models of a case on DuckDB, without tests; return the seconds that it took."""
    return _build(DUCKDB_DBT, case, warehouse, {})


def build_on_spark(
    case: Case, warehouse: Path, target: str = "spark", variables: Mapping[str, str] | None = None
) -> float:
    """Build the models of a case on Spark, without tests; return the seconds that it took.

    Args:
        case: what is built.
        warehouse: GRID_WAREHOUSE_DIR.
        target: the target of profiles.yml, ``spark`` or ``spark_thrift``.
        variables: environment variables besides, for instance GRID_SPARK_MASTER.

    Raises:
        click.ClickException: Spark is not set up, there is no Java, or the build failed.
    """
    check_spark()
    return _build(SPARK_DBT, case, warehouse, variables or {}, ["--target", target])


def check_spark() -> None:
    """Raise a ClickException unless the environment of Spark and a Java are there."""
    if not SPARK_DBT.exists():
        raise click.ClickException(f"{SPARK_DBT.parent.parent} is missing: run `make spark-setup`")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise click.ClickException(
            "java is missing: Spark needs Java 17, for instance openjdk-17-jre-headless"
        )


def build_command(
    dbt: Path, case: Case, warehouse: Path, variables: Mapping[str, str], arguments: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """Return the command and the environment of a dbt build of a case.

    Args:
        dbt: the program, of the engine's environment.
        case: what is built.
        warehouse: GRID_WAREHOUSE_DIR.
        variables: environment variables besides.
        arguments: of dbt, besides.
    """
    command = [
        *(str(dbt), "build"),
        *("--vars", f"{{raw_source: {case.raw_source}}}"),
        *("--target-path", str(warehouse / "target")),
        *("--log-path", str(warehouse / "logs")),
        *arguments,
    ]
    own = {**case.variables, **variables, "GRID_WAREHOUSE_DIR": str(warehouse)}
    return command, {**os.environ, **own}


def _build(
    dbt: Path,
    case: Case,
    warehouse: Path,
    variables: Mapping[str, str],
    arguments: Sequence[str] = (),
) -> float:
    warehouse.mkdir(parents=True, exist_ok=True)
    only_models = ("--exclude", "resource_type:test", "resource_type:unit_test")
    command, environment = build_command(
        dbt, case, warehouse, variables, [*only_models, *arguments]
    )
    started = time.perf_counter()
    completed = subprocess.run(
        command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False
    )
    if completed.returncode != 0:
        # Without the places in Spark's own code.
        lines = [
            line
            for line in (completed.stdout + completed.stderr).splitlines()
            if not line.lstrip().startswith(("at ", "... "))
        ]
        shown = "\n".join(lines[-SHOWN_LINES:])
        raise click.ClickException(f"{case.name}: `{dbt} build` failed:\n{shown}")
    return time.perf_counter() - started
