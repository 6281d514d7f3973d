"""The gate after the dbt tests: Great Expectations on the marts, each month against its history.

A suite ``great_expectations/expectations/<name>.json`` is checked on the rows of
``great_expectations/queries/<name>.sql``: every number is an aggregate made in SQL, small enough
for a data frame (Great Expectations 1.24 fails on DuckDB through SQLAlchemy).

Great Expectations takes 2 to 4 s to import: import this module only where the gate runs.
"""

import json
import math
import os
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from grid_assessment.errors import GridError
from grid_assessment.gate_result import GateResult, Outcome

# Read at import: no telemetry.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

from great_expectations.core import ExpectationSuite
from great_expectations.core.expectation_validation_result import (
    ExpectationValidationResult,
)
from great_expectations.data_context.data_context.ephemeral_data_context import (
    EphemeralDataContext,
)
from great_expectations.data_context.types.base import ProgressBarsConfig

import great_expectations as gx
from grid_assessment.data_docs import write_data_docs

LATEST_COMPLETE_MONTH = "_latest_complete_month"
"""Query of one row that the other queries read as the table ``latest_complete_month``."""

VARIABLES = (
    "set variable latest_complete_month ="
    " (select max(assessment_month) from latest_complete_month)",
    "set variable latest_month = (select max(assessment_month) from marts.dim_assessment_months)",
)
"""Months as constants of the connection: a query of facts that names them reads no other month."""

TOLERATED_DAY_COUNT = 1
"""Days by which the last change of a case may precede a cutoff that counts as reached."""

SHOWN_ROW_COUNT = 20
"""Unexpected rows that a result names."""


def load_suites(folder: Path) -> list[ExpectationSuite]:
    """Return the suites of ``folder/expectations``, by file name.

    Raises:
        GridError: there is no suite, or a file is not one.
    """
    suites = []
    for path in sorted((folder / "expectations").glob("*.json")):
        try:
            suites.append(ExpectationSuite(**json.loads(path.read_text(encoding="utf-8"))))
        except Exception as error:
            raise GridError(
                f"{path}: not an expectation suite: {' '.join(str(error).split())}"
            ) from None
    if not suites:
        raise GridError(f"{folder / 'expectations'}: no expectation suite (*.json) here")
    return suites


def read_frames(
    database: Path, folder: Path, suites: list[ExpectationSuite]
) -> dict[str, pd.DataFrame]:
    """Return the rows that each suite is checked on, by suite name.

    Args:
        database: the DuckDB file with the schema ``marts``; opened read-only.
        folder: the folder with ``queries/``.
        suites: their ``meta.parameters`` are the named parameters of their queries.

    Raises:
        GridError: a query is missing or does not run on this database.
    """
    frames = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        prepare(connection, folder)
        for suite in suites:
            try:
                frames[suite.name] = read_frame(
                    connection, folder, suite.name, _meta(suite)["parameters"]
                )
            except (duckdb.Error, OSError) as error:
                problem = " ".join(str(error).split())
                raise GridError(f"great_expectations/queries/{suite.name}.sql: {problem}") from None
    return frames


