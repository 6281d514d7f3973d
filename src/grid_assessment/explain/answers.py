"""The questions that ``grid explain`` asks of a published version; each is a file of SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.publishing.versions import DATABASE, Version

Row = dict[str, Any]
"""A row by the names of its columns; scores in points as exact decimals, counts as integers."""


@dataclass(frozen=True)
class Answers:
    """An open version, and the month and the district that are asked about."""

    connection: duckdb.DuckDBPyConnection
    month: date
    district_code: str

    def rows(self, question: str, **parameters: object) -> list[Row]:
        """Return the rows of a question about the month and the district.

        Args:
            question: name of a file in ``questions``.
            parameters: what it asks for besides.
        """
        asked = {"month": self.month, "district_code": self.district_code, **parameters}
        return ask(self.connection, question, asked)


def ask(
    connection: duckdb.DuckDBPyConnection, question: str, parameters: dict[str, object]
) -> list[Row]:
    """Return the rows of a question; parameters that its text does not name are left out."""
    path = resources.files("grid_assessment.explain") / "questions" / f"{question}.sql"
    sql = path.read_text(encoding="utf-8")
    used = {name: value for name, value in parameters.items() if f"${name}" in sql}
    cursor = connection.execute(sql, used)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def answers_of(version: Version, month: date, district: str) -> Iterator[Answers]:
    """Open a version for questions about one district and month.

    Args:
        version: the published version; it is opened read-only.
        month: first day of the assessment month.
        district: code or name of the district, or a part of its name.

    Raises:
        GridError: the version is damaged, or month or district cannot be found.
    """
    path = version.path / DATABASE
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise GridError(
            f"{path}: not readable ({str(error).splitlines()[0]}); this version is damaged,"
            " grid rollback names another"
        ) from None
    with connection:
        try:
            _check_month(connection, month)
            found = Answers(connection, month, _find_district(connection, district))
            ask(connection, "failures", {"month": month, "district_code": found.district_code})
            yield found
        except duckdb.CatalogException as error:
            raise GridError(
                f"{path}: {str(error).splitlines()[0]}; it was published before grid explain was"
                " there: run grid build"
            ) from None


def _check_month(connection: duckdb.DuckDBPyConnection, month: date) -> None:
    found = connection.execute(
        "select assessment_month from dim_assessment_months order by assessment_month"
    ).fetchall()
    months = [found_month for (found_month,) in found]
    if month not in months:
        between = f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else "none"
        raise GridError(
            f"--month {month:%Y-%m}: this version has no cases of it; its {len(months)} months"
            f" are: {between}"
        )


def _find_district(connection: duckdb.DuckDBPyConnection, district: str) -> str:
    found = ask(connection, "districts", {"district": district})
    if len(found) == 1 and found[0]["is_ranked"]:
        code: str = found[0]["district_code"]
        return code
    if len(found) == 1:
        raise GridError(
            f"--district {district}: {_names(found)} takes no part in the ranking, so it has no"
            f" score to explain; those that do: {_ranked(connection)}"
        )
    if found:
        raise GridError(f"--district {district}: several match: {_names(found)}; give the code")
    raise GridError(f"--district {district}: unknown; there are: {_ranked(connection)}")


def _ranked(connection: duckdb.DuckDBPyConnection) -> str:
    districts = ask(connection, "districts", {"district": ""})
    return _names([district for district in districts if district["is_ranked"]])


def _names(districts: list[Row]) -> str:
    return ", ".join(f"{row['district_code']} {row['district_name']}" for row in districts)
