"""Writing deliveries as a landing folder: typed Parquet, decoded and cast by DuckDB."""

from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np

from grid_assessment.synthesis.awkward import Delivery, Row
from grid_assessment.synthesis.columns import (
    EMPTY,
    SERIES,
    Column,
    Kind,
    Table,
    concatenated,
    rows_in,
    take,
)

# The rows of one month fit well within it; DuckDB alone would take most of the machine.
_MEMORY = "300MB"


def _decoded(name: str, column: Column) -> str:
    """Return the SQL expression of a coded column; labels are in a variable of its name."""
    value = f'nullif("{name}", {EMPTY})'
    match column.kind:
        case Kind.CODE:
            return f"getvariable('labels_{name}')[{value} + 1]"
        case Kind.FLAG:
            return f"({value} = 1)"
        case Kind.TIME:
            return f"make_timestamp({value} * 1000000)"
        case Kind.SERIAL:
            forms = [
                f"when {series} then '{prefix}' || format('{{:0{width}d}}', \"{name}\" % {SERIES})"
                for series, (prefix, width) in enumerate(
                    zip(column.labels, column.widths, strict=True)
                )
            ]
            return f'case "{name}" // {SERIES} {" ".join(forms)} end'
        case Kind.NUMBER:
            return value


def _joined(tables: list[Table], order_by: str) -> Table | None:
    """Return the rows of all tables in the order of a column, or None without any."""
    filled = [table for table in tables if rows_in(table)]
    if len(filled) < 2:
        return filled[0] if filled else None
    joined = concatenated(filled)
    return take(joined, np.argsort(joined[order_by].values, kind="stable"))


def _fails(name: str, kind: str) -> str:
    return f'("{name}" is not null and try_cast("{name}" as {kind}) is null)'


class LandingWriter:
    """Writes ``<folder>/<dataset>/month=YYYY-MM/<load_id>.parquet``.

    Args:
        folder: the landing folder.
        contract: the raw data contract.

    """

    def __init__(self, folder: Path, contract: dict[str, Any]) -> None:
        """Open a database in memory with one thread: rows keep their order."""
        self._folder, self._contract = folder, contract
        self._connection = duckdb.connect(
            config={"threads": 1, "memory_limit": _MEMORY, "preserve_insertion_order": True}
        )

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self._connection.close()

    def write(self, delivery: Delivery) -> int:
        """Write the loads of a delivery and return their rows.

        A row lies in the folder of its own month; a load without rows has no file.
        """
        columns: dict[str, Any] = self._contract[delivery.dataset]["columns"]
        month_of: str = self._contract[delivery.dataset]["month_of"]
        kept = np.ones(delivery.row_count, dtype=np.bool_)
        kept[list(delivery.replaced)] = False
        loads = {
            "full": (
                [take(delivery.table, kept), *delivery.further],
                [*delivery.replaced.values(), *delivery.extra],
            ),
            "correction": (delivery.late, delivery.correction),
        }
        written = 0
        for load, (tables, rows) in loads.items():
            table = _joined(tables, month_of)
            texts: dict[date, list[Row]] = {}
            for row in rows:
                texts.setdefault(_own_month(row[month_of], delivery.month), []).append(row)
            for month in sorted({delivery.month, *texts}):
                own = table if month == delivery.month else None
                if own is not None or texts.get(month):
                    target = self._folder / delivery.dataset / f"month={month:%Y-%m}"
                    path = target / f"{delivery.load_id(load)}.parquet"
                    self._write_file(path, own, texts.get(month, []), columns)
                    written += len(texts.get(month, [])) + (rows_in(own) if own else 0)
        return written

    def _write_file(
        self, path: Path, table: Table | None, rows: list[Row], columns: dict[str, Any]
    ) -> None:
        """Write one file under a temporary name and rename it."""
        connection = self._connection
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        selects = []
        if table is not None:
            connection.register("coded", {name: column.values for name, column in table.items()})
            selects.append(self._coded_select(table, columns))
        if rows:
            self._load_texts(rows, columns)
            selects.append(_text_select(columns))
        target = str(partial).replace("'", "''")
        connection.execute(
            f"copy ({' union all '.join(selects)}) to '{target}'"
            " (format parquet, codec zstd, parquet_version v2)"
        )
        if table is not None:
            connection.unregister("coded")
        partial.replace(path)

    def _load_texts(self, rows: list[Row], columns: dict[str, Any]) -> None:
        """Load rows of text into the table ``texts``."""
        cells = [[row[name] or None for name in columns] for row in rows]
        named = ", ".join(f'cells[{place}] as "{name}"' for place, name in enumerate(columns, 1))
        self._connection.execute(
            f"create or replace temp table texts as select {named}"
            " from (select unnest(cast(? as varchar[][])) as cells)",
            [cells],
        )

    def _coded_select(self, table: Table, columns: dict[str, Any]) -> str:
        parts = []
        for name, definition in columns.items():
            column = table[name]
            if column.kind is Kind.CODE:
                self._connection.execute(
                    f"set variable labels_{name} = cast(? as varchar[])", [list(column.labels)]
                )
            decoded = _decoded(name, column)
            parts.append(f'cast({decoded} as {definition["type"]}) as "{name}"')
        return f"select {', '.join(parts)}, cast(null as varchar) as unparsed from coded"


def _text_select(columns: dict[str, Any]) -> str:
    """Return the query that casts texts to the contract's types, failures in ``unparsed``."""
    parts = [
        f'try_cast("{name}" as {column["type"]}) as "{name}"' for name, column in columns.items()
    ]
    cells = [
        f"case when {_fails(name, column['type'])}"
        f""" then json_object('{name}', "{name}") else '{{}}' end"""
        for name, column in columns.items()
    ]
    unparsed = f"nullif(json_merge_patch({', '.join(cells)})::varchar, '{{}}')"
    return f"select {', '.join(parts)}, {unparsed} as unparsed from texts"


def _own_month(text: str, default: date) -> date:
    """Return the month of a date or timestamp text, or the delivery's where it is none."""
    try:
        return datetime.fromisoformat(text).date().replace(day=1)
    except ValueError:
        return default
