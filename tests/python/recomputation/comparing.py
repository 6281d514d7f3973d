"""The recomputation against the warehouse, key by key and column by column."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from .cases import WHOLE, Key, Rows
from .city import Recomputation

MOST_SHOWN_PER_MART = 20


@dataclass(frozen=True)
class Mapping:
    """How the warehouse names what the recomputation computes."""

    # The mart's columns in the order of the recomputation's keys.
    grain: tuple[str, ...]
    # Whether the mart may have no key beyond the recomputation's.
    is_complete: bool = False
    # The recomputation's column: the mart's column (None: not compared); otherwise the same name.
    renamed: dict[str, str | None] = field(default_factory=dict)
    # What is read, where it is not the whole mart.
    relation: str | None = None


MONTH = "assessment_month"
GROUP = "assessment_group_code"
DISTRICT = "district_code"
CASE_TYPE = "case_type_code"

# The one place to adjust when a mart names or shapes something differently.
MAPPINGS: dict[str, Mapping] = {
    "fct_cases": Mapping(("case_id",), is_complete=True),
    "case_totals_monthly": Mapping((MONTH, GROUP, CASE_TYPE)),
    "case_totals_by_class_monthly": Mapping((MONTH, GROUP, "class_code")),
    "case_totals_by_source_monthly": Mapping((MONTH, GROUP, "source_code", CASE_TYPE)),
    "case_totals_by_category_monthly": Mapping(
        (MONTH, GROUP, "class_code", "category_code", CASE_TYPE), is_complete=True
    ),
    "case_totals_by_district_monthly": Mapping((MONTH, DISTRICT, CASE_TYPE)),
    "case_totals_by_district_source_monthly": Mapping((MONTH, DISTRICT, "source_code", CASE_TYPE)),
    "platform_closure_monthly": Mapping(
        (MONTH, GROUP, "platform_code", "dispatch_target_code", DISTRICT)
    ),
    "grid_member_handling_monthly": Mapping((MONTH, GROUP, DISTRICT)),
    "street_order_reports_monthly": Mapping((MONTH, GROUP, DISTRICT)),
    "open_case_backlog_monthly": Mapping(
        (MONTH, GROUP, DISTRICT),
        relation=(
            "select assessment_month, assessment_group_code, district_code,"
            " sum(open_count) as open_count from marts.open_case_backlog_monthly"
            " where age_band_code <> 'all' group by all"
        ),
    ),
    "omission_monthly": Mapping((MONTH, GROUP, DISTRICT, CASE_TYPE)),
    "patrol_coverage_monthly": Mapping((MONTH, GROUP, DISTRICT)),
    "satellite_findings_monthly": Mapping((MONTH, GROUP, DISTRICT)),
    "whistles_monthly": Mapping((MONTH, GROUP, DISTRICT, "level_code")),
    "street_closure_monthly": Mapping((MONTH, DISTRICT, "street_code")),
    "department_closure_monthly": Mapping((MONTH, "city_code", "department_code")),
    "indicator_scores_monthly": Mapping((MONTH, DISTRICT, "indicator_code"), is_complete=True),
    "mechanism_scores_monthly": Mapping((MONTH, DISTRICT, "mechanism_code"), is_complete=True),
    "district_ranking_monthly": Mapping(
        (MONTH, DISTRICT),
        is_complete=True,
        relation=(
            "select *, unranked_reason is not null as is_unranked"
            " from marts.district_ranking_monthly"
        ),
    ),
    "score_loss_drivers_monthly": Mapping(
        (MONTH, DISTRICT, "indicator_code", "category_code", "item_code"), is_complete=True
    ),
    "rank_sensitivity_monthly": Mapping((MONTH, DISTRICT, "indicator_code"), is_complete=True),
    "load_summary": Mapping(("dataset", "load_id"), is_complete=True),
}
# Keys of the recomputation that a mart may lack (the mart's sums over every level or target).
OPTIONAL_KEYS = {"whistles_monthly": "level_code"}
# Counts that are not the row's own, so that they may stand in a row where nothing happened.
FOREIGN_COUNTS = frozenset(
    {
        "required_category_count",
        "class_registered_count",
        "district_registered_count",
        "group_registered_count",
    }
)
REJECTED_COLUMNS = ("dataset", "load_id", "natural_key", "reason_code", "all_reasons")


def _plain(value: Any) -> Any:
    """Make values of different types comparable."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _grain_value(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _shown(value: Any) -> str:
    return "NULL" if value is None else str(value)


