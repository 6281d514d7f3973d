"""The sample yields the published score table of March 2021, computed and not copied."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
from conftest import PROJECT_DIR


def published(figure_code: str) -> dict[tuple[str, str], Decimal]:
    """Return (district, member) -> value of one published figure."""
    with (PROJECT_DIR / "seeds/published/published_figures.csv").open(encoding="utf-8") as stream:
        return {
            (row["district_code"], row["member_code"]): Decimal(row["value"])
            for row in csv.DictReader(stream)
            if row["figure_code"] == figure_code and row["assessment_month"] == "2021-03-01"
        }


def test_score_table_equals_the_bulletin(sample_database: Path) -> None:
    with duckdb.connect(str(sample_database), read_only=True) as database:
        mechanisms = database.execute(
            "select district_code, mechanism_code, score from marts.mechanism_scores_monthly"
            " where assessment_month = '2021-03-01'"
        ).fetchall()
        ranking = database.execute(
            "select district_code, total_score, district_rank from marts.district_ranking_monthly"
            " where assessment_month = '2021-03-01'"
        ).fetchall()
    assert {(d, m): s for d, m, s in mechanisms} == published("mechanism_score")
    assert len(mechanisms) == 72
    assert {(d, "none"): t for d, t, _ in ranking} == published("total_score")
    assert {(d, "none"): r for d, _, r in ranking} == published("district_rank")


def test_the_question_of_the_readme(sample_database: Path) -> None:
    with duckdb.connect(str(sample_database), read_only=True) as database:
        rows = database.execute(
            "select district_name, total_score, district_rank from marts.district_ranking_monthly"
            " where assessment_month = '2021-03-01' order by district_rank"
        ).fetchall()
    assert rows[0] == ("五华区", Decimal("96.86"), 1)
    assert rows[-1] == ("官渡区", Decimal("94.74"), 8)
