"""What the tests of completeness share: the marts that the queries read, and how one is checked."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from grid_assessment.expectations import load_suites, prepare, read_frame, validate_frames
from grid_assessment.gate_result import Outcome

FOLDER = Path(__file__).parents[2] / "great_expectations"
# March has 31 days and begins on a Monday; its cutoff is reached by a change of April 6th.
MARCH = date(2021, 3, 1)
DAY_COUNT = 12


class Marts:
    """A database with the marts that the checks of completeness read."""

    def __init__(self) -> None:
        """Create the empty marts, with the four months up to March 2021."""
        self.connection = duckdb.connect()
        self.connection.execute("""
            create schema marts;
            create table marts.dim_assessment_months (assessment_month date, cutoff_at timestamp);
            create table marts.dim_districts (
                district_code varchar, district_name varchar, city_code varchar default 'none'
            );
            insert into marts.dim_districts (district_code, district_name)
            values ('1', '五华区'), ('2', '盘龙区');
            create table marts.dim_case_categories (category_code varchar, category_name varchar);
            insert into marts.dim_case_categories values ('10101', '暴露垃圾'), ('10102', '积水');
            create table marts.fct_cases (
                assessment_month date, cutoff_at timestamp, district_code varchar,
                registered_at timestamp, closed_at timestamp, updated_at timestamp,
                is_closed boolean, is_void boolean
            );
            create table marts.fct_monthly_case_counts (
                assessment_month date, assessment_group_code varchar, district_code varchar,
                category_code varchar, registered_count bigint
            );
            create table marts.case_totals_by_district_monthly (
                assessment_month date, district_code varchar, district_name varchar,
                case_type_code varchar, registered_count bigint, closed_count bigint,
                should_close_count bigint, on_time_count bigint, reworked_count bigint,
                closure_rate decimal(9, 6), on_time_closure_rate decimal(9, 6),
                rework_rate decimal(9, 6)
            );
        """)
        for month in (date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1), MARCH):
            self.connection.execute(
                "insert into marts.dim_assessment_months"
                " values (?, cast($1 + interval 1 month + interval 5 day as timestamp))",
                [month],
            )
        # A change after March's cutoff, in a month that no check looks at.
        self.case("1", datetime(2020, 6, 1), updated_at=datetime(2021, 4, 6))

    def case(self, district: str | None, registered_at: datetime, count: int = 1,
             closed_at: datetime | None = None, updated_at: datetime | None = None,
             ) -> None:  # fmt: skip
        """Add so many equal cases; updated when they were closed or registered unless told."""
        self.connection.execute(
            """
            insert into marts.fct_cases
            select month, cutoff_at, $district, $registered_at, $closed_at, $updated_at,
                coalesce($closed_at <= cutoff_at, false), false
            from (select cast(date_trunc('month', $registered_at) as date) as month,
                date_trunc('month', $registered_at) + interval 1 month + interval 5 day
                    as cutoff_at),
                range($count)
            """,
            {
                "district": district,
                "registered_at": registered_at,
                "closed_at": closed_at,
                "updated_at": updated_at or closed_at or registered_at,
                "count": count,
            },
        )

    def void(self, registered_at: datetime) -> None:
        """Make the cases void that were registered at one instant."""
        self.connection.execute(
            "update marts.fct_cases set is_void = true where registered_at = ?", [registered_at]
        )

    def days(self, district: str, first: date, last: date, count: int = DAY_COUNT) -> None:
        """Add so many cases on every day from the first to the last."""
        for number in range((last - first).days + 1):
            self.case(
                district, datetime(first.year, first.month, first.day, 9) + timedelta(number), count
            )

    def month(self, month: date, district: str, registered: int) -> None:
        """Add one month of a district's totals."""
        self.connection.execute(
            "insert into marts.case_totals_by_district_monthly"
            " values (?, ?, '五华区', 'all', ?, 0, 0, 0, 0, null, null, null)",
            [month, district, registered],
        )

    def counted(self, month: date, district: str, category: str, count: int,
                group: str | None = "main_urban") -> None:  # fmt: skip
        """Add one month of a district's category."""
        self.connection.execute(
            "insert into marts.fct_monthly_case_counts values (?, ?, ?, ?, ?)",
            [month, group, district, category, count],
        )


def evaluate(marts: Marts, folder: Path, suite: str, name: str) -> Outcome:
    """Evaluate one expectation of a suite on the marts; a warning never stops the gate."""
    content: dict[str, Any] = json.loads(
        (FOLDER / "expectations" / f"{suite}.json").read_text(encoding="utf-8")
    )
    content["expectations"] = [
        found for found in content["expectations"] if found["meta"]["name"] == name
    ]
    (folder / "expectations").mkdir(parents=True, exist_ok=True)
    path = folder / "expectations" / f"{suite}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    prepare(marts.connection, FOLDER)
    frame = read_frame(marts.connection, FOLDER, suite, content["meta"]["parameters"])
    gate, _ = validate_frames(load_suites(folder), {suite: frame})
    path.unlink()
    (found,) = gate.outcomes
    assert found.problem == ""
    assert gate.passed
    return found
