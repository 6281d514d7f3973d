"""What ``grid build`` prints at its end."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from grid_assessment.bulletin.text import clean_text
from grid_assessment.dbt_runner import DbtResult
from grid_assessment.gate_result import GateResult, Outcome
from grid_assessment.private_database import private_database
from grid_assessment.publishing.records import BuildRecord

SYNTHETIC = "sample data, synthetic: no figure below is one of a real city"
SHOWN_ROWS = 8
SHOWN_CHARACTERS = 60

_ROWS = """
    select
        dataset,
        cast(sum(landed_count) as bigint) as landed,
        cast(sum(accepted_count) as bigint) as accepted,
        cast(sum(superseded_count) as bigint) as superseded,
        cast(sum(rejected_count) as bigint) as rejected
    from marts.load_summary
    group by dataset
    order by dataset
"""
_ALL_ROWS = """
    select
        cast(coalesce(sum(landed_count), 0) as bigint),
        cast(coalesce(sum(accepted_count), 0) as bigint),
        cast(coalesce(sum(superseded_count), 0) as bigint),
        cast(coalesce(sum(rejected_count), 0) as bigint)
    from marts.load_summary
"""
_RANKING = """
    select
        assessment_group_code,
        district_rank,
        district_name,
        total_score,
        unranked_reason,
        strftime(assessment_month, '%Y-%m') as assessment_month
    from marts.district_ranking_monthly
    qualify assessment_month = max(assessment_month) over (partition by assessment_group_code)
    order by assessment_group_code, district_rank nulls last, district_code
"""


def note_rows(database: Path, record: BuildRecord) -> None:
    """Note in a record what became of the landed rows of all datasets."""
    with private_database(database) as connection:
        (counts,) = connection.execute(_ALL_ROWS).fetchall()
    (
        record.landed_count,
        record.accepted_count,
        record.superseded_count,
        record.rejected_count,
    ) = counts


def row_lines(database: Path) -> list[str]:
    """Return the table of landed, accepted, superseded and rejected rows per dataset.

    Args:
        database: the DuckDB file with the schema ``marts``; opened read-only.
    """
    with private_database(database) as connection:
        row_counts = connection.execute(_ROWS).fetchall()
    return table(
        ("dataset", "landed", "accepted", "superseded", "rejected"),
        [(name, *(f"{count:,}" for count in counts)) for name, *counts in row_counts],
    )


def ranking_lines(database: Path) -> list[str]:
    """Return the ranking of each assessment group in its latest month, a table each.

    Args:
        database: the DuckDB file with the schema ``marts``; opened read-only.
    """
    with private_database(database) as connection:
        ranking = connection.execute(_RANKING).fetchall()
    lines: list[str] = []
    for group in dict.fromkeys(row[0] for row in ranking):
        members = [row for row in ranking if row[0] == group]
        lines += ["", f"Ranking of {members[0][5]}, {group}"]
        lines += table(
            ("district_rank", "district_name", "total_score"),
            [
                (
                    "-" if rank is None else rank,
                    clean_text(name),
                    _cut(reason) if score is None else score,
                )
                for _, rank, name, score, reason, _ in members
            ],
        )
    return lines


def month_lines(record: BuildRecord) -> list[str]:
    """Return the months of a build against the version that was current before."""
    lines = [f"Months: {record.month_count} landed; new or changed: {record.rebuilt_months}"]
    gone = [f"  gone: {record.removed_months}"] if record.removed_months != "none" else []
    return lines + gone


def test_lines(dbt: DbtResult) -> list[str]:
    """Return one line of counts, and one for each failed test."""
    counts = dbt.test_statuses
    named = [("pass", "passed"), ("fail", "failed"), ("warn", "warned"), ("skipped", "skipped")]
    told = ", ".join(
        f"{counts.get(status, 0)} {word}"
        for status, word in named
        if status in ("pass", "fail") or counts.get(status)
    )
    lines = [f"Tests: {told}"]
    return lines + [f"  failed: {name}: {text}" for name, text in sorted(dbt.failed_tests.items())]


def gate_lines(gate: GateResult, docs: Path) -> list[str]:
    """Return the counts of expectations, those that failed, and those without rows to check."""
    failed = [outcome for outcome in gate.outcomes if not outcome.is_met]
    critical = sum(outcome.is_critical_failure for outcome in failed)
    checked = [outcome for outcome in gate.outcomes if outcome.checked_count]
    unchecked = [
        outcome for outcome in gate.outcomes if outcome.is_met and not outcome.checked_count
    ]
    lines = [
        f"Expectations: {len(gate.outcomes) - len(failed) - len(unchecked)} met,"
        f" {critical} failed, {len(failed) - critical} warned,"
        f" {len(unchecked)} with nothing to check;"
        f" {sum(outcome.checked_count for outcome in checked):,} values checked"
    ]
    for outcome in failed:
        lines += _failure_lines(outcome)
    if unchecked:
        lines.append("  nothing to check (no history or no such data):")
    for suite in dict.fromkeys(outcome.suite for outcome in unchecked):
        names = ", ".join(outcome.name for outcome in unchecked if outcome.suite == suite)
        lines.append(f"    {suite}: {names}")
    return [*lines, f"Data Docs: {docs}"]


def table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return the lines of a table; numbers to the right, Chinese characters two columns wide."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    is_number = [
        all(cell[:1].isdigit() or cell == "-" for cell in column[1:])
        for column in zip(*cells, strict=True)
    ]
    return [
        "  ".join(
            _padded(cell, width, right)
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in cells
    ]


def _failure_lines(outcome: Outcome) -> list[str]:
    word = "failed" if outcome.severity == "critical" else "warned"
    lines = [
        f"  {word}: {outcome.suite}.{outcome.name} ({outcome.owner}): {outcome.description}"
        f" {outcome.unexpected_count} of {outcome.checked_count} checked rows lie outside."
        f" {outcome.problem or outcome.why}"
    ]
    lines += [f"    {row}" for row in outcome.unexpected_rows[:SHOWN_ROWS]]
    others = outcome.unexpected_count - SHOWN_ROWS
    return lines + ([f"    and {others} more, see the Data Docs"] if others > 0 else [])


def _cut(text: str | None) -> str:
    shown = text or ""
    return shown if len(shown) <= SHOWN_CHARACTERS else f"{shown[:SHOWN_CHARACTERS]}…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