def _read(
    connection: duckdb.DuckDBPyConnection, name: str, mapping: Mapping
) -> tuple[set[str], Rows, list[str]]:
    """Return the columns, the rows by key and the keys that are NULL or repeated."""
    result = connection.execute(mapping.relation or f"select * from marts.{name}")
    columns = [description[0] for description in result.description or ()]
    missing = [column for column in mapping.grain if column not in columns]
    if missing:
        return set(columns), {}, [f"{name}: no grain column {', '.join(missing)}"]
    rows: Rows = {}
    problems = []
    for record in result.fetchall():
        row = dict(zip(columns, record, strict=True))
        key = tuple(_grain_value(row[column]) for column in mapping.grain)
        if None in key or key in rows:
            problems.append(f"{name} {_shown_key(key)}: the key is NULL or repeated")
        rows[key] = row
    return set(columns), rows, problems


def _shown_key(key: Key) -> str:
    return "(" + ", ".join(_shown(part) for part in key) + ")"


def _is_allowed_beyond(key: Key, row: dict[str, Any]) -> bool:
    counts = [
        value
        for column, value in row.items()
        if (column.endswith("_count") and column not in FOREIGN_COUNTS) or column == "area_m2"
    ]
    return WHOLE in key or not any(counts)


def _mart_differences(
    connection: duckdb.DuckDBPyConnection, name: str, expected: Rows
) -> Iterable[str]:
    mapping = MAPPINGS[name]
    columns, found, problems = _read(connection, name, mapping)
    yield from problems
    if problems and not found:
        return
    targets = {
        column: mapping.renamed.get(column, column) for row in expected.values() for column in row
    }
    for target in targets.values():
        if target is not None and target not in columns:
            yield f"{name}: no column {target}"
    compared = {column: target for column, target in targets.items() if target in columns}
    optional_place = mapping.grain.index(OPTIONAL_KEYS[name]) if name in OPTIONAL_KEYS else None
    for key, row in expected.items():
        other = found.get(key)
        if other is None:
            if optional_place is None or key[optional_place] != WHOLE:
                yield f"{name} {_shown_key(key)}: not in the mart"
            continue
        for column, value in row.items():
            target = compared.get(column)
            if target is not None and _plain(value) != _plain(other[target]):
                yield (
                    f"{name} {_shown_key(key)} {target}:"
                    f" recomputed {_shown(value)}, mart {_shown(other[target])}"
                )
    for key, row in found.items():
        if key not in expected and (mapping.is_complete or not _is_allowed_beyond(key, row)):
            yield f"{name} {_shown_key(key)}: not in the recomputation"


def _rejected_differences(
    connection: duckdb.DuckDBPyConnection, recomputed: Recomputation
) -> Iterable[str]:
    columns = ", ".join(REJECTED_COLUMNS)
    records = connection.execute(f"select {columns} from marts.rejected_rows").fetchall()
    found = Counter(tuple(record) for record in records)
    for row in recomputed.rejected_rows.keys() | found.keys():
        expected, counted = recomputed.rejected_rows[row], found[row]
        if expected != counted:
            yield f"rejected_rows {_shown_key(row)}: recomputed {expected} times, mart {counted}"


def differences(database_path: Path, recomputed: Recomputation) -> list[str]:
    """Return every difference between the marts and the recomputation, one sentence each."""
    messages: list[str] = []

    def note(name: str, found: list[str]) -> None:
        messages.extend(found[:MOST_SHOWN_PER_MART])
        if len(found) > MOST_SHOWN_PER_MART:
            messages.append(f"{name}: {len(found) - MOST_SHOWN_PER_MART} more differences")

    with duckdb.connect() as connection:
        # Attached under a name of its own: a file called marts would hide the schema marts.
        connection.execute(f"attach '{database_path}' as compared (read_only)")
        connection.execute("use compared")
        for name, expected in recomputed.marts.items():
            try:
                note(name, sorted(_mart_differences(connection, name, expected)))
            except duckdb.CatalogException as error:
                messages.append(f"{name}: {str(error).splitlines()[0]}")
        try:
            note("rejected_rows", sorted(_rejected_differences(connection, recomputed)))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            messages.append(f"rejected_rows: {str(error).splitlines()[0]}")
    return messages