def prepare(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create the table ``latest_complete_month``, of one row or none, and the VARIABLES."""
    query = (folder / "queries" / f"{LATEST_COMPLETE_MONTH}.sql").read_text(encoding="utf-8")
    connection.execute(
        f"create or replace temp table latest_complete_month as {query}",
        {"tolerated_day_count": TOLERATED_DAY_COUNT},
    )
    for statement in VARIABLES:
        connection.execute(statement)


def read_frame(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, parameters: dict[str, Any]
) -> pd.DataFrame:
    """Return the rows of one query; dates as text, so that they read well where they are shown."""
    query = (folder / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    frame = connection.execute(query, parameters).df()
    for column in frame.select_dtypes("datetime"):
        frame[column] = frame[column].dt.strftime("%Y-%m-%d")
    return frame


def validate_frames(
    suites: list[ExpectationSuite], frames: dict[str, pd.DataFrame]
) -> tuple[GateResult, EphemeralDataContext]:
    """Check every suite on its frame.

    Returns:
        The outcomes, and the context that holds the results (Data Docs are drawn from it).
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("marts")
    outcomes: list[Outcome] = []
    for suite in suites:
        batch = source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("rows")
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(name=suite.name, data=batch, suite=context.suites.add(suite))
        )
        result = definition.run(
            batch_parameters={"dataframe": frames[suite.name]},
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": _shown_columns(suite),
                "partial_unexpected_count": SHOWN_ROW_COUNT,
            },
        )
        by_name = {_name(found): found for found in result.results}
        outcomes += [
            _outcome(suite, by_name[_meta(expectation)["name"]])
            for expectation in suite.expectations
        ]
    return GateResult(tuple(outcomes)), context


def check_database(database: Path, folder: Path, docs_dir: Path) -> GateResult:
    """Check the marts of a database and write the Data Docs.

    Args:
        database: the DuckDB file with the schema ``marts``; opened read-only.
        folder: the project's ``great_expectations`` folder.
        docs_dir: the folder of the Data Docs; replaced.

    Raises:
        GridError: a suite or a query cannot be used.
    """
    suites = load_suites(folder)
    gate, context = validate_frames(suites, read_frames(database, folder, suites))
    write_data_docs(context, gate, docs_dir)
    return gate


def _meta(described: Any) -> dict[str, Any]:
    """Return the ``meta`` of a suite or an expectation, which ours all have."""
    meta: dict[str, Any] = described.meta or {}
    return meta


def _shown_columns(suite: ExpectationSuite) -> list[str]:
    """Return the grain, then the columns that the warnings of a suite tell besides their own."""
    figures = [name for found in suite.expectations for name in _meta(found).get("figures", [])]
    return list(dict.fromkeys([*_meta(suite)["grain"], *figures]))


def _name(result: ExpectationValidationResult) -> str:
    config = result.expectation_config
    return str(_meta(config)["name"]) if config else ""


def _outcome(suite: ExpectationSuite, result: ExpectationValidationResult) -> Outcome:
    config = result.expectation_config
    if config is None:
        raise GridError(f"{suite.name}: Great Expectations gave a result without its expectation")
    meta = _meta(config)
    counts: dict[str, Any] = result.result or {}
    row_count = int(counts.get("element_count", 0))
    # What is not null has no missing values: there every row is checked.
    missing_count = int(counts.get("missing_count") or 0)
    return Outcome(
        suite=suite.name,
        name=meta["name"],
        severity=str(getattr(config.severity, "value", config.severity)),
        owner=meta["owner"],
        description=str(config.description),
        why=meta["why"],
        is_met=bool(result.success),
        row_count=row_count,
        checked_count=row_count - missing_count,
        unexpected_count=int(counts.get("unexpected_count", 0)),
        unexpected_rows=tuple(
            _row_text(
                row, _meta(suite)["grain"], [config.kwargs["column"], *meta.get("figures", [])]
            )
            for row in counts.get("partial_unexpected_index_list") or []
        ),
        problem="" if counts else _problem(result.exception_info),
    )


def _row_text(row: dict[str, Any], grain: list[str], columns: list[str]) -> str:
    told = [f"{column} {_figure(row.get(column))}" for column in columns]
    return f"{' '.join(str(row[name]) for name in grain)}: {', '.join(told)}"


def _figure(value: object) -> str:
    """Return a value as it is told; a count that pandas keeps as a float is a count."""
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return "unknown"
    return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"


def _problem(exception_info: dict[str, Any]) -> str:
    """Return the message of an expectation that could not be evaluated."""
    for info in (exception_info, *exception_info.values()):
        if isinstance(info, dict) and info.get("exception_message"):
            return " ".join(str(info["exception_message"]).split())
    return "the expectation could not be evaluated"
