"""SQL expressions that turn text into the contract's types, or into NULL: nothing is rounded."""

import re

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.ingest.text import listed, quoted

# Years have four digits and no leading zero: "0000-00-00" and "21/3/5" are not dates.
DIRECTIVES = {
    "Y": r"[1-9][0-9]{3}",
    "m": r"[0-9]{1,2}",
    "d": r"[0-9]{1,2}",
    "H": r"[0-9]{1,2}",
    "I": r"[0-9]{1,2}",
    "M": r"[0-9]{1,2}",
    "S": r"[0-9]{1,2}",
    "f": r"[0-9]{1,6}",
    "p": r"(AM|PM|am|pm)",
    "%": "%",
}
# Unambiguous, hence always read, besides the formats of the mapping.
ISO_TIMESTAMPS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
)
ISO_DATES = ("%Y-%m-%d",)
DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
# What a spreadsheet leaves of a long number: the other digits are lost, so it is no code. It always
# writes the sign: 1E10 without one is a code like any other.
_SHORTENED_NUMBER = r"[+-]?[0-9](\.[0-9]+)?[eE]\+[0-9]{2,3}"
# What stands in place of the result where a formula has failed.
_FAILED_FORMULA = r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!)"
SPOILT_CELL = f"{_SHORTENED_NUMBER}|{_FAILED_FORMULA}"
"""Regular expression of the whole text of a cell whose value a spreadsheet has lost."""


def sql_text(text: str) -> str:
    """Return a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def format_pattern(timestamp_format: str) -> str:
    """Return the regular expression of what a strptime format may read.

    Args:
        timestamp_format: with the directives %Y %m %d %H %I %M %S %f %p only, and year, month
            and day among them.

    Raises:
        ValueError: another directive, a date that is not whole, %I without %p or the reverse.
    """
    # Literals at the even places, directives between them.
    pieces = re.split(r"%(.?)", timestamp_format, flags=re.DOTALL)
    pattern, seen = re.escape(pieces[0]), []
    for place in range(1, len(pieces), 2):
        before, directive, after = pieces[place - 1 : place + 2]
        if directive not in DIRECTIVES:
            raise ValueError(f"%{directive} is not one of %Y %m %d %H %I %M %S %f %p")
        digits = DIRECTIVES[directive]
        if (not before and place > 1) or (not after and place + 2 < len(pieces)):
            # Numbers that touch each other have their full width.
            digits = digits.replace("{1,", "{")
        pattern += digits + re.escape(after)
        seen.append(directive)
    if not {"Y", "m", "d"} <= set(seen):
        raise ValueError("a format needs %Y, %m and %d")
    if ("I" in seen) != ("p" in seen):
        raise ValueError("%I and %p belong together")
    seen = [directive for directive in seen if directive != "%"]
    if len(set(seen)) != len(seen):
        raise ValueError("a directive stands twice")
    return pattern


def _read_formats(text: str, formats: tuple[str, ...]) -> str:
    tries = [
        f"case when regexp_full_match({text}, {sql_text(format_pattern(each))})"
        f" then try_strptime({text}, {sql_text(each)}) end"
        for each in dict.fromkeys(formats)
    ]
    return f"coalesce({', '.join(tries)}, null)"


def typed(text: str, column_type: str, formats: tuple[str, ...] = ()) -> str:
    """Return the SQL expression that reads a text column as a contract type, else NULL.

    Args:
        text: a SQL expression of type varchar, without surrounding blanks.
        column_type: varchar, timestamp, date, boolean, integer or decimal(p,s).
        formats: strptime formats tried before the ISO ones (timestamps and dates).

    Raises:
        GridError: the contract names another type.
    """
    if column_type == "varchar":
        pattern = sql_text(SPOILT_CELL)
        return f"case when not regexp_full_match({text}, {pattern}) then {text} end"
    if column_type == "timestamp":
        return f"cast({_read_formats(text, formats + ISO_TIMESTAMPS)} as timestamp)"
    if column_type == "date":
        moment = _read_formats(text, formats + ISO_DATES + ISO_TIMESTAMPS)
        return f"case when {moment} = date_trunc('day', {moment}) then cast({moment} as date) end"
    if column_type == "boolean":
        return (
            f"case when lower({text}) in ('true', '1') then true"
            f" when lower({text}) in ('false', '0') then false end"
        )
    if column_type == "integer":
        whole = f"regexp_replace({text}, '\\.0+$', '')"
        return (
            f"case when regexp_full_match({text}, '-?[0-9]+(\\.0+)?')"
            f" then try_cast({whole} as integer) end"
        )
    found = DECIMAL.fullmatch(column_type)
    if found is None:
        raise GridError(f"dbt_project.yml: the type {quoted(column_type)} is not known to ingest")
    pattern = f"-?[0-9]+(\\.[0-9]{{0,{found[2]}}}0*)?"
    return (
        f"case when regexp_full_match({text}, {sql_text(pattern)})"
        f" then try_cast({text} as {column_type}) end"
    )


def unreadable(texts: list[str], column_type: str, formats: tuple[str, ...] = ()) -> str:
    """Return those of ``texts`` that are not of the type, for a message; empty when all are."""
    if not texts:
        return ""
    value = typed("t", column_type, formats)
    query = f"select t from (select unnest(?) as t) where {value} is null"
    rows = duckdb.execute(query, [texts]).fetchall()
    return listed([row[0] for row in rows]) if rows else ""
