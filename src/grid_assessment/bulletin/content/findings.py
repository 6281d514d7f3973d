"""What the audit found in the figures of a month: it stops a bulletin, or is listed in it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from grid_assessment.bulletin.text import clean_text
from grid_assessment.errors import GridError

_MART = "bulletin_audit_findings"
_QUERY = """
    select rule_code, figure_codes, expected, found, difference, explanation
    from marts.bulletin_audit_findings
    where
        assessment_month = ?
        and assessment_group_code = ?
        and edition_code = 'computed'
    order by rule_code, finding_code
"""


@dataclass(frozen=True)
class Finding:
    """One contradiction between figures; the numbers are in the unit that is printed."""

    rule_code: str
    figure_codes: str
    expected: Decimal | None
    found: Decimal | None
    difference: Decimal | None
    explanation: str


def read_findings(
    connection: duckdb.DuckDBPyConnection, month: date, group: str
) -> tuple[Finding, ...]:
    """Return the findings in the computed figures of a month and assessment group.

    Raises:
        GridError: the version was published before there was an audit.
    """
    known = connection.execute(
        "select count(*) from information_schema.tables where table_name = ?", [_MART]
    ).fetchall()[0][0]
    if not known:
        raise GridError(
            f"the published version has no mart {_MART}: it is older than the audit, without which"
            " no bulletin is written; run grid build"
        )
    rows = connection.execute(_QUERY, [month, group]).fetchall()
    return tuple(
        Finding(rule, figures, expected, found, difference, clean_text(explanation))
        for rule, figures, expected, found, difference, explanation in rows
    )
