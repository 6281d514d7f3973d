"""(d) Publishing, the size of versions, and the questions that BI tools ask of them."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from bench.measuring import Run
from bench.site import PROJECT, Site

QUESTIONS = PROJECT / "bench" / "questions"
SLOWEST = 10

_TIMES = re.compile(r"^Time: (?P<phases>.*), in all (?P<all>[\d.]+) s$", re.MULTILINE)
_PHASE = re.compile(r"(\w+) ([\d.]+) s")

_PLACEHOLDERS = """
    with

    latest as (select max(assessment_month) as month from marts.dim_assessment_months),

    busiest as (
        select district_code
        from marts.case_totals_by_district_monthly
        where assessment_month = (select month from latest)
            and district_code <> 'all'
        order by registered_count desc, district_code
        limit 1
    )

    select
        cast(latest.month as varchar) as month,
        cast(cast(latest.month - interval 1 month as date) as varchar) as previous_month,
        cast(cast(latest.month - interval 11 month as date) as varchar) as year_start,
        busiest.district_code as district
    from latest
    cross join busiest
"""


@dataclass(frozen=True)
class Question:
    """One question: its name, the comment at its head, and its SQL."""

    name: str
    text: str
    sql: str


def phases(build: Run) -> dict[str, float]:
    """Return the seconds of each phase that ``grid build`` printed, of all, and its wall time."""
    found = _TIMES.search(build.output)
    told = _PHASE.findall(found["phases"]) if found else []
    return {
        **{name: float(seconds) for name, seconds in told},
        "wall": build.seconds,
    }


def rebuilt_months(site: Site) -> list[str]:
    """Return the months that the latest ``grid build`` found new or changed."""
    record = max((site.warehouse / "builds" / "landing").glob("*.json"))
    told: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    return str(told["rebuilt_months"]).split(",")


def version_sizes(published: Path) -> dict[str, int]:
    """Return the bytes of the current version, and those that it does not share with others."""
    current = (published / "current").resolve()
    versions = [path for path in published.iterdir() if path.is_dir()]
    others = {
        file.stat().st_ino
        for version in versions
        if version.resolve() != current
        for file in _files(version)
    }
    files = _files(current)
    facts = [file for file in files if file.is_relative_to(current / "facts")]
    return {
        "bytes": sum(file.stat().st_size for file in files),
        "fact_bytes": sum(file.stat().st_size for file in facts),
        "fact_file_count": len(facts),
        "mart_database_bytes": (current / "marts.duckdb").stat().st_size,
        "own_bytes": sum(file.stat().st_size for file in files if file.stat().st_ino not in others),
    }


def read_questions() -> list[Question]:
    """Return the questions of the folder ``questions``, by name."""
    questions = []
    for path in sorted(QUESTIONS.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        head = [line.removeprefix("--").strip() for line in text.splitlines() if line[:2] == "--"]
        questions.append(Question(path.stem, " ".join(head), text))
    return questions


def measure_questions(published: Path, repeats: int) -> dict[str, Any]:
    """Ask each question several times, each time as a new reader of the current version.

    The time is that of the query and of fetching all its rows; opening is measured apart.
    """
    database = str((published / "current").resolve() / "marts.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        asked = connection.execute(_PLACEHOLDERS)
        names = [column[0] for column in asked.description or ()]
        values = dict(zip(names, asked.fetchall()[0], strict=True))
    opened: list[float] = []
    told = []
    for question in read_questions():
        sql = question.sql.format_map(values)
        seconds, row_count = [], 0
        for _ in range(repeats):
            started = time.perf_counter()
            with duckdb.connect(database, read_only=True) as connection:
                opened.append(time.perf_counter() - started)
                started = time.perf_counter()
                row_count = len(connection.execute(sql).fetchall())
                seconds.append(time.perf_counter() - started)
        told.append(
            {
                "question": question.name,
                "text": question.text,
                "row_count": row_count,
                "seconds": median(seconds),
                "greatest_seconds": max(seconds),
            }
        )
    told.sort(key=lambda entry: -float(str(entry["seconds"])))
    return {
        "open_seconds": median(opened),
        "repeats": repeats,
        "question_count": len(told),
        "slowest": told[:SLOWEST],
        "others": told[SLOWEST:],
    }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
